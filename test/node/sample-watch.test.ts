import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { watchSamples } from '../../src/node/sample-watch.js'
import { Slots } from '../../src/snapshot/slots.js'
import { query, World } from '../world.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1] }
zones:
  example.com:
    nameservers: [ns1.example.net]
    records: { api: { steer: nearest } }
`

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => void vi.useRealTimers())

const bound = { address: '127.0.0.1', port: 53 }

test('samples are read by themselves, named, and passed on once', async () => {
  const world = await World.make(DOCUMENT)
  const seen: string[] = []
  const watch = watchSamples(
    { samples: () => [{ ring: world.samples, bound }] },
    world.publisher,
    [
      ({ name, region, zone, rcode, rung, type }, _raw, at) =>
        void seen.push([name, type, region, zone, rcode, rung, at?.port].join(' ')),
    ],
    { oneIn: 1000, startedAt: Date.now() },
  )
  world.respond(query('API.example.com', 'A'))
  world.respond(query('nowhere.example.com', 'A'))
  expect(seen).toEqual([])
  vi.advanceTimersByTime(1000)
  vi.advanceTimersByTime(5000)
  expect(seen).toEqual([
    'api.example.com. A east example.com. NOERROR healthy 53',
    'nowhere.example.com. A  example.com. NXDOMAIN  53',
  ])
  expect(watch.counts()).toEqual({ read: 2, skipped: 0 })
  watch.stop()
})

test('what was sampled last is read when it stops, though the threads have gone, and nothing after that', async () => {
  const world = await World.make(DOCUMENT)
  let rings = [{ ring: world.samples, bound }]
  const names = { zoneSlots: new Slots(4), regionSlots: new Slots(4) }
  const watch = watchSamples({ samples: () => rings }, names, [], { oneIn: 1, startedAt: 0 })
  world.respond(query('api.example.com', 'A'))
  rings = []
  watch.stop()
  expect(watch.counts().read).toBe(1)
  world.respond(query('api.example.com', 'A'))
  vi.advanceTimersByTime(60_000)
  expect(watch.counts().read).toBe(1)
  // What has no name here was of a snapshot that nobody remembers.
  expect(watch.recent.list({}, 1)[0]).toMatchObject({ zone: 'other', region: 'other' })
})

test.each([
  [1, 100],
  [100, 341],
  [1000, 1000],
])('where one query in %i is a sample, they are read every %i ms', async (oneIn, ms) => {
  const world = await World.make(DOCUMENT)
  const sampled = [{ ring: world.samples, bound }]
  const watch = watchSamples({ samples: () => sampled }, world.publisher, [], { oneIn, startedAt: 0 })
  world.respond(query('api.example.com', 'A'))
  vi.advanceTimersByTime(ms - 1)
  expect(watch.counts().read).toBe(0)
  vi.advanceTimersByTime(1)
  expect(watch.counts().read).toBe(1)
  watch.stop()
})
