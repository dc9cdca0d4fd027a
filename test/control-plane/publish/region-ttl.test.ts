// TTLs of regions: whatever a choice may hold bounds it, nothing else does, and real answers have it.
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { Sharing } from '../../../src/control-plane/policies/step.js'
import type { RegionState } from '../../../src/control-plane/publish/ladder.js'
import { PLAIN, settle } from '../../../src/control-plane/publish/settle.js'
import { standings } from '../../../src/control-plane/publish/standing.js'
import { WHEN_ALL_DOWN } from '../../../src/control-plane/traffic/document/zone.js'
import { type Decoded, healthOf, World } from '../../world.js'

const IDS = ['a', 'b', 'c', 'd', 'e']

const state = (id: string): fc.Arbitrary<RegionState> =>
  fc.record(
    {
      id: fc.constant(id),
      enabled: fc.boolean(),
      up: fc.boolean(),
      hasAddresses: fc.boolean(),
      weight: fc.integer({ min: 0, max: 3 }),
      drain: fc.constantFrom(0, 0, 40, 100),
      changeIn: fc.constantFrom(0, 3.5, 20, 90, Infinity),
      forced: fc.constantFrom('up' as const, 'down' as const),
      ttl: fc.integer({ min: 1, max: 70 }),
    },
    { requiredKeys: ['id', 'enabled', 'up', 'hasAddresses', 'weight', 'drain', 'changeIn'] },
  )

const without = ({ ttl: _, ...rest }: RegionState): RegionState => rest

const record = fc
  .record({
    min: fc.integer({ min: 0, max: 40 }),
    more: fc.integer({ min: 0, max: 40 }),
    whenAllDown: fc.constantFrom(...WHEN_ALL_DOWN),
  })
  .map(({ min, more, whenAllDown }) => ({ ttl: { min, max: min + more }, whenAllDown }))

const sharing: fc.Arbitrary<Sharing> = fc
  .record({
    take: fc.integer({ min: 1, max: 3 }),
    trickle: fc.constantFrom(undefined, { share: 0.2 }),
    least: fc.nat({ max: 2 }),
  })
  .map(({ take, trickle, least }) => ({
    ...PLAIN,
    take,
    groups: [{ regions: new Set(['a', 'b']), least }],
    ...(trickle === undefined ? {} : { trickle }),
  }))

/** Three candidates at most in a tier; `d` and `e` are fallbacks. */
const tiers = fc.constantFrom([[0], [1], [2]], [[0, 1], [2]], [[0, 1, 2]], [[2], [0, 1]], [])

test('a choice is what it would be without them, and kept for no longer than what it may hold admits, within the bounds of the record', () => {
  fc.assert(
    fc.property(
      fc.tuple(...IDS.map(state)),
      record,
      sharing,
      tiers,
      fc.nat({ max: 3 }),
      (all, record, sharing, tiers, inside) => {
        const settled = (states: readonly RegionState[]) =>
          settle(
            { tiers, inside: Math.min(inside, tiers.length) },
            standings(states.slice(0, 3), sharing),
            states.slice(3),
            record,
            sharing,
          )
        const { ttl: free, ttlLimitedBy: _, ...before } = settled(all.map(without))
        const { ttl, ttlLimitedBy, ttlIsItsOwn, ...after } = settled(all)
        expect(after).toEqual(before)
        const held = [...after.members, ...after.trickle.members].map(({ id }) => all.find(one => one.id === id)!)
        const bound = Math.min(...held.map(({ ttl = Infinity }) => ttl))
        expect(ttl).toBe(Math.max(record.ttl.min, Math.min(free, bound)))
        // Who is said to limit it does.
        const limiting = all.find(({ id }) => id === ttlLimitedBy)
        const limit = ttlIsItsOwn ? limiting?.ttl : limiting?.changeIn
        if (limiting === undefined) expect(ttl).toBe(record.ttl.max)
        else expect(Math.max(record.ttl.min, Math.floor(limit!))).toBe(ttl)
      },
    ),
    { numRuns: Number(process.env['MERIDIAN_RUNS'] ?? 300) },
  )
})

const DOCUMENT = `
regions:
  east: { location: [0, 0], addresses: [192.0.2.1, "2001:db8::1"], ttl: 15s }
  west: { location: [0, 120], addresses: [192.0.2.2] }
  spare: { addresses: [192.0.2.3], ttl: 2 }
  cdn: { location: [0, 120], target: lb.example.net, ttl: 12s }
  own: { location: [0, 0], target: lb.example.com }
zones:
  example.com:
    nameservers: [ns.example.net]
    records:
      lb: { type: A, data: 192.0.2.9, ttl: 5m }
      api: { steer: nearest, regions: [east, west], fallback: [spare] }
      long: { steer: nearest, regions: [east, west], ttl: { max: 5m, min: 40s } }
      fixed: { steer: nearest, regions: [east, west], ttl: 30s }
      both: { steer: all, regions: [east, west] }
      cdn: { steer: nearest, regions: [cdn, own] }
      www: { type: CNAME, data: api }
      "@": { type: ALIAS, data: api }
`
const EAST = '36.0.0.0/24'
const WEST = '37.0.0.0/24'
const NETWORKS = [
  { prefix: '36.0.0.0/8', latitude: 0, longitude: 1 },
  { prefix: '37.0.0.0/8', latitude: 0, longitude: 119 },
]

let world: World
beforeAll(async () => {
  world = await World.make(DOCUMENT, NETWORKS)
})

test.each([
  // name, type, client, regions that are down, TTLs of the answer
  ['api', 'A', EAST, [], [15]],
  ['api', 'AAAA', EAST, [], [15]],
  ['api', 'A', WEST, [], [60]],
  ['api', 'A', WEST, ['west'], [15]],
  ['api', 'A', EAST, ['east'], [60]],
  ['api', 'A', EAST, ['east', 'west'], [5]],
  ['long', 'A', EAST, [], [40]],
  ['long', 'A', WEST, [], [300]],
  ['long', 'A', WEST, ['east', 'west'], [40, 40]],
  ['fixed', 'A', EAST, [], [30]],
  ['both', 'A', WEST, [], [15, 15]],
  ['both', 'A', WEST, ['east'], [60]],
  ['cdn', 'A', WEST, [], [12]],
  ['cdn', 'A', WEST, ['cdn'], [60, 300]],
  ['www', 'A', EAST, [], [3600, 15]],
  ['', 'A', EAST, [], [15]],
] as const)('%s %s, asked from %s with %j down, is kept for %j s', (name, type, subnet, gone, ttls) => {
  world.publisher.setHealth(healthOf(world.document, gone))
  const { answers } = world.ask(name === '' ? 'example.com' : `${name}.example.com`, type, { subnet })
  expect(answers.map(({ ttl }: Decoded) => ttl)).toEqual(ttls)
})
