#!/usr/bin/env bash
# Installs the servers that Meridian is measured against, on Debian as root. None of them is started.
set -euo pipefail

packages='gdnsd knot knot-module-geoip pdns-server pdns-backend-geoip nsd bind9 util-linux gcc libc6-dev'

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "Run this as root on Debian, or install by hand: $packages" >&2
  exit 1
fi

# Debian starts a daemon as it installs it, unless this says no (invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d
if ! [ -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # a list of words
apt-get install -y -qq --no-install-recommends $packages
