import { describe, expect, test } from 'vitest'
import { localMapMaker, type MapMaker } from '../../../src/control-plane/publish/map-maker.js'
import { Publisher } from '../../../src/control-plane/publish/publisher.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { parseTraffic } from '../../../src/control-plane/traffic/parse.js'
import { REGION_WORDS } from '../../../src/snapshot/choices.js'
import type { Snapshot } from '../../../src/snapshot/snapshot.js'
import { type Decoded, healthOf, readDocument, World } from '../../world.js'
import { databaseFile } from '../geo/mmdb-writer.js'

const REGIONS = `
  east: { location: [38.9, -77], addresses: [192.0.2.1] }
  west: { location: [45.8, -119.7], addresses: [192.0.2.2] }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.3, "2001:db8::3"] }`
const document = (records: string, regions = REGIONS) => `
regions:${regions}
zones:
  example.com: { nameservers: [ns.example.net], records: { ${records} } }`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
]
const answer = (world: World, subnet: string): string[] =>
  world.ask('api.example.com', 'A', { subnet }).answers.map(({ data }: Decoded) => data)

/** A map maker that counts and can be made to fail; what it makes is real. */
function watchedMaker(): MapMaker & { compiled: number; widened: number; letGone: number; failing: boolean } {
  const real = localMapMaker()
  return {
    compiled: 0,
    widened: 0,
    letGone: 0,
    failing: false,
    setDatabases: files => real.setDatabases(files),
    async compile(spec) {
      this.compiled++
      if (this.failing) throw new Error('no room for maps')
      return real.compile(spec)
    },
    async widen(...args) {
      this.widened++
      return real.widen(...args)
    },
    letGo() {
      this.letGone++
      real.letGo()
    },
    close: () => real.close(),
  }
}

function publisherWith(maps: MapMaker): { publisher: Publisher; snapshots: Snapshot[]; problems: string[] } {
  const snapshots: Snapshot[] = []
  const problems: string[] = []
  const publisher = new Publisher({
    maps,
    publish: snapshot => void snapshots.push(snapshot),
    onProblem: what => void problems.push(what),
  })
  return { publisher, snapshots, problems }
}
const idle = async (publisher: Publisher): Promise<void> => {
  while (publisher.current()?.widened !== true) await new Promise(resolve => setImmediate(resolve))
}

test('a change of health is served when setHealth returns, with the right answer before and after the scopes are widened', async () => {
  const v4Only = REGIONS.replace(', "2001:db8::3"', '')
  const world = await World.make(document('api: { steer: nearest }', v4Only), NETWORKS)
  await world.widened()
  world.publisher.setHealth(healthOf(world.document, ['tokyo', 'west']))
  expect(world.publisher.current()?.widened).toBe(false)
  expect(answer(world, '133.11.0.0/24')).toEqual(['192.0.2.1'])
  await world.widened()
  expect(answer(world, '133.11.0.0/24')).toEqual(['192.0.2.1'])
  world.publisher.setHealth(healthOf(world.document, []))
  expect(answer(world, '133.11.0.0/24')).toEqual(['192.0.2.3'])
})

/** So many names are not compiled within one slice. */
function largeDocument(): TrafficDocument {
  const names = Array.from({ length: 10_000 }, (_, i) => [`n${i}`, { type: 'A', data: '192.0.2.9' }] as const)
  const records = { ...Object.fromEntries(names), api: { steer: 'nearest' } }
  const regions = {
    east: { location: [38.9, -77], addresses: ['192.0.2.1'] },
    tokyo: { location: [35.7, 139.7], addresses: ['192.0.2.3'] },
  }
  const written = { regions, zones: { 'example.com': { nameservers: ['ns.example.net'], records } } }
  const parsed = parseTraffic(written, { serial: 1 })
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return parsed.document
}

test('while a large document is compiled a change of health is answered by at once, over the document before, and the large one has it then', async () => {
  const world = await World.make(document('api: { steer: nearest }'), NETWORKS)
  const large = largeDocument()
  let served = false
  const serving = world.publisher.setDocument(large).then(() => {
    served = true
  })
  await new Promise(setImmediate)
  world.publisher.setHealth(healthOf(large, ['tokyo']))
  expect(served).toBe(false)
  // West is a region of the document before alone.
  expect(answer(world, '133.11.0.0/24')).toEqual(['192.0.2.2'])
  expect(world.ask('n1.example.com', 'A').answers).toEqual([])
  await serving
  expect(answer(world, '133.11.0.0/24')).toEqual(['192.0.2.1'])
  expect(world.ask('n1.example.com', 'A').answers).toHaveLength(1)
})

test('of two documents the later one is served in the end, however much longer the first takes', async () => {
  const { publisher } = publisherWith(watchedMaker())
  const [large, later] = [largeDocument(), readDocument(document('api: { steer: nearest }'))]
  await Promise.all([publisher.setDocument(large), publisher.setDocument(later)])
  expect(publisher.current()?.world.document).toBe(later)
})

test('names that steer by the same policy among the same regions share one map, whatever their TTL', async () => {
  const maps = watchedMaker()
  const { publisher, snapshots } = publisherWith(maps)
  await publisher.setDocument(
    readDocument(
      document('a: { steer: nearest }, b: { steer: nearest, ttl: 30s }, c: { steer: nearest, regions: [east, west] }'),
    ),
  )
  expect(maps.compiled).toBe(2)
  expect(snapshots.at(-1)?.steerings).toHaveLength(5)
})

