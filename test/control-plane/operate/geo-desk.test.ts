import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkHere } from '../../../src/control-plane/geo/check.js'
import { GeoLibrary } from '../../../src/control-plane/geo/library.js'
import { explain } from '../../../src/control-plane/operate/explain.js'
import { GeoDesk, type GeoGuard, type GeoWish } from '../../../src/control-plane/operate/geo-desk.js'
import { localMapMaker } from '../../../src/control-plane/publish/map-maker.js'
import { parseAddress } from '../../../src/dns/address.js'
import { writeMmdb } from '../geo/mmdb-writer.js'
import { DOCUMENT, ENTRIES, makeWorld, parse, type TestWorld } from './world.js'

const BUILT = 1_700_000_000
const bytes = (
  entries: readonly { readonly prefix: string; readonly record: unknown }[],
  buildEpoch = BUILT,
  ipVersion: 4 | 6 = 6,
) => writeMmdb(entries, { ipVersion, buildEpoch })
/** Everybody in Berlin has moved to Tokyo. */
const TOKYO = ENTRIES[0].record
const MOVED = ENTRIES.map(entry =>
  entry.prefix.startsWith('130.') || entry.prefix.startsWith('2a02') ? { ...entry, record: TOKYO } : entry,
)

let folder: string
let file: string
let library: GeoLibrary
let world: TestWorld
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-geo-'))
  file = join(folder, 'cities.mmdb')
  await writeFile(file, bytes(ENTRIES))
  library = await GeoLibrary.open([file])
  world = await makeWorld(parse(DOCUMENT))
  await world.publisher.setDatabases(library.byFamily())
  library.watch(
    files => world.publisher.setDatabases(files),
    () => undefined,
  )
})
afterEach(async () => {
  library.close()
  await rm(folder, { recursive: true })
})

const desk = (more: Partial<ConstructorParameters<typeof GeoDesk>[0]> = {}): GeoDesk =>
  new GeoDesk({
    library,
    publisher: world.publisher,
    check: checkHere,
    maps: () => localMapMaker(),
    own: true,
    mostMoved: 0.5,
    ...more,
  })
const offer = async (content: Uint8Array | string, name = 'new.mmdb'): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
const NOTHING_AGAINST: GeoGuard = { judge: () => [], pass: () => ({ overrode: [], settle: () => undefined }) }
const wish = (from: string, more: Partial<GeoWish> = {}): GeoWish => ({ from, dryRun: false, force: false, ...more })
const regionOf = async (client: string): Promise<string | undefined> => {
  const locate = await library.reader()
  return explain({ ...world.sources(), locate }, { name: 'api.example.com', type: 'A', client }).answer.addresses?.[0]
}

test('newer data take the place of those in use, which stay beside them', async () => {
  const before = await readFile(file)
  const from = await offer(bytes(MOVED, BUILT + 86_400))
  const change = await desk().update(wish(from), NOTHING_AGAINST)
  expect(change).toMatchObject({
    applied: true,
    file,
    objections: [],
    builtAt: { before: BUILT * 1000, after: (BUILT + 86_400) * 1000 },
  })
  expect(change.names.find(({ name }) => name === 'api.example.com.')!.moves[0]).toMatchObject({ from: 'eu-central' })
  expect(await readFile(`${file}.previous`)).toEqual(before)
  expect(world.publisher.current()!.world.maps.size).toBeGreaterThan(0)
  expect(library.list()[0]).toMatchObject({ buildEpoch: BUILT + 86_400, refused: undefined })
  expect(await regionOf('130.149.1.0/24')).toMatch(/^192[.]0[.]2[.][45]$/)
  await desk().update(wish(`${file}.previous`, { force: true }), NOTHING_AGAINST)
  expect(await readFile(file)).toEqual(before)
})

test('a dry run compares and changes nothing', async () => {
  const before = await readFile(file)
  const change = await desk().update(wish(await offer(bytes(MOVED)), { dryRun: true }), NOTHING_AGAINST)
  expect(change).toMatchObject({ applied: false })
  expect(change.names[0]!.share).toBeGreaterThan(0)
  expect(await readFile(file)).toEqual(before)
  expect((await readdir(folder)).sort()).toEqual(['cities.mmdb', 'new.mmdb'])
})

test.each([
  [
    'moves too many clients',
    () => offer(bytes(MOVED)),
    {},
    /of the clients of api\.example\.com\. would get another region; the most is 0 %/,
  ],
  ['is older', () => offer(bytes(ENTRIES, BUILT - 1)), {}, 'its data are older than those in use'],
  ['is none', () => offer('nonsense'), {}, /is not sound: /],
  ['is not there', async () => join(folder, 'nothing'), {}, /cannot be had: ENOENT/],
  ['has a family less', () => offer(bytes(ENTRIES.slice(0, 4), BUILT, 4)), {}, /has no IPv6, which /],
  ['would replace what is not in use', () => offer(bytes(ENTRIES)), { database: 'x.mmdb' }, /x\.mmdb is not in use/],
])('a file that %s is refused, and everything stays', async (_, make, more, why) => {
  const before = await readFile(file)
  const { snapshot } = world.publisher.current()!
  await expect(desk({ mostMoved: 0 }).update(wish(await make(), more), NOTHING_AGAINST)).rejects.toThrow(why)
  expect(await readFile(file)).toEqual(before)
  expect(world.publisher.current()!.snapshot).toBe(snapshot)
  expect(await readdir(folder)).not.toContain('.cities.mmdb.candidate')
})

