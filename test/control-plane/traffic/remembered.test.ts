import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareLoaded } from '../../../src/control-plane/traffic/compare.js'
import { type Edit, EditError, withEdit } from '../../../src/control-plane/traffic/edit-value.js'
import { parseTraffic } from '../../../src/control-plane/traffic/parse.js'
import { Remembered } from '../../../src/control-plane/traffic/remembered.js'
import { readYaml } from '../../../src/control-plane/traffic/yaml.js'
import { contentDigest } from '../../../src/control-plane/transfer/content-digest.js'

const TEXT = `
checks: { api: { type: tcp, port: 80 } }
regions:
  eu: { addresses: [192.0.2.1, "2001:db8::1"], country: DE, tags: [big], checks: [api] }
  us: { addresses: [192.0.2.2], country: US, tags: [big] }
  ap: { addresses: [192.0.2.3], country: JP }
policies:
  inside: [ { fence: { clients: [DE], to: [big], mode: never-leave } }, distance ]
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 192.0.2.53 }
      www: [ { type: A, data: 192.0.2.80 }, { type: A, data: 192.0.2.81 }, { type: TXT, data: x } ]
      api: { steer: nearest }
      app: { steer: nearest, regions: [us, ap], fallback: [eu] }
      fen: { steer: inside, when-all-down: nodata }
      "@": { type: ALIAS, data: api }
      svc: { type: HTTPS, data: 1 api, hints: steer }
      sub: { type: NS, data: ns.sub }
      ns.sub: { type: A, data: 192.0.2.54 }
      txt.sub: { type: TXT, data: never seen }
  other.test:
    nameservers: [ns1.example.com.]
    records: { www: { type: A, data: 192.0.2.80 }, far: { steer: weighted } }
  flat.test:
    nameservers: [ns1]
    records:
      ns1: { type: A, data: 192.0.2.53 }
      www: { type: A, data: 192.0.2.80 }
      WWW.flat.test.: { type: TXT, data: the same name }
      txt: [ { type: TXT, data: x }, { type: TXT, data: y } ]
      far: { steer: weighted }
      near: { steer: nearest }
`

const REGION = ['regions', 'us']
const ZONE = ['zones', 'example.com']
const records = fc.oneof(
  fc.constant(undefined),
  fc.record({ type: fc.constantFrom('A', 'TXT', 'CNAME', 'ALIAS'), data: fc.constantFrom('192.0.2.9', 'api', 'x.') }),
  fc.record({ steer: fc.constantFrom('nearest', 'inside', 'nobody'), ttl: fc.constantFrom(5, 60) }),
  fc.record({ steer: fc.constant('nearest'), regions: fc.subarray(['eu', 'us', 'ap', 'xx'], { minLength: 1 }) }),
)
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    path: fc
      .constantFrom('ns1', 'www', 'WWW.flat.test.', 'txt', 'far', 'near', 'new')
      .map(name => ['zones', 'flat.test', 'records', name]),
    value: records,
  }),
  fc.record({
    path: fc
      .constantFrom('www', 'api', 'app', 'fen', '@', 'new', 'sub', 'svc', 'ns1')
      .map(name => [...ZONE, 'records', name]),
    value: records,
  }),
  fc.constantFrom<Edit>(
    { path: [...REGION, 'weight'], value: 7 },
    { path: [...REGION, 'enabled'], value: false },
    { path: [...REGION, 'addresses'], value: ['192.0.2.99'] },
    { path: [...REGION, 'addresses'], value: ['2001:db8::2'] },
    { path: [...REGION, 'tags'], value: [] },
    { path: ['regions', 'eu', 'tags'], value: ['small'] },
    { path: ['regions', 'new'], value: { addresses: ['192.0.2.8'] } },
    { path: ['regions', 'ap'], value: undefined },
    { path: ['regions', 'ap'], value: { target: 'lb.example.net' } },
    { path: ['policies', 'inside'], value: ['distance'] },
    { path: [...ZONE, 'ttl'], value: 77 },
    { path: [...ZONE, 'negative-ttl'], value: 7 },
    { path: [...ZONE, 'nameservers'], value: ['ns1.example.com', 'ns2.example.net.'] },
    { path: ['zones', 'other.test'], value: undefined },
    { path: ['zones', 'sub.example.com'], value: { nameservers: ['ns.other.test.'], records: {} } },
  ),
)

