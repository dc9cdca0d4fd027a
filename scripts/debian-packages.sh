#!/usr/bin/env bash
# The programs that the tests run beside Meridian. As root on Debian it installs those that are missing; elsewhere it lists them.
# Exits with 0 where nothing is missing in the end.
set -euo pipefail

# Daemons live where only root looks.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

# package, its program or a file of it, why
programs='bind9-dnsutils dig     asks the server questions as operators do
bind9-utils    named-checkzone reads the zone files of the tests as BIND does
ldnsutils      ldns-read-zone reads record data as another library does; its drill asks with that library
knot-dnsutils  kdig    asks over TCP and TLS, with options that dig lacks
knot-dnssecutils kzonecheck judges zones as Knot does
dnstap-ldns    dnstap-ldns reads what the server taps, as one library does
golang-github-dnstap-golang-dnstap-cli dnstap likewise, by the programs of dnstap itself
fstrm-bin      fstrm_capture listens for dnstap at a socket
bind9-host     host    asks as scripts do
dnsdist        dnsdist stands in front of the server, as a proxy
unbound        unbound resolves through the server, as a real resolver would
libunbound8    /usr/share/doc/libunbound8 validates within a test, thousands of answers in a minute
knot-resolver  kresd   likewise, with habits of its own
bind9          named   likewise; and answers the same questions from the same zones, to be compared with
knot           knotd   likewise, and is a secondary of the server
nsd            nsd     likewise
gdnsd          gdnsd   answers as it was told, and Meridian as it was told by it
dnsviz         dnsviz  asks in many ways, with and without EDNS, and judges the answers
zonemaster-cli zonemaster-cli judges a delegation and its servers, as registries do
pdns-server    pdns_server likewise
pdns-backend-bind /usr/share/doc/pdns-backend-bind lets it read zone files
pdns-backend-geoip /usr/share/doc/pdns-backend-geoip lets it look up places
etcd-server    etcd    keeps what the nodes of a fleet share
etcd-client    etcdctl looks into it, as operators do
certbot        certbot obtains certificates, as operators do
python3-certbot-dns-rfc2136 /usr/lib/python3/dist-packages/certbot_dns_rfc2136/__init__.py lets it prove names by dynamic updates
python3-dnspython /usr/lib/python3/dist-packages/dns/update.py changes zones as octoDNS does
lego           lego    likewise, and by the protocol of acme-dns
pebble         pebble  is the authority that they ask
curl           curl    talks to the admin API and breaks demo regions
openssl        openssl makes certificates for the TLS checks
iproute2       ip      looks at addresses and sockets
chromium       chromium shows the dashboard, as its users see it
prometheus     promtool checks the alerts and scrapes the server
systemd        systemd-analyze checks the unit of the service
zsh            zsh     completes verbs, as its users have it
fish           fish    likewise
strace         strace  counts the system calls of the answer path
bird2          bird    announces an anycast address while the gate says so
exabgp         exabgp  likewise
keepalived     keepalived moves an address from one node to another
nftables       nft     loses packets, and cuts machines off from each other
faketime       faketime sets the clock of a process wrong'

list_missing() {
  while read -r package program why; do
    command -v "$program" >/dev/null || [ -e "$program" ] || printf '%s %s %s\n' "$package" "$program" "$why"
  done <<<"$programs"
}

missing=$(list_missing)
[ -n "$missing" ] || exit 0

echo 'Missing for the tests:'
while read -r package program why; do
  echo "  $package ($program): $why"
done <<<"$missing"

if [ "$(id -u)" -ne 0 ] || ! [ -e /etc/debian_version ] || ! command -v apt-get >/dev/null; then
  echo 'Install them, or run npm test as root on Debian; without them some tests fail.'
  exit 1
fi

packages=()
while read -r package _; do
  packages+=("$package")
done <<<"$missing"
echo "Installing: ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${packages[@]}"

# Debian starts a daemon as it installs it. The tests start their own, and the ports of this machine are not ours to take.
if [ -d /run/systemd/system ]; then
  for daemon in unbound:unbound prometheus:prometheus bind9:named knot:knot knot-resolver:kres-cache-gc nsd:nsd gdnsd:gdnsd pdns-server:pdns etcd-server:etcd certbot:certbot.timer bird2:bird exabgp:exabgp keepalived:keepalived; do
    [[ " ${packages[*]} " != *" ${daemon%:*} "* ]] || systemctl disable --now --quiet "${daemon#*:}"
  done
fi

missing=$(list_missing)
[ -z "$missing" ] || { echo "Still missing: $(cut -d' ' -f2 <<<"$missing" | tr '\n' ' ')"; exit 1; }