test('what moves too many clients is taken where it is forced', async () => {
  const change = await desk({ mostMoved: 0 }).update(wish(await offer(bytes(MOVED)), { force: true }), NOTHING_AGAINST)
  expect(change.applied).toBe(true)
  expect(change.objections.length).toBeGreaterThan(0)
})

test('the data of the package are compared with, and never replaced', async () => {
  const from = await offer(bytes(MOVED))
  expect(await desk({ own: false }).update(wish(from, { dryRun: true }), NOTHING_AGAINST)).toMatchObject({
    applied: false,
  })
  await expect(desk({ own: false }).update(wish(from), NOTHING_AGAINST)).rejects.toThrow(
    'name files of your own in geo.databases',
  )
})

test('a file is downloaded, and unpacked', async () => {
  const packed = gzipSync(bytes(ENTRIES, BUILT + 1))
  const server: Server = createServer((request, response) => {
    if (request.url === '/city.mmdb.gz') response.end(packed)
    else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on an address
  try {
    expect(await desk().update(wish(`${address}/city.mmdb.gz`), NOTHING_AGAINST)).toMatchObject({ applied: true })
    await expect(desk().update(wish(`${address}/other.mmdb`), NOTHING_AGAINST)).rejects.toThrow(
      'cannot be had: status 404',
    )
  } finally {
    server.close()
  }
  expect(library.list()[0]).toMatchObject({ buildEpoch: BUILT + 1 })
})

test('a document is looked at as it would be with other data, and nothing of it is kept', async () => {
  const { world: served, snapshot } = world.publisher.current()!
  const from = await offer(bytes(MOVED))
  const [maps, city] = await desk().consider({ from }, served.document, async (proposed, locate) => {
    expect(proposed.document).toBe(served.document)
    return [proposed.maps, locate(parseAddress('130.149.1.0')!)?.place?.city] as const
  })
  expect(city).toBe('Tokyo')
  expect([...maps.keys()]).toEqual([...served.maps.keys()])
  for (const [key, pair] of maps) expect(pair).not.toBe(served.maps.get(key))
  expect(world.publisher.current()!.snapshot).toBe(snapshot)
  expect((await readdir(folder)).sort()).toEqual(['cities.mmdb', 'new.mmdb'])
  expect((await library.reader())(parseAddress('130.149.1.0')!)?.place?.city).toBe('Berlin')
})

test('what cannot stand in for the data in use is not looked at', async () => {
  const { document } = world.publisher.current()!.world
  const look = (content: Uint8Array | string) =>
    offer(content).then(from => desk().consider({ from }, document, async () => expect.unreachable()))
  await expect(look('nonsense')).rejects.toThrow('is not sound: ')
  await expect(look(bytes(ENTRIES.slice(0, 4), BUILT, 4))).rejects.toThrow('has no IPv6, which ')
  expect(await readdir(folder)).not.toContain('.cities.mmdb.candidate')
})

describe('a guard', () => {
  const asked: string[] = []
  const guard: GeoGuard = {
    judge: () => [{ rule: 'go', words: 'no', remedy: 'wait', overridableBy: 'caller' }],
    pass: ({ maps }) => {
      const same = [...world.publisher.current()!.world.maps].every(([key, pair]) => maps.get(key) === pair)
      asked.push(same ? 'nobody moves' : 'clients move')
      return { overrode: [], settle: happened => void asked.push(`happened: ${happened}`) }
    },
  }
  const refusing: GeoGuard = {
    ...guard,
    pass: () => {
      throw new Error('not now')
    },
  }
  beforeEach(() => asked.splice(0))

  test('is asked once the maps are there, and told when they are in force', async () => {
    await desk().update(wish(await offer(bytes(MOVED))), guard)
    expect(asked).toEqual(['clients move', 'happened: true'])
  })

  test('is shown the maps in use where nobody moves', async () => {
    await desk().update(wish(await offer(bytes(ENTRIES, BUILT + 1))), guard)
    expect(asked).toEqual(['nobody moves', 'happened: true'])
  })

  test('that refuses leaves all as it is, with force as well', async () => {
    const before = await readFile(file)
    await expect(desk().update(wish(await offer(bytes(MOVED)), { force: true }), refusing)).rejects.toThrow('not now')
    expect(await readFile(file)).toEqual(before)
    expect((await readdir(folder)).sort()).toEqual(['cities.mmdb', 'new.mmdb'])
  })

  test('is only asked for its rules in a dry run, and told together with what has to be forced', async () => {
    const from = await offer(bytes(MOVED))
    expect((await desk().update(wish(from, { dryRun: true }), guard)).rules).toMatchObject([{ rule: 'go' }])
    await expect(desk({ mostMoved: 0 }).update(wish(from), guard)).rejects.toMatchObject({ rules: [{ rule: 'go' }] })
    expect(asked).toEqual([])
  })
})
