import { expect, test } from 'vitest'
import { additionalOf } from '../../../src/control-plane/publish/additional.js'
import type { RecordSet } from '../../../src/control-plane/publish/record-set.js'
import { formatName, type Name, nameKey, parseName } from '../../../src/dns/name.js'
import { typeName, typeNumber } from '../../../src/dns/numbers.js'
import { encodeRdata } from '../../../src/dns/rdata.js'

const ORIGIN = parseName('example.com.')

function setOf(line: string): RecordSet {
  const [owner = '', type = '', ...data] = line.split(' ')
  const number = typeNumber(type)!
  const rdatas = data
    .join(' ')
    .split(' | ')
    .map(text => encodeRdata(number, text, ORIGIN))
  return { owner: parseName(owner, ORIGIN), type: number, ttl: 60, rdatas }
}

const WORLD = [
  'a A 192.0.2.1',
  'a AAAA 2001:db8::1',
  'a TXT not-this',
  'b A 192.0.2.2',
  '@ HTTPS 0 svc',
  '@ A 192.0.2.3',
  'svc HTTPS 0 svc2 | 1 a alpn=h2',
  'svc2 HTTPS 1 . alpn=h3',
  'svc2 A 192.0.2.4',
  'svc2 SVCB 1 b',
  'www CNAME svc2',
  '_http._tcp SRV 0 0 80 a | 1 0 80 b',
  'loop HTTPS 0 loop2',
  'loop2 HTTPS 0 loop',
  'chain CNAME chain',
  ...Array.from({ length: 20 }, (_, i) => `s${i} HTTPS 0 s${i + 1}`),
].map(setOf)

const lookup = (name: Name): readonly RecordSet[] => WORLD.filter(({ owner }) => nameKey(owner) === nameKey(name))

test.each([
  // a record set, what goes with it
  ['@ MX 10 a | 20 b', ['a A', 'a AAAA', 'b A']],
  ['@ MX 10 a | 20 a', ['a A', 'a AAAA']],
  ['@ MX 0 .', []],
  ['@ MX 10 mail.example.net.', []],
  ['@ MX 10 www', []],
  ['@ NS b', ['b A']],
  ['@ SRV 0 0 1 a', ['a A', 'a AAAA']],
  ['@ AFSDB 1 b', ['b A']],
  ['@ KX 1 b', ['b A']],
  ['@ RT 1 b', ['b A']],
  ['@ NAPTR 1 1 "A" "x" "" b', ['b A']],
  ['@ NAPTR 1 1 "s" "x" "" _http._tcp', ['_http._tcp SRV', 'a A', 'a AAAA', 'b A']],
  ['@ NAPTR 1 1 "u" "x" "!a!b!" b', []],
  ['@ NAPTR 1 1 "" "x" "" b', []],
  ['@ CNAME a', []],
  ['@ PTR a', []],
  ['@ TXT a', []],
  ['x HTTPS 0 .', []],
  ['x HTTPS 1 a', ['a A', 'a AAAA']],
  ['svc2 HTTPS 1 .', ['svc2 A']],
  ['@ HTTPS 0 svc', ['svc HTTPS', 'svc2 HTTPS', 'svc2 A', 'a A', 'a AAAA']],
  ['x HTTPS 0 www', ['www CNAME', 'svc2 HTTPS', 'svc2 A']],
  ['x SVCB 0 svc2', ['svc2 SVCB', 'svc2 A', 'b A']],
  ['x HTTPS 0 loop', ['loop HTTPS', 'loop2 HTTPS']],
  ['x HTTPS 0 chain', ['chain CNAME']],
  // RFC 9460 §4.1 leaves it open how far; eight links is where it ends.
  ['x HTTPS 0 s0', Array.from({ length: 8 }, (_, i) => `s${i} HTTPS`)],
])('%s comes with %j', (line, expected) => {
  const found = additionalOf(setOf(line), lookup)
  const text = ({ owner, type }: RecordSet): string =>
    `${formatName(owner).replace(/[.]?example[.]com[.]$/, '')} ${typeName(type)}`
  expect(found.map(text)).toEqual(expected)
})
