import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../../../src/control-plane/geo/database.js'
import type { LatencyTable } from '../../../src/control-plane/geo/latency-table.js'
import { baseSpec } from '../../../src/control-plane/publish/base-map.js'
import { rankingAt } from '../../../src/control-plane/publish/rankings.js'
import { compileMap, type SteeringMap } from '../../../src/control-plane/publish/steering-map.js'
import { type MapSpec, mapKey } from '../../../src/control-plane/publish/steerings.js'
import { type AddressBytes, formatAddress, parsePrefix, truncate } from '../../../src/dns/address.js'
import { leafDepth, leafRanking, lookup4, lookup6 } from '../../../src/snapshot/map.js'
import { writeMmdb } from '../geo/mmdb-writer.js'

const IDS = ['a', 'b', 'c', 'd']
const specOf = (rows: LatencyTable['rows'], more: Partial<LatencyTable> = {}, withinMs = 5): MapSpec => ({
  policy: {
    id: 'p',
    steps: [
      { step: 'latency', table: 't', withinMs, missing: 'distance' },
      { step: 'geo', rules: [{ clients: '36.1.0.0/16', regions: ['d'] }], others: 'keep' },
      { step: 'distance' },
    ],
  },
  candidates: IDS.map((id, i) => ({ id, weight: 100, location: { latitude: 0, longitude: i * 50 } })),
  tables: new Map([['t', { digest: JSON.stringify([...rows].map(([key, row]) => [key, [...row]])), rows, ...more }]]),
})

const near = (size: 4 | 16) =>
  fc
    .uint8Array({ minLength: size, maxLength: size })
    .map(bytes => bytes.map((byte, i) => (i === 0 ? 0x24 : i < 3 ? byte & 3 : byte)))
const prefix = (size: 4 | 16) =>
  fc
    .tuple(near(size), fc.integer({ min: 6, max: size === 4 ? 32 : 64 }))
    .map(([bytes, length]) => `${formatAddress(truncate(bytes, length))}/${length}`)
const rowsOf = (size: 4 | 16): fc.Arbitrary<LatencyTable['rows']> =>
  fc
    .uniqueArray(
      fc.tuple(
        fc.oneof({ weight: 5, arbitrary: prefix(size) }, fc.constantFrom('DE', '*', '10.0.0.0/8', '36.1.0.0/16')),
        fc.dictionary(fc.constantFrom(...IDS), fc.integer({ min: 1, max: 40 }), { minKeys: 1 }),
      ),
      { selector: ([key]) => key, maxLength: 12 },
    )
    .map(rows => new Map(rows.map(([key, row]) => [key, new Map(Object.entries(row))])))
/** Lines over distance, as they may be fitted. */
const model = fc.option(fc.record({ endsMs: fc.nat({ max: 40 }), msPerKm: fc.constantFrom(0.01, 0.02, 0.05) }), {
  nil: undefined,
})
const places = (size: 4 | 16) =>
  fc.uniqueArray(
    fc.record({
      prefix: prefix(size),
      longitude: fc.integer({ min: -179, max: 179 }),
      country: fc.constantFrom('DE', 'FR'),
    }),
    { selector: ({ prefix }) => prefix, maxLength: 12 },
  )

function told({ map, rankings }: SteeringMap, address: AddressBytes): string {
  const word =
    address.length === 4
      ? lookup4(map, new DataView(address.buffer, address.byteOffset).getInt32(0))
      : lookup6(map, address, 0)
  const number = leafRanking(word)
  return `${number < 2 ? number : ''} ${JSON.stringify(rankingAt(rankings, number))} /${leafDepth(word)}`
}

const world = (size: 4 | 16) => ({
  list: places(size),
  rows: rowsOf(size),
  some: fc.array(near(size), { maxLength: 12 }),
  model,
  withinMs: fc.constantFrom(0, 5, 60),
})

describe.each([
  [4, 4],
  [6, 16],
] as const)('a map of IPv%d networks', (family, size) => {
  test('that is laid over one without rows of networks is the same as one that is made whole, to the scopes', () => {
    fc.assert(
      fc.property(fc.record(world(size)), ({ list, rows, some, model, withinMs }) => {
        const entries = list.map(({ prefix, longitude, country }) => ({
          prefix,
          record: { latitude: 1, longitude, city: 'x', country_code: country },
        }))
        const sources = { places: openDatabase(writeMmdb(entries, { ipVersion: family }), 'test.mmdb') }
        const spec = specOf(rows, model === undefined ? {} : { model }, withinMs)
        const base = baseSpec(spec)!
        const under = compileMap(sources, family, base)
        const over = compileMap(sources, family, spec, under)
        const whole = compileMap(sources, family, spec)
        const edges = [...list.map(({ prefix }) => prefix), ...rows.keys()].flatMap(text => {
          const network = parsePrefix(text)
          if (network?.bytes.length !== size) return []
          const { bytes, length } = network
          return [bytes, bytes.map((byte, i) => byte | (0xff >> Math.min(8, Math.max(0, length - i * 8))))]
        })
        for (const address of [...edges, ...some]) expect(told(over, address)).toBe(told(whole, address))
      }),
      { numRuns: Number(process.env['RUNS'] ?? 40) },
    )
  })
})

const row = new Map([['a', 1]])
const MODEL = { model: { endsMs: 1, msPerKm: 0.02 } }
const base = (keys: readonly string[], more: Partial<LatencyTable> = {}, withinMs?: number) =>
  mapKey(baseSpec(specOf(new Map(keys.map(key => [key, row])), more, withinMs))!)

test('what lies under a map does not change with rows of networks, and does with all else that it is made of', () => {
  const one = base(['DE', '192.0.2.0/24'])
  expect(base(['DE', '198.51.100.0/24', '2001:db8::/48'], { digest: 'other' })).toBe(one)
  expect(base(['DE'])).toBe(one)
  expect(base(['FR', '192.0.2.0/24'])).not.toBe(one)
  expect(base(['DE', '192.0.2.0/24'], MODEL)).not.toBe(one)
})

test('a line over distance counts under a map where it is compared with times, or asked by how much', () => {
  const learned = ['192.0.2.0/24']
  expect(base(learned, MODEL, 0)).toBe(base([], {}, 0))
  expect(base(learned, MODEL, 5)).not.toBe(base(learned, {}, 5))
  expect(base([...learned, 'DE'], MODEL, 0)).not.toBe(base([...learned, 'DE'], {}, 0))
})

test('a policy that reads no table has nothing under its map', () => {
  const { tables: _, ...rest } = specOf(new Map())
  expect(baseSpec(rest)).toBeUndefined()
})
