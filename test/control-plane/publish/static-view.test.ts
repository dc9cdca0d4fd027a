import { expect, test } from 'vitest'
import { masterFile } from '../../../src/control-plane/publish/master-file.js'
import { contentsOf, recordsOf, sizeOf, staticView } from '../../../src/control-plane/publish/static-view.js'
import { readTraffic } from '../../../src/control-plane/traffic/parse.js'
import { formatRecord } from '../../../src/dns/message.js'
import { readZoneFile } from '../../../src/dns/zonefile.js'

const FILE = `
$TTL 300
@ SOA ns.example.net. hostmaster 42 2 3 4 5
@ NS ns.example.net.
@ MX 10 mail
mail A 192.0.2.25
`
const REGIONS = `
regions:
  east: { addresses: [192.0.2.1, "2001:db8::1"] }
  west: { addresses: [192.0.2.2] }
  out: { addresses: [192.0.2.3, "2001:db8::3"], enabled: false }
  gone: { target: gone.example.net., enabled: false }
  far: { target: far.example.net. }
  spare: { addresses: [192.0.2.9, "2001:db8::9"] }
`

function view(records: string, more = 'nameservers: [ns.example.net]') {
  const text = `${REGIONS}zones:\n  example.com: { ${more}, records: { ${records} } }\n`
  const outcome = readTraffic(text, 'traffic.yaml', {
    serial: 7,
    readZone: (file, origin) => readZoneFile(FILE, { file, origin }),
  })
  if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems))
  return staticView(outcome.document.zones.get('example.com.')!, outcome.document)
}
const lines = (of: ReturnType<typeof view>): string[] =>
  [...recordsOf(of)].map(record => formatRecord({ ...record, rclass: 1 }))

test('the SOA comes first, then the NS records, then the others', () => {
  expect(lines(view('www: { type: A, data: 192.0.2.80 }'))).toEqual([
    'example.com. 3600 IN SOA ns.example.net. hostmaster.example.com. 7 7200 900 1209600 60',
    'example.com. 3600 IN NS ns.example.net.',
    'www.example.com. 3600 IN A 192.0.2.80',
  ])
})

test.each([
  [
    'the addresses of all candidates that are not taken out',
    'regions: [east, west, out]',
    ['A 192.0.2.1', 'A 192.0.2.2', 'AAAA 2001:db8::1'],
  ],
  [
    'candidates in the order in which the record names them',
    'regions: [west, east]',
    ['A 192.0.2.2', 'A 192.0.2.1', 'AAAA 2001:db8::1'],
  ],
  [
    'those of a fallback for a family that no candidate has',
    'regions: [west], fallback: [spare]',
    ['A 192.0.2.2', 'AAAA 2001:db8::9'],
  ],
  [
    'those of candidates that are out, where there are no others',
    'regions: [out]',
    ['A 192.0.2.3', 'AAAA 2001:db8::3'],
  ],
])('a steered name has %s, with its greatest TTL', (_, more, expected) => {
  const found = lines(view(`api: { steer: nearest, ttl: { max: 50s, min: 5s }, ${more} }`))
  expect(found.slice(2)).toEqual(expected.map(data => `api.example.com. 50 IN ${data}`))
})

test('an ALIAS has the addresses of what it stands for, steered or not', () => {
  const found = view(
    '"@": { type: ALIAS, data: api }, api: { steer: nearest, regions: [west] }, www: { type: ALIAS, data: host, ttl: 20 }, host: { type: A, data: 192.0.2.80 }',
  )
  expect(lines(found).filter(line => line.includes(' A '))).toEqual([
    'host.example.com. 3600 IN A 192.0.2.80',
    'api.example.com. 60 IN A 192.0.2.2',
    'example.com. 60 IN A 192.0.2.2',
    'www.example.com. 20 IN A 192.0.2.80',
  ])
})

test('a name whose regions have targets has a CNAME to that of the first that is not taken out', () => {
  const found = view('api: { steer: nearest, regions: [gone, far] }')
  expect(lines(found).at(-1)).toBe('api.example.com. 60 IN CNAME far.example.net.')
})

test('a zone file brings its records, and its apex once', () => {
  const found = view('www: { type: A, data: 192.0.2.80 }', 'file: x.zone')
  expect(lines(found)).toEqual([
    'example.com. 300 IN SOA ns.example.net. hostmaster.example.com. 42 2 3 4 5',
    'example.com. 300 IN NS ns.example.net.',
    'www.example.com. 3600 IN A 192.0.2.80',
    'example.com. 300 IN MX 10 mail.example.com.',
    'mail.example.com. 300 IN A 192.0.2.25',
  ])
  expect([...contentsOf(found)]).toHaveLength(4)
  expect(sizeOf(found)).toBeGreaterThanOrEqual(5)
})

test('a master file has a record a line', () => {
  expect(masterFile(view('"*": { type: TXT, data: \'"a;b"\' }')).split('\n').slice(1)).toEqual([
    'example.com.\t3600\tIN\tSOA\tns.example.net. hostmaster.example.com. 7 7200 900 1209600 60',
    'example.com.\t3600\tIN\tNS\tns.example.net.',
    '*.example.com.\t3600\tIN\tTXT\t"a;b"',
    '',
  ])
})

test('hints that follow a steered name are the addresses of its static choice, and live no longer', () => {
  const records = `api: [ { steer: nearest, regions: [east, west], ttl: 50s }, { type: HTTPS, data: 1 . alpn=h2, hints: steer } ]`
  expect(lines(view(records)).filter(line => line.includes('HTTPS'))).toEqual([
    'api.example.com. 50 IN HTTPS 1 . alpn="h2" ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1',
  ])
})
