import fc from 'fast-check'
import { test } from 'vitest'
import { formatAddress, parsePrefix, truncate } from '../../src/dns/address.js'
import { type Decoded, healthOf, subnetOf, World } from '../world.js'

const DOCUMENT = `
regions:
  a: { location: [0, 0], addresses: [192.0.2.1] }
  b: { location: [0, 60], addresses: [192.0.2.2], weight: 10 }
  b2: { location: [0, 60], addresses: [192.0.2.3], weight: 30 }
  c: { location: [0, 120], addresses: [192.0.2.4, 192.0.2.5] }
  d: { location: [0, 180], addresses: [192.0.2.6] }
zones:
  example.com:
    nameservers: [ns.example.net]
    records: { api: { steer: nearest, ttl: { max: 60s, min: 1s } } }
`

const prefix = (size: 4 | 16): fc.Arbitrary<string> =>
  fc
    .tuple(fc.uint8Array({ minLength: size, maxLength: size }), fc.integer({ min: 4, max: size === 4 ? 30 : 64 }))
    // Close to each other, so that networks have neighbours; and never private.
    .map(([bytes, length]) => {
      const near = bytes.map((byte, i) => (i === 0 ? 0x24 : i === 1 ? byte & 3 : byte))
      return `${formatAddress(truncate(near, length))}/${length}`
    })
const networks = fc.uniqueArray(
  fc.record({
    prefix: fc.oneof(prefix(4), prefix(16)),
    latitude: fc.constant(0),
    longitude: fc.integer({ min: -180, max: 180 }),
  }),
  { selector: ({ prefix }) => prefix, minLength: 1, maxLength: 25 },
)
const down = fc.subarray(['a', 'b', 'b2', 'c', 'd'])

test('every address within the scope of an answer gets that answer, whatever the database and the health, over two changes of health', async () => {
  await fc.assert(
    fc.asyncProperty(
      networks,
      down,
      down,
      fc.infiniteStream(fc.nat({ max: 255 })),
      async (list, first, second, random) => {
        const world = await World.make(DOCUMENT, list)
        const bytes = random[Symbol.iterator]()
        for (const health of [first, second]) {
          world.publisher.setHealth(healthOf(world.document, health, 30_000))
          for (const when of ['at once', 'widened']) {
            if (when === 'widened') await world.widened()
            for (const { prefix } of list) check(world, prefix, bytes)
          }
        }
      },
    ),
    { numRuns: 40 },
  )
})

/** Asks for an address of the network and then for others within the scope that came back. */
function check(world: World, network: string, bytes: Iterator<number>): void {
  const { bytes: base } = parsePrefix(network)!
  const bits = base.length * 8
  const ask = (address: Uint8Array): { told: string; scope: number } => {
    const response = world.ask('api.example.com', 'A', { subnet: `${formatAddress(address)}/${bits}` })
    return {
      told: response.answers.map(({ data, ttl }: Decoded) => `${data} ${ttl}`).join(),
      scope: subnetOf(response)!.scope,
    }
  }
  const { told, scope } = ask(base)
  for (let i = 0; i < 6; i++) {
    const kept = truncate(base, scope)
    const other = base.map((_, at) => {
      const keep = Math.min(8, Math.max(0, scope - at * 8))
      return kept[at]! | (bytes.next().value & (0xff >> keep))
    })
    const again = ask(other)
    if (again.told !== told) {
      throw new Error(
        `${formatAddress(base)} gets ${told} with scope ${scope}, but ${formatAddress(other)} gets ${again.told}`,
      )
    }
  }
}
