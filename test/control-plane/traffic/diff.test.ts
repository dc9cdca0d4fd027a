import { describe, expect, test } from 'vitest'
import { compareTexts } from '../../../src/control-plane/traffic/compare.js'
import { formatChange } from '../../../src/control-plane/traffic/diff.js'

const BASE = `
checks:
  api: { type: http, port: 8080 }
regions:
  us: { addresses: [192.0.2.1, "2001:db8::1"], checks: [api], weight: 50 }
  eu: { addresses: [192.0.2.2], location: [50, 8] }
policies:
  mine: [distance]
zones:
  example.com:
    nameservers: [ns1.example.net, ns2.example.net]
    soa: { refresh: 1h }
    records:
      "@": [ { type: TXT, data: '"a"' }, { type: TXT, data: '"b"' } ]
      api: { steer: mine, ttl: { max: 60s, min: 5s }, regions: [us, eu] }
`
const words = (from: string, to: string): readonly string[] => compareTexts(from, to).map(formatChange)
const changed = (from: string, to: string): string => {
  expect(BASE).toContain(from)
  return BASE.replace(from, to)
}

describe('what means the same is no difference', () => {
  test.each([
    ['the order of addresses', '[192.0.2.1, "2001:db8::1"]', '["2001:db8::1", 192.0.2.1]'],
    ['another way to write an address', '2001:db8::1', '2001:0db8:0:0::1'],
    ['the order of nameservers', '[ns1.example.net, ns2.example.net]', '[ns2.example.net, ns1.example.net]'],
    ['the case of a name', 'ns1.example.net', 'NS1.Example.NET'],
    [
      'the order of records',
      `{ type: TXT, data: '"a"' }, { type: TXT, data: '"b"' }`,
      `{ type: TXT, data: '"b"' }, { type: TXT, data: '"a"' }`,
    ],
    ['the order of candidates', '[us, eu]', '[eu, us]'],
    ['another way to write a duration', '60s', '1m'],
    ['a default that is written out', 'addresses: [192.0.2.2],', 'addresses: [192.0.2.2], weight: 100, enabled: true,'],
    ['a comment', 'policies:', '# a comment\npolicies:'],
    ['layout', 'mine: [distance]', 'mine:\n    - distance'],
    ['an origin with a final dot', 'example.com:', 'Example.com.:'],
  ])('%s', (_, from, to) => {
    expect(words(BASE, changed(from, to))).toEqual([])
  })
})

describe('a difference is told with its path', () => {
  test.each<[string, string, string, readonly string[]]>([
    ['a weight', 'weight: 50', 'weight: 7', ['regions.us.weight: 50 → 7']],
    ['a weight that is gone', ', weight: 50', '', ['regions.us.weight: 50 → 100']],
    ['an address more', '[192.0.2.2]', '[192.0.2.2, 192.0.2.3]', ['regions.eu.addresses: 192.0.2.3 added']],
    [
      'an address for another',
      '192.0.2.1,',
      '192.0.2.9,',
      ['regions.us.addresses: 192.0.2.9 added; 192.0.2.1 removed'],
    ],
    ['a region', '  eu: {', '  new: { addresses: [192.0.2.7] }\n  eu: {', ['regions.new is new']],
    [
      'a value that was unset',
      'location: [50, 8]',
      'location: [50, 8], capacity: 5',
      ['regions.eu.capacity: unset → 5'],
    ],
    ['a TTL of a region', 'location: [50, 8]', 'location: [50, 8], ttl: 1m', ['regions.eu.ttl: unset → 60']],
    ['a location', '[50, 8]', '[51, 8]', ['regions.eu.location.latitude: 50 → 51']],
    ['a check', 'port: 8080', 'port: 8081', ['checks.api.port: 8080 → 8081']],
    ['a TTL', 'max: 60s', 'max: 2m', ['zones["example.com."].steered.api.ttl.max: 60 → 120']],
    [
      'a record',
      `{ type: TXT, data: '"b"' }`,
      `{ type: TXT, data: '"c"' }`,
      ['zones["example.com."].records["@ TXT"].data: "c" added; "b" removed'],
    ],
    ['a candidate', '[us, eu]', '[us]', ['zones["example.com."].steered.api.regions: eu removed']],
    [
      'a serial that is written',
      'refresh: 1h }',
      'refresh: 1h, serial: 5 }',
      ['zones["example.com."].soa.serial: unset → 5'],
    ],
  ])('%s', (_, from, to, expected) => {
    expect(words(BASE, changed(from, to))).toEqual(expected)
  })
})

test('a region that goes is gone, whole', () => {
  const [change] = compareTexts(`regions: { a: { addresses: [192.0.2.1] } }\nzones: {}`, 'regions: {}\nzones: {}')
  expect(change).toEqual({
    kind: 'removed',
    path: 'regions.a',
    from: { addresses: ['192.0.2.1'], checks: [], weight: 100, enabled: true },
  })
  expect(formatChange(change!)).toBe('regions.a is gone')
})

test('a text of older rules is compared as it is written', () => {
  expect(words('zones: {}\nregions: { a: { addresses: [192.0.2.1], colour: red } }', 'zones: {}\nregions: {}')).toEqual(
    ['regions.a is gone'],
  )
})

test('zone files are compared by name, since what was in them is kept nowhere', () => {
  const zone = (file: string) => `zones: { example.com: { file: ${file} } }`
  expect(words(zone('a.zone'), zone('b.zone'))).toEqual(['zones["example.com."].file: "a.zone" → "b.zone"'])
})
