# Does with a zone what octoDNS does by the Rfc2136Provider of octodns-bind, with the library that it uses: reads the zone by AXFR,
# compares, makes all changes by one dynamic update over TCP, and reads it again. Takes a wish and prints what came of it, as JSON.
import json
import sys

import dns.exception
import dns.query
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.tsigkeyring
import dns.update
import dns.zone

WISH = json.loads(sys.argv[1])
ORIGIN = WISH["zone"]
TO = {"where": "127.0.0.1", "port": WISH["port"], "timeout": 15}
SIGNED = {}
if "key" in WISH:
    SIGNED = {"keyring": dns.tsigkeyring.from_text(WISH["key"]), "keyalgorithm": "hmac-sha256"}


def existing():
    """Record sets by name and type, but for SOA and NS of the zone itself, and the names of the filter."""
    messages = dns.query.xfr(zone=ORIGIN, lifetime=15, relativize=False, **TO, **SIGNED)
    sets = {}
    for name, ttl, rdata in dns.zone.from_xfr(messages, relativize=False).iterate_rdatas():
        owner, kind = name.to_text(), dns.rdatatype.to_text(rdata.rdtype)
        if (owner == ORIGIN and kind in ("SOA", "NS")) or owner in WISH["rejected"]:
            continue
        sets.setdefault((owner, kind), (ttl, set()))[1].add(rdata.to_text())
    return sets


def desired():
    return {(owner, kind): (ttl, {canonical(kind, text) for text in data}) for owner, kind, ttl, data in WISH["desired"]}


def canonical(kind, text):
    return dns.rdata.from_text("IN", kind, text).to_text()


def plan(there, wanted):
    """What goes first: a CNAME and what takes its place cannot be there at once."""
    deletes = [("delete", *key) for key in there if key not in wanted]
    creates = [("add", *key) for key in wanted if key not in there]
    updates = [("replace", *key) for key in wanted if key in there and wanted[key] != there[key]]
    return sorted(deletes) + sorted(creates) + sorted(updates)


def apply(changes, there, wanted):
    update = dns.update.Update(ORIGIN, **SIGNED)
    for verb, owner, kind in changes:
        ttl, data = (there if verb == "delete" else wanted)[(owner, kind)]
        if verb == "delete":
            update.delete(owner, kind, *sorted(data))
        else:
            getattr(update, verb)(owner, ttl, kind, *sorted(data))
    return dns.rcode.to_text(dns.query.tcp(update, **TO).rcode())


def main():
    there, wanted = existing(), desired()
    changes = plan(there, wanted)
    rcode = apply(changes, there, wanted) if changes else None
    return {"plan": [" ".join(change) for change in changes], "rcode": rcode, "left": len(plan(existing(), wanted))}


try:
    outcome = main()
except dns.exception.DNSException as error:
    outcome = {"error": f"{type(error).__name__}: {error}"}
print(json.dumps(outcome))
