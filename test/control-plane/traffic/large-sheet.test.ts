// What is large is read by a thread, which runs what was built: so does this.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSheet } from '../../../src/control-plane/traffic/sheet.js'
import { parseName } from '../../../src/dns/name.js'

type LargeSheet = typeof import('../../../src/control-plane/traffic/large-sheet.js')
type ZoneFilesModule = typeof import('../../../src/control-plane/traffic/zone-files.js')

const built = <T>(name: string): Promise<T> =>
  import(new URL(`../../../dist/control-plane/traffic/${name}.js`, import.meta.url).href) as Promise<T>

const { readLargeSheet } = await built<LargeSheet>('large-sheet')
const { ZoneFiles } = await built<ZoneFilesModule>('zone-files')

/** More than is read at once. */
const NAMES = 5000
const records = Array.from({ length: NAMES }, (_, i) => `      s${i}: { type: A, data: 192.0.2.1 }\n`).join('')
const large = (more: string): string =>
  `zones:\n  example.com:\n    nameservers: [ns.example.net]\n    records:\n${records}${more}`

test.each([
  ['a sound text', ''],
  ['one with an alias', '      a: &a { type: A, data: 192.0.2.2 }\n      b: *a\n'],
  ['one that is no YAML', '      c: { type: A\n'],
  ['one with a key twice', '      s7: { type: A, data: 192.0.2.3 }\n'],
  ['one with an alias to itself', '      d: &d { type: *d }\n'],
])('of %s a thread makes what is made of it at once', async (_, more) => {
  expect(await readLargeSheet(large(more), 'traffic.yaml')).toEqual(readSheet(large(more), 'traffic.yaml'))
})

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-large-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const lines = (address: string): string =>
  `$TTL 60\n@ SOA ns.example.net. h.example.net. 1 2 3 4 5\n@ NS ns.example.net.\n${Array.from({ length: 20_000 }, (_, i) => `s${i} A ${address}`).join('\n')}\n`

test('a large zone file is read by a thread, once until it changes, to the same records', async () => {
  const path = join(folder, 'example.zone')
  await writeFile(path, lines('192.0.2.1'))
  const origin = parseName('example.com')
  const document = { zones: { 'example.com': { file: 'example.zone' } } }
  const [files, others] = [new ZoneFiles(join(folder, 'traffic.yaml')), new ZoneFiles(join(folder, 'traffic.yaml'))]
  await files.readLarge(document)
  const read = files.read('example.zone', origin)
  expect([...read.records]).toEqual([...others.read('example.zone', origin).records])
  files.settle()
  others.settle()
  expect(files.digest()).toBe(others.digest())
  await files.readLarge(document)
  expect(files.read('example.zone', origin)).toBe(read)
  await writeFile(path, lines('192.0.2.22'))
  await files.readLarge(document)
  expect([...files.read('example.zone', origin).records.rdata(3)]).toEqual([192, 0, 2, 22])
})

test('what a document says wrongly of zone files is left to the gate', async () => {
  const files = new ZoneFiles(join(folder, 'traffic.yaml'))
  for (const document of [
    null,
    [],
    { zones: 7 },
    { zones: { 'a..b': { file: 'x' }, c: { file: 7 }, d: 8, e: { file: 'gone' } } },
  ])
    await files.readLarge(document)
  expect(files.digest()).toBe('')
})
