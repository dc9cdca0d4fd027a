// Policies of every kind through the real compile and the real line: scopes, weights, and who moves when a region goes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { holdsForItsScope, nearbyPrefix } from '../../scopes.js'
import { type Decoded, healthOf, type PlacedNetwork, World } from '../../world.js'

/** The long form is for those who changed what it is about. */
const RUNS = Number(process.env['MERIDIAN_RUNS'] ?? 100)

const NAMES = [
  'nearest',
  'latency',
  'failover',
  'weighted',
  'geo',
  'sticky',
  'all',
  'chain',
  'shared',
  'fenced',
  'two',
  'nested',
  'trickled',
  'ruled',
]

const documentOf = (names: readonly string[]): string => `
regions:
  a: { location: [0, 0], country: DE, tags: [red], addresses: [192.0.2.1] }
  b: { location: [0, 60], country: FR, addresses: [192.0.2.2], weight: 10 }
  b2: { location: [0, 60], country: FR, addresses: [192.0.2.3], weight: 30.5, tags: [red] }
  c: { location: [0, 120], country: JP, addresses: [192.0.2.4, 192.0.2.5], tier: 2 }
  d: { location: [0, 180], addresses: [192.0.2.6], tier: 2, weight: 0 }
policies:
  chain: [ { avoid: a }, { spread: { within: 50% } }, { take: 2 } ]
  shared: [ { sticky: { ipv4: 20, ipv6: 40 } }, { weight: { red: 7 } } ]
  fenced: [ { fence: { by: country, mode: prefer } }, distance ]
  two: [ distance, { take: 2 } ]
  nested: [ distance, { groups: [ { regions: [red, c], min-healthy: 2, steps: [weight] } ] } ]
  trickled: [ distance, { trickle: { share: 20%, to: d } } ]
  ruled:
    - geo: { rules: { 36.1.0.0/16: c, 36.0.128.0/17: [d], "2400::/20": a, continent:EU: red, "*": b }, others: drop }
    - { trickle: 50% }
zones:
  example.com:
    nameservers: [ns.example.net]
    records:
${names.map(name => `      ${name}: { steer: ${name}, ttl: { max: 60s, min: 1s } }`).join('\n')}
`

const networks: fc.Arbitrary<readonly PlacedNetwork[]> = fc.uniqueArray(
  fc.record({
    prefix: fc.oneof(nearbyPrefix(4), nearbyPrefix(16)),
    latitude: fc.constant(0),
    longitude: fc.integer({ min: -180, max: 180 }),
    country: fc.constantFrom('DE', 'FR', 'JP', 'US'),
  }),
  { selector: ({ prefix }) => prefix, minLength: 1, maxLength: 12 },
)
/** Each world takes the making of its maps: some policies each, and all of them many times. */
const someNames = fc.shuffledSubarray(NAMES, { minLength: 3, maxLength: 3 })
const down = fc.subarray(['a', 'b', 'b2', 'c', 'd'])

test(
  'every address within the scope of an answer gets that answer, for every policy, database and health',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        networks,
        down,
        someNames,
        fc.infiniteStream(fc.nat({ max: 255 })),
        async (list, gone, names, random) => {
          const world = await World.make(documentOf(names), list)
          const bytes = random[Symbol.iterator]()
          world.publisher.setHealth(healthOf(world.document, gone, 30_000))
          for (const when of ['at once', 'widened']) {
            if (when === 'widened') await world.widened()
            for (const { prefix } of list)
              for (const name of names) holdsForItsScope(world, `${name}.example.com`, prefix, bytes, 3)
          }
        },
      ),
      { numRuns: RUNS },
    )
  },
  RUNS * 1000 + 120_000,
)

describe('over 100,000 client networks', () => {
  const COUNT = 100_000
  const network = (i: number): string => `${40 + (i >>> 16)}.${(i >>> 8) & 255}.${i & 255}.0/24`

  function answers(world: World, name: string): string[] {
    return Array.from({ length: COUNT }, (_, i) =>
      world
        .ask(`${name}.example.com`, 'A', { subnet: network(i) })
        .answers.map(({ data }: Decoded) => data)
        .join(),
    )
  }
  const shareOf = (all: readonly string[], address: string): number => all.filter(one => one === address).length / COUNT

  const SHARING = `
regions:
  a: { addresses: [192.0.2.1], weight: 1 }
  b: { addresses: [192.0.2.2], weight: 2 }
  c: { addresses: [192.0.2.3], weight: 5 }
zones:
  example.com:
    nameservers: [ns.example.net]
    records: { sticky: { steer: sticky }, robin: { steer: round-robin } }
`

  test('weights are met within 1 %, and a lost region moves its own clients only, of these each', async () => {
    const world = await World.make(SHARING)
    const before = answers(world, 'sticky')
    for (const [address, part] of [
      ['192.0.2.1', 1 / 8],
      ['192.0.2.2', 2 / 8],
      ['192.0.2.3', 5 / 8],
    ] as const)
      expect(Math.abs(shareOf(before, address) - part)).toBeLessThan(0.01)
    world.publisher.setHealth(healthOf(world.document, ['b']))
    const after = answers(world, 'sticky')
    const moved = before.filter((address, i) => address !== after[i])
    expect(new Set(moved)).toEqual(new Set(['192.0.2.2']))
    expect(Math.abs(moved.length / COUNT - 2 / 8)).toBeLessThan(0.01)
    expect(Math.abs(shareOf(after, '192.0.2.3') - 5 / 6)).toBeLessThan(0.01)
  })

  test('round-robin meets them too, also for one client that asks again and again', async () => {
    const world = await World.make(SHARING)
    const one = Array.from({ length: 20_000 }, () =>
      String(world.ask('robin.example.com', 'A', { subnet: '40.1.2.0/24' }).answers[0].data),
    )
    expect(Math.abs(one.filter(address => address === '192.0.2.3').length / 20_000 - 5 / 8)).toBeLessThan(0.015)
  })
})
