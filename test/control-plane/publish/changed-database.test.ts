import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DatabaseFile, GeoLibrary } from '../../../src/control-plane/geo/library.js'
import { FamilyMaker } from '../../../src/control-plane/publish/map-maker.js'
import type { MapSpec } from '../../../src/control-plane/publish/steerings.js'
import { writeMmdb } from '../geo/mmdb-writer.js'

const SPEC: MapSpec = {
  policy: { id: 'nearest', steps: [{ step: 'distance' }] },
  candidates: [
    { id: 'a', weight: 100, location: { latitude: 0, longitude: 0 } },
    { id: 'b', weight: 100, location: { latitude: 0, longitude: 90 } },
  ],
}
const database = (longitude: number): Uint8Array =>
  writeMmdb([{ prefix: '8.8.0.0/17', record: { latitude: 1, longitude } }], { ipVersion: 4 })

let folder: string
let path: string
let library: GeoLibrary
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-changed-'))
  path = join(folder, 'v4.mmdb')
  await writeFile(path, database(80))
  library = await GeoLibrary.open([path])
})
afterEach(async () => {
  library.close()
  await rm(folder, { recursive: true })
})

const checked = (): DatabaseFile => library.byFamily()[4]!
const nodesOf = (places: DatabaseFile): Int32Array => {
  const maker = new FamilyMaker(4)
  maker.setDatabases({ places })
  return maker.compile(SPEC).map.nodes
}
/** Into the very file, as no update should and some do. */
async function writeOver(bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'r+')
  await file.truncate(0)
  await file.write(bytes)
  await file.close()
}

test('a file that was written over after it had been checked makes no maps, and is said to have changed', async () => {
  const places = checked()
  await writeOver(database(20))
  expect(() => nodesOf(places)).toThrow(`${path} changed while maps were made of it`)
})

test('one that was written over with the same, or has other rights, makes the same maps', async () => {
  const before = nodesOf(checked())
  const places = checked()
  await writeOver(database(80))
  expect(nodesOf(places)).toEqual(before)
  await chmod(path, 0o600)
  expect(nodesOf(places)).toEqual(before)
})

test('one that nobody has touched is not read through once more for its hash', () => {
  expect(nodesOf({ ...checked(), hash: 'of something else' })).toEqual(nodesOf(checked()))
})

test('without a word of what the file was, its hash decides', () => {
  const { state: _, ...places } = checked()
  expect(nodesOf(places)).toEqual(nodesOf(checked()))
  expect(() => nodesOf({ ...places, hash: 'of something else' })).toThrow('changed while maps were made of it')
})

test('a maker that has let go of a database holds nothing of it, and reads it again for the next map', async () => {
  const places = checked()
  const maker = new FamilyMaker(4)
  maker.setDatabases({ places })
  const before = maker.compile(SPEC).map.nodes
  expect(maker.letGo()).toBe(database(80).length)
  expect(maker.letGo()).toBe(0)
  expect(maker.compile(SPEC).map.nodes).toEqual(before)
  maker.letGo()
  await writeOver(database(20))
  expect(() => maker.compile(SPEC)).toThrow('changed while maps were made of it')
})
