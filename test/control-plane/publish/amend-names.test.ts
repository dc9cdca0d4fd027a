import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CompiledNames, compileNames } from '../../../src/control-plane/publish/names.js'
import { renewNames } from '../../../src/control-plane/publish/renew-names.js'
import { atOnce } from '../../../src/control-plane/threads/steps.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { type Edit, withEdit } from '../../../src/control-plane/traffic/edit-value.js'
import { parseTraffic } from '../../../src/control-plane/traffic/parse.js'
import { Remembered } from '../../../src/control-plane/traffic/remembered.js'
import { readYaml } from '../../../src/control-plane/traffic/yaml.js'
import { Slots, ZONE_SLOTS } from '../../../src/snapshot/slots.js'

const TEXT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1] }
  west: { location: [45.8, -119.7], addresses: [192.0.2.2, "2001:db8::2"] }
zones:
  other.test:
    nameservers: [ns.example.net]
    records:
      host: { type: A, data: 192.0.2.5 }
      api: { steer: nearest, regions: [west] }
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 192.0.2.53 }
      "@": [ { type: TXT, data: first }, { type: MX, data: 10 mail } ]
      mail: { type: A, data: 192.0.2.25 }
      www: [ { type: A, data: 192.0.2.80 }, { type: A, data: 192.0.2.81 }, { type: TXT, data: x } ]
      WWW.example.com.: { type: CAA, data: 0 issue "ca.example.net" }
      api: { steer: nearest }
      beside: [ { steer: nearest }, { type: TXT, data: y } ]
      alias: { type: CNAME, data: www }
      "*.wild": { type: TXT, data: z }
      svc: { type: HTTPS, data: 1 api, hints: steer }
      sub: { type: NS, data: ns.sub }
      ns.sub: { type: A, data: 192.0.2.54 }
`
const slots = new Slots(ZONE_SLOTS)
const compile = (document: TrafficDocument): CompiledNames => atOnce(compileNames(document, slots))

/** Documents as a store has them, one for each edit that leaves one sound, and the first. */
function documents(edits: readonly Edit[]): readonly TrafficDocument[] {
  const remembered = new Remembered()
  let serial = 0
  const read = (value: unknown) => parseTraffic(value, { serial: () => ++serial, remembered })
  let written = readYaml(TEXT, '').value
  const sound: TrafficDocument[] = []
  for (const edit of [undefined, ...edits]) {
    const next = edit === undefined ? written : withEdit(written, edit)
    const outcome = read(next)
    if (!('document' in outcome)) continue
    written = next
    sound.push(outcome.document)
  }
  return sound
}

const at = (...path: readonly string[]): readonly string[] => ['zones', 'example.com', 'records', ...path]
const text = (data: string) => ({ type: 'TXT', data })
const LONG = text('"of more bytes than there were before" "and more of them"')

describe('of names that are compiled already', () => {
  test.each<[string, Edit, boolean]>([
    ['text', { path: at('*.wild'), value: text('z2') }, false],
    ['text', { path: at('beside'), value: [{ steer: 'nearest' }, LONG] }, true],
    ['text at the apex', { path: at('@'), value: [LONG, { type: 'MX', data: '10 mail' }] }, true],
    ['an address', { path: ['zones', 'other.test', 'records', 'host', 'data'], value: '192.0.2.6' }, true],
    ['an address more', { path: at('www'), value: [{ type: 'A', data: '192.0.2.9' }, text('x')] }, true],
    ['a TTL', { path: at('WWW.example.com.', 'ttl'), value: 7 }, true],
    ['an address that comes along with another answer', { path: at('mail', 'data'), value: '192.0.2.26' }, false],
    ['that of a nameserver', { path: at('ns1', 'data'), value: '192.0.2.55' }, false],
    ['what leads elsewhere', { path: at('alias', 'data'), value: 'api' }, false],
    ['a type', { path: at('mail'), value: text('x') }, false],
    ['a name', { path: at('new'), value: text('x') }, false],
    ['what is steered', { path: at('api', 'ttl'), value: 7 }, false],
    ['the TTL of the zone', { path: ['zones', 'example.com', 'ttl'], value: 7 }, false],
  ])('%s that is another is put into its place, or all are compiled anew (%#)', (_, edit, isAmended) => {
    const [before, after] = documents([edit])
    expect(renewNames(compile(before!), before!, after!) !== undefined).toBe(isAmended)
  })

  test('those that did not move stay the same memory', () => {
    const [before, after] = documents([{ path: at('www', '2', 'data'), value: 'y' }])
    const names = compile(before!)
    const renewed = renewNames(names, before!, after!)
    expect(renewed?.names).toBe(names.names)
    expect(renewed?.answers.heads).not.toEqual(names.answers.heads)
  })

  test('signed zones, zones within others and zones with an ALIAS are compiled anew', () => {
    const change: Edit = { path: at('www'), value: LONG }
    for (const [path, value] of [
      [['zones', 'other.test', 'dnssec'], true],
      [['zones', 'deep.example.com'], { nameservers: ['ns.example.net'] }],
      [['zones', 'other.test', 'records', '@'], { type: 'ALIAS', data: 'host' }],
    ] as const) {
      const [, before, after] = documents([{ path, value }, change])
      expect(renewNames(compile(before!), before!, after!)).toBeUndefined()
    }
  })
})

const value = fc.oneof(
  fc.record({ type: fc.constantFrom('A', 'TXT', 'CAA'), data: fc.constantFrom('192.0.2.9', 'x', LONG.data, '0 a b') }),
  fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 90 }).map(text),
  fc.array(
    fc.nat({ max: 9 }).map(last => ({ type: 'A', data: `192.0.2.${last}` })),
    { minLength: 1, maxLength: 5 },
  ),
)
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    path: fc.constantFrom('www', 'WWW.example.com.', '@', 'beside', 'mail', 'new').map(key => at(key)),
    value,
  }),
  fc.record({ path: fc.constant(['zones', 'other.test', 'records', 'host']), value }),
  fc.record({ path: fc.constant(['regions', 'east', 'weight']), value: fc.nat({ max: 9 }) }),
)

test('what is amended is to the last bit what would be compiled anew, whatever was edited, and how many at a time', () => {
  let amended = 0
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 3 }), (edits, step) => {
      const all = documents(edits)
      let before = all[0]!
      let names = compile(before)
      for (let i = step; i < all.length; i += step) {
        const renewed = renewNames(names, before, all[i]!)
        before = all[i]!
        const whole = compile(before)
        if (renewed !== undefined) {
          expect(renewed).toEqual(whole)
          amended++
        }
        names = renewed ?? whole
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 60) },
  )
  expect(amended).toBeGreaterThan(0)
})
