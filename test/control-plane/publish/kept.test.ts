import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { localMapMaker, type MapMaker, type MapPair } from '../../../src/control-plane/publish/map-maker.js'
import { Publisher } from '../../../src/control-plane/publish/publisher.js'
import { mapKey } from '../../../src/control-plane/publish/steerings.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { type Edit, withEdit } from '../../../src/control-plane/traffic/edit-value.js'
import { parseTraffic } from '../../../src/control-plane/traffic/parse.js'
import { Remembered } from '../../../src/control-plane/traffic/remembered.js'
import { readYaml } from '../../../src/control-plane/traffic/yaml.js'
import type { ClientMap } from '../../../src/snapshot/map.js'
import type { Snapshot } from '../../../src/snapshot/snapshot.js'
import { healthOf } from '../../world.js'

const TEXT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1], tags: [big] }
  west: { location: [45.8, -119.7], addresses: [192.0.2.2, "2001:db8::2"] }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.3] }
policies: { own: [ weight ] }
zones:
  example.com:
    nameservers: [ns.example.net]
    records:
      api: { steer: nearest }
      app: { steer: own, regions: [east, west], fallback: [tokyo] }
      www: { type: A, data: 192.0.2.80 }
      "@": { type: ALIAS, data: api }
`
const RECORDS = ['zones', 'example.com', 'records']
const step: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    path: fc.constantFrom('east', 'west', 'tokyo').map(id => ['regions', id, 'weight']),
    value: fc.nat({ max: 3 }),
  }),
  fc.record({
    path: fc.constantFrom('east', 'tokyo').map(id => ['regions', id, 'ttl']),
    value: fc.constantFrom(1, 7, '20s', undefined),
  }),
  fc.constantFrom<Edit>(
    { path: ['regions', 'west', 'enabled'], value: false },
    { path: ['regions', 'east', 'location'], value: [0, 0] },
    { path: ['regions', 'tokyo', 'addresses'], value: ['192.0.2.9', '2001:db8::9'] },
    { path: ['regions', 'new'], value: { addresses: ['192.0.2.7'] } },
    { path: ['policies', 'own'], value: [{ prefer: ['big'] }, 'distance'] },
    { path: [...RECORDS, 'app', 'ttl'], value: 7 },
    { path: [...RECORDS, 'app', 'regions'], value: ['west', 'tokyo'] },
    { path: [...RECORDS, 'www', 'data'], value: '192.0.2.81' },
    { path: [...RECORDS, 'txt'], value: { type: 'TXT', data: 'x' } },
    { path: [...RECORDS, 'www'], value: undefined },
  ),
)

const real = localMapMaker()
const made = new Map<string, Promise<MapPair>>()
const widenedMaps = new WeakMap<ClientMap, Map<string, Promise<ClientMap>>>()
/** Each map once: what is made of them is what is looked at here. */
const maps: MapMaker = {
  ...real,
  compile(spec) {
    const key = mapKey(spec)
    const pair = made.get(key) ?? real.compile(spec)
    made.set(key, pair)
    return pair
  },
  widen(family, base, choiceOf) {
    const known = widenedMaps.get(base) ?? new Map<string, Promise<ClientMap>>()
    const key = choiceOf.join()
    const map = known.get(key) ?? real.widen(family, base, choiceOf)
    widenedMaps.set(base, known.set(key, map))
    return map
  },
}

const publisherOf = (): Publisher =>
  new Publisher({
    maps,
    publish: () => undefined,
    onProblem: (what, error) => expect.fail(`${what}: ${error}`),
  })

const widened = async (publisher: Publisher): Promise<Snapshot> => {
  while (publisher.current()?.widened !== true) await new Promise(resolve => setImmediate(resolve))
  return publisher.current()!.snapshot
}

/** All that is in it but what counts on, versions, memory let go of and the slots of counters: lists of numbers by their hashes. */
const served = ({ version: _, dropped: __, regions: ___, ...rest }: Snapshot): string =>
  JSON.stringify(rest, (_key, value) => (ArrayBuffer.isView(value) ? hashOf(value) : value))

const hashes = new WeakMap<ArrayBufferView, string>()

function hashOf(view: ArrayBufferView): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
  const hash = hashes.get(view) ?? createHash('sha1').update(bytes).digest('hex')
  hashes.set(view, hash)
  return hash
}

/** Documents as a store has them, each sharing with the one before what did not change. */
function documents(edits: readonly Edit[]): readonly TrafficDocument[] {
  const remembered = new Remembered()
  let written = readYaml(TEXT, '').value
  const parsed = [undefined, ...edits].map(edit => {
    if (edit !== undefined) written = withEdit(written, edit)
    return parseTraffic(written, { serial: 1, remembered })
  })
  return parsed.flatMap(outcome => ('document' in outcome ? [outcome.document] : []))
}

test('what is published after any changes is what would be published of the last document alone', async () => {
  const downs = fc.subarray(['east', 'west', 'tokyo'])
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, downs), { minLength: 1, maxLength: 6 }), async steps => {
      const publisher = publisherOf()
      const all = documents(steps.map(([edit]) => edit))
      for (const [i, document] of all.entries()) {
        const health = healthOf(document, steps[i]?.[1] ?? [])
        publisher.setHealth(health)
        await publisher.setDocument(document)
        const alone = publisherOf()
        alone.setHealth(health)
        await alone.setDocument(document)
        expect(served(await widened(publisher))).toBe(served(await widened(alone)))
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 15) },
  )
})

test('a weight changes neither names nor answers nor maps, and a record changes no choice: they are the same memory', async () => {
  const [first, weighted, recorded] = documents([
    { path: ['regions', 'east', 'weight'], value: 3 },
    { path: [...RECORDS, 'txt'], value: { type: 'TXT', data: 'x' } },
  ])
  const publisher = publisherOf()
  const publish = async (document: TrafficDocument): Promise<Snapshot> => {
    await publisher.setDocument(document)
    return widened(publisher)
  }
  const before = await publish(first!)
  const after = await publish(weighted!)
  expect(after.names).toBe(before.names)
  expect(after.answers).toBe(before.answers)
  expect(after.members).not.toEqual(before.members)
  const last = await publish(recorded!)
  expect(last.names).not.toBe(after.names)
  expect(last.steerings).toBe(after.steerings)
  expect(last.choices).toBe(after.choices)
})

test('the TTL of a region changes choices, and neither names nor answers nor maps: they are the same memory', async () => {
  const [first, bounded] = documents([{ path: ['regions', 'east', 'ttl'], value: '15s' }])
  const publisher = publisherOf()
  await publisher.setDocument(first!)
  const before = await widened(publisher)
  const pairs = [...publisher.current()!.world.maps.values()]
  await publisher.setDocument(bounded!)
  // At once: no map had to be widened anew.
  expect(publisher.current()!.widened).toBe(true)
  const after = publisher.current()!.snapshot
  expect(after.names).toBe(before.names)
  expect(after.answers).toBe(before.answers)
  expect(after.choices).not.toEqual(before.choices)
  expect([...publisher.current()!.world.maps.values()].every((pair, i) => pair === pairs[i])).toBe(true)
  const mapsOf = ({ steerings }: Snapshot) => steerings.flatMap(({ v4, v6 }) => [v4.map, v6.map])
  expect(mapsOf(after).every((map, i) => map === mapsOf(before)[i])).toBe(true)
})

test('memory that the next snapshot shares is not counted as let go of, and names that are compiled anew are', async () => {
  const [first, weighted, recorded] = documents([
    { path: ['regions', 'east', 'weight'], value: 3 },
    { path: [...RECORDS, 'txt'], value: { type: 'TXT', data: 'x' } },
  ])
  const publisher = publisherOf()
  const dropped: number[] = []
  for (const document of [first!, weighted!, recorded!]) {
    await publisher.setDocument(document)
    dropped.push((await widened(publisher)).dropped)
  }
  const before = await widened(publisher)
  publisher.setLoads(new Map())
  const small = publisher.current()!.snapshot.dropped - before.dropped
  const names = before.names.nodes.byteLength + before.names.slots.byteLength
  expect(dropped[2]! - dropped[1]!).toBeGreaterThan(small + names / 2)
})