test('a document of which parts are remembered is the one that is read anew, whatever was edited before', () => {
  const start = readYaml(TEXT, '').value
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), edits => {
      const remembered = new Remembered()
      const read = (value: unknown) => parseTraffic(value, { serial: zone => zone.ttl, remembered })
      const anew = (value: unknown) => parseTraffic(value, { serial: zone => zone.ttl })
      let written = start
      let before = read(written)
      expect(before).toHaveProperty('document')
      for (const edit of edits) {
        let next: unknown
        try {
          next = withEdit(written, edit)
        } catch (error) {
          if (error instanceof EditError) continue
          throw error
        }
        const outcome = read(next)
        const whole = anew(next)
        expect(outcome).toEqual(whole)
        if (!('document' in outcome) || !('document' in whole) || !('document' in before)) continue
        const fromAnew = anew(written)
        if (!('document' in fromAnew)) throw new Error('it was sound')
        expect(compareLoaded({ ...before, written }, { ...outcome, written: next })).toEqual(
          compareLoaded(
            { ...fromAnew, written: structuredClone(written) },
            { ...whole, written: structuredClone(next) },
          ),
        )
        for (const [key, zone] of outcome.document.zones)
          expect(contentDigest(zone, outcome.document)).toBe(
            contentDigest(whole.document.zones.get(key)!, whole.document),
          )
        written = next
        before = outcome
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 40) },
  )
})

/** Reads one document after the other, each with what is remembered of those before. */
function rememberingReader() {
  const remembered = new Remembered()
  return (value: unknown) => {
    const outcome = parseTraffic(value, { serial: () => 1, remembered })
    if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems))
    return outcome.document
  }
}

test('records and zones that an edit leaves alone stay the same objects, also where a weight changes', () => {
  const read = rememberingReader()
  const written = readYaml(TEXT, '').value
  const before = read(written)
  const weighed = read(withEdit(written, { path: [...REGION, 'weight'], value: 7 }))
  expect(weighed.regions.get('us')?.weight).toBe(7)
  for (const [key, zone] of before.zones) expect(weighed.zones.get(key)).toBe(zone)
  const edited = read(withEdit(written, { path: [...ZONE, 'records', 'www'], value: { type: 'TXT', data: 'y' } }))
  const [then, now] = [before, edited].map(({ zones }) => zones.get('example.com.')!)
  expect(edited.zones.get('other.test.')).toBe(before.zones.get('other.test.'))
  expect(now!.records.filter(record => !then!.records.includes(record))).toHaveLength(1)
  expect(now!.steered.every(record => then!.steered.includes(record))).toBe(true)
})

test('regions, checks and policies that are written as before stay the same objects', () => {
  const read = rememberingReader()
  const written = readYaml(TEXT, '').value
  const before = read(written)
  const edited = read(withEdit(written, { path: [...ZONE, 'records', 'www'], value: { type: 'TXT', data: 'y' } }))
  expect(edited.regions).toBe(before.regions)
  expect(edited.checks).toBe(before.checks)
  expect(edited.policies).toBe(before.policies)
  const [then, now] = [before, edited].map(({ zones }) => zones.get('example.com.')!)
  expect(now!.transfer).toBe(then!.transfer)
  const weighed = read(withEdit(written, { path: [...REGION, 'weight'], value: 7 }))
  expect(weighed.regions.get('eu')).toBe(before.regions.get('eu'))
  expect(weighed.policies).toBe(before.policies)
})

test('a region that is written as before is refused where another one has its address now', () => {
  const remembered = new Remembered()
  const written = readYaml(TEXT, '').value
  parseTraffic(written, { serial: 1, remembered })
  const taken = withEdit(written, { path: ['regions', 'eu', 'addresses'], value: ['192.0.2.2'] })
  expect(parseTraffic(taken, { serial: 1, remembered })).toEqual(parseTraffic(taken, { serial: 1 }))
  expect(parseTraffic(taken, { serial: 1, remembered })).toHaveProperty('problems')
})
