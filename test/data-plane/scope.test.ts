import fc from 'fast-check'
import { test } from 'vitest'
import { holdsForItsScope, nearbyPrefix } from '../scopes.js'
import { healthOf, World } from '../world.js'

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

const networks = fc.uniqueArray(
  fc.record({
    prefix: fc.oneof(nearbyPrefix(4), nearbyPrefix(16)),
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
            for (const { prefix } of list) holdsForItsScope(world, 'api.example.com', prefix, bytes, 6)
          }
        }
      },
    ),
    { numRuns: 40 },
  )
})
