import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MapCache } from '../../../src/control-plane/publish/map-cache.js'
import { FamilyMaker } from '../../../src/control-plane/publish/map-maker.js'
import { rankingAt } from '../../../src/control-plane/publish/rankings.js'
import type { SteeringMap } from '../../../src/control-plane/publish/steering-map.js'
import type { MapSpec } from '../../../src/control-plane/publish/steerings.js'
import { leafRanking, lookup4 } from '../../../src/snapshot/map.js'
import { databaseFile, writeMmdb } from '../geo/mmdb-writer.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-maps-'))
})
afterEach(() => rm(folder, { recursive: true }))

const SPEC: MapSpec = {
  policy: { id: 'nearest', steps: [{ step: 'distance' }] },
  candidates: [
    { id: 'a', weight: 100, location: { latitude: 0, longitude: 0 } },
    { id: 'b', weight: 100, location: { latitude: 0, longitude: 90 } },
  ],
}
const database = (longitude: number): Uint8Array =>
  writeMmdb([{ prefix: '8.8.0.0/17', record: { latitude: 1, longitude, city: 'x' } }], { ipVersion: 4 })
const maker = (bytes: Uint8Array = database(80)): FamilyMaker => {
  const made = new FamilyMaker(4, folder)
  made.setDatabases({ places: databaseFile('v4.mmdb', bytes) })
  return made
}
const files = async (): Promise<string[]> => (await readdir(folder)).map(name => join(folder, name))

test('what was compiled once is read back the same, and the database is not even opened', async () => {
  const first = maker().compile(SPEC)
  expect(await files()).toHaveLength(1)
  const again = maker()
  const second = again.compile(SPEC)
  expect(second).toEqual(first)
  expect(second.map.nodes.buffer).toBeInstanceOf(SharedArrayBuffer)
  expect(again).toHaveProperty('places', undefined)
})

describe('another map is made', () => {
  test.each<[string, () => FamilyMaker, MapSpec]>([
    ['for another database', () => maker(database(81)), SPEC],
    [
      'for another place of a region',
      () => maker(),
      { ...SPEC, candidates: [{ id: 'a', weight: 100 }, SPEC.candidates[1]!] },
    ],
    ['for regions in another order', () => maker(), { ...SPEC, candidates: [...SPEC.candidates].reverse() }],
  ])('%s', async (_, other, spec) => {
    maker().compile(SPEC)
    other().compile(spec)
    expect(await files()).toHaveLength(2)
  })
})

describe('rows of networks that are learned anew', () => {
  const learned = (rows: Readonly<Record<string, number>>): MapSpec => ({
    ...SPEC,
    policy: { id: 'fast', steps: [{ step: 'latency', table: 't', withinMs: 0, missing: 'distance' }] },
    tables: new Map([
      [
        't',
        {
          digest: JSON.stringify(rows),
          rows: new Map(Object.entries(rows).map(([network, ms]) => [network, new Map([['a', ms]])])),
        },
      ],
    ]),
  })
  const best = ({ map, rankings }: SteeringMap, address: number): number =>
    rankingAt(rankings, leafRanking(lookup4(map, address))).tiers[0]![0]!
  const IN_ROW = 0x08080101

  test('are laid over a map that is made once, and kept, whoever makes them', async () => {
    expect(best(maker().compile(learned({ '8.8.1.0/24': 1 })), IN_ROW)).toBe(0)
    expect(await files()).toHaveLength(2)
    const again = maker().compile(learned({ '8.8.1.0/24': 999, '8.8.2.0/24': 1 }))
    expect([best(again, IN_ROW), best(again, 0x08080201), best(again, 0x08080301)]).toEqual([1, 0, 1])
    expect(await files()).toHaveLength(3)
  })

  test('make no other map of a family of which there are none', async () => {
    const one = maker()
    const first = one.compile(learned({ '2001:db8::/48': 1 }))
    expect(one.compile(learned({ '2001:db8::/48': 2, '2001:db8:1::/48': 3 }))).toBe(first)
    expect(await files()).toHaveLength(1)
  })
})

test('a region’s weight makes no other map: it counts only when clients are shared out', async () => {
  maker().compile(SPEC)
  maker().compile({ ...SPEC, candidates: SPEC.candidates.map(candidate => ({ ...candidate, weight: 7 })) })
  expect(await files()).toHaveLength(1)
})

describe('a file that is not whole is not used, and is replaced', () => {
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['one bit is wrong', bytes => Buffer.from(bytes.map((byte, i) => (i === 5000 ? byte ^ 1 : byte)))],
    ['its end is missing', bytes => bytes.subarray(0, bytes.length - 100)],
    ['it is empty', () => Buffer.alloc(0)],
    ['it is something else', () => Buffer.from('a text')],
  ])('%s', async (_, damage) => {
    const right = maker().compile(SPEC)
    const [file] = await files()
    const whole = await readFile(file!)
    await writeFile(file!, damage(whole))
    expect(new MapCache(folder).load(file!.split('/').pop()!.replace('.map', ''))).toBeUndefined()
    expect(maker().compile(SPEC)).toEqual(right)
    expect(await readFile(file!)).toEqual(whole)
  })
})

test('a cache that cannot be written to costs nothing but the next compile', () => {
  const made = new FamilyMaker(4, import.meta.filename)
  made.setDatabases({ places: databaseFile('v4.mmdb', database(80)) })
  expect(made.compile(SPEC).rankings.length).toBeGreaterThan(2)
})

test('a file that is no longer the one that was checked makes no map', () => {
  const made = new FamilyMaker(4)
  made.setDatabases({ places: { ...databaseFile('v4.mmdb', database(80)), bytes: database(81) } })
  expect(() => made.compile(SPEC)).toThrow('v4.mmdb changed')
})

test('only so many are kept, and those used last', async () => {
  const spec = (i: number): MapSpec => ({ ...SPEC, candidates: [{ id: `r${i}`, weight: 1 }] })
  const cache = new MapCache(folder)
  for (let i = 0; i < 70; i++) maker().compile(spec(i))
  expect((await files()).length).toBe(64)
  expect(cache.load(cache.key(4, 'another', SPEC))).toBeUndefined()
})