test('a document that changes no map is served without making one; databases are let go of when all maps are made', async () => {
  const maps = watchedMaker()
  const { publisher } = publisherWith(maps)
  await publisher.setDocument(readDocument(document('a: { steer: nearest }')))
  await publisher.setDocument(readDocument(document('a: { steer: nearest }, t: { type: TXT, data: \'"x"\' }')))
  expect(maps).toMatchObject({ compiled: 1, letGone: 1 })
  await publisher.setDocument(readDocument(document('a: { steer: nearest }', REGIONS.replace('38.9, -77', '0, 0'))))
  expect(maps).toMatchObject({ compiled: 2, letGone: 2 })
})

test('a document whose maps cannot be made leaves the one before it in service, and the next good one is taken', async () => {
  const maps = watchedMaker()
  const { publisher, snapshots } = publisherWith(maps)
  await publisher.setDocument(readDocument(document('a: { steer: nearest }')))
  const before = snapshots.length
  maps.failing = true
  await expect(publisher.setDocument(readDocument(document('b: { steer: nearest, regions: [east] }')))).rejects.toThrow(
    'no room',
  )
  expect(publisher.current()?.world.document.zones.get('example.com.')?.steered).toHaveLength(1)
  expect(snapshots.length).toBeGreaterThanOrEqual(before)
  maps.failing = false
  await publisher.setDocument(readDocument(document('b: { steer: nearest, regions: [east] }')))
  expect(publisher.current()?.world.document.zones.get('example.com.')?.steered[0]?.regions).toEqual(['east'])
})

test('a shorter TTL alone makes no map anew: the same rankings still belong together', async () => {
  const maps = watchedMaker()
  const { publisher } = publisherWith(maps)
  const doc = readDocument(document('a: { steer: nearest }'))
  await publisher.setDocument(doc)
  await idle(publisher)
  const before = maps.widened
  publisher.setHealth(healthOf(doc, [], 7000))
  expect(publisher.current()?.widened).toBe(true)
  expect(maps.widened).toBe(before)
})

test('scopes are widened once, however often something is published meanwhile', async () => {
  const maps = watchedMaker()
  const { publisher, problems } = publisherWith(maps)
  const { widen } = maps
  maps.widen = async function (...args) {
    const map = await widen.apply(this, args)
    // As a thread that takes its time, while edits go on.
    for (let i = 0; i < 3; i++) publisher.setLoads(new Map())
    return map
  }
  await publisher.setDocument(readDocument(document('a: { steer: nearest }')))
  await idle(publisher)
  expect([maps.widened, problems]).toEqual([2, []])
})

test('what is known of health and of words of operators is not published again', async () => {
  const { publisher, snapshots } = publisherWith(watchedMaker())
  const doc = readDocument(document('a: { steer: nearest }'))
  publisher.setHealth(healthOf(doc, []))
  await publisher.setDocument(doc)
  await idle(publisher)
  const before = snapshots.length
  publisher.setHealth(healthOf(doc, []))
  publisher.setForced(new Map())
  expect(snapshots).toHaveLength(before)
  publisher.setHealth(healthOf(doc, ['tokyo']))
  expect(snapshots).toHaveLength(before + 1)
})

test('versions only grow, and each snapshot is a new one', async () => {
  const { publisher, snapshots } = publisherWith(localMapMaker())
  const doc = readDocument(document('a: { steer: nearest }'))
  await publisher.setDocument(doc)
  for (let i = 0; i < 5; i++) publisher.setHealth(healthOf(doc, i % 2 === 0 ? ['east'] : []))
  await idle(publisher)
  const versions = snapshots.map(({ version }) => version)
  expect(versions).toEqual([...versions].sort((a, b) => a - b))
  expect(new Set(versions).size).toBe(versions.length)
})

test('counter slots stay with their names when regions and zones come and go', async () => {
  const { publisher, snapshots } = publisherWith(localMapMaker())
  await publisher.setDocument(readDocument(document('a: { steer: nearest }')))
  const slot = publisher.regionSlots.of('tokyo')
  await publisher.setDocument(readDocument(document('a: { steer: nearest }', REGIONS.replace(/ {2}east.*\n/, ''))))
  expect(publisher.regionSlots.of('tokyo')).toBe(slot)
  expect(snapshots.at(-1)?.regions[REGION_WORDS]).toBe(slot)
})

describe('databases', () => {
  test('one that is damaged is refused, and the maps made before stay', async () => {
    const world = await World.make(document('api: { steer: nearest }'), NETWORKS)
    const broken = databaseFile('broken.mmdb', Uint8Array.of(1, 2, 3))
    await expect(world.publisher.setDatabases({ 4: broken, 6: undefined })).rejects.toThrow('broken.mmdb')
    expect(answer(world, '133.11.0.0/24')).toEqual(['192.0.2.3'])
    await world.publisher.setDocument(readDocument(document('api: { steer: nearest, regions: [tokyo, west] }')))
    expect(answer(world, '128.143.0.0/24')).toEqual(['192.0.2.2'])
  })
})
