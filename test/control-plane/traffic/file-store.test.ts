import { appendFile, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FileStoreOptions, openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import { Revisions } from '../../../src/control-plane/traffic/revisions.js'
import {
  EditConflict,
  EditRefused,
  type Loaded,
  type Refused,
  TrafficRefused,
  type TrafficStore,
} from '../../../src/control-plane/traffic/store.js'
import { setWeight, storeCases, text, weight } from './store-cases.js'

const BROKEN = 'zones: {}\nregions: { eu: { addresses: [nowhere] } }\n'

let folder: string
let path: string
const opened: TrafficStore[] = []
const closing: Revisions[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-store-'))
  path = join(folder, 'traffic.yaml')
  await writeFile(path, text(1))
})
afterEach(async () => {
  for (const store of opened.splice(0)) store.close()
  for (const revisions of closing.splice(0)) await revisions.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(at = path, more: FileStoreOptions = {}): Promise<TrafficStore> {
  const store = await openFileStore(at, { serial: () => 1, ...more })
  opened.push(store)
  return store
}

const changed = (store: TrafficStore) => new Promise<Loaded>(resolve => store.onChange(resolve))
const refused = (store: TrafficStore) => new Promise<Refused>(resolve => store.onRefused(resolve))
const lines = ({ problems }: Pick<Refused, 'problems'>) => problems.map(formatProblem)

describe('a store of a file', () =>
  storeCases({
    async open() {
      const limits = { count: 100, bytes: 1e6 }
      const revisions = await Revisions.open(folder, {
        limits,
        onProblem: sentence => {
          throw new Error(sentence)
        },
      })
      closing.push(revisions)
      return open(path, { revisions })
    },
    lies: () => readFile(path, 'utf8'),
  }))

test.each([
  ['is broken', BROKEN, 'traffic.yaml:2:30 regions.eu.addresses[0]: "nowhere" is not an IP address'],
  ['is empty', '', 'traffic.yaml:1:1 is empty'],
])('a file that %s opens no store', async (_, content, line) => {
  await writeFile(path, content)
  const error = await open().catch(error => error)
  expect(error).toBeInstanceOf(TrafficRefused)
  expect(lines(error)[0]).toContain(line)
  expect(error.message).toContain(line)
})

test('a file that is not there opens no store', async () => {
  await expect(openFileStore(join(folder, 'none.yaml'))).rejects.toThrow('none.yaml:1:1 the file is gone')
})

test.each<[string, () => Promise<void>]>([
  ['is written in place', () => writeFile(path, text(2))],
  ['is appended to', () => appendFile(path, '# more\n')],
  [
    'is replaced by a rename',
    async () => {
      await writeFile(`${path}.new`, text(2))
      await rename(`${path}.new`, path)
    },
  ],
])('a file that %s is read again', async (_, change) => {
  const store = await open()
  const before = store.current().revision
  const loaded = changed(store)
  await change()
  expect((await loaded).revision).not.toBe(before)
  expect(store.current()).toBe(await loaded)
})

test('the swap of a link above the file is seen, as when a ConfigMap changes', async () => {
  for (const [version, content] of [
    ['v1', text(1)],
    ['v2', text(2)],
  ] as const) {
    await mkdir(join(folder, version))
    await writeFile(join(folder, version, 'mounted.yaml'), content)
  }
  await symlink('v1', join(folder, '..data'))
  await symlink('..data/mounted.yaml', join(folder, 'mounted.yaml'))
  const store = await open(join(folder, 'mounted.yaml'))
  const loaded = changed(store)
  await symlink('v2', join(folder, '..next'))
  await rename(join(folder, '..next'), join(folder, '..data'))
  expect(weight(await loaded)).toBe(2)
})

test('a change that raises no event in the folder, behind a link, is found by polling', async () => {
  await mkdir(join(folder, 'far'))
  await writeFile(join(folder, 'far', 'real.yaml'), text(1))
  await symlink('far/real.yaml', join(folder, 'link.yaml'))
  const store = await open(join(folder, 'link.yaml'))
  const loaded = changed(store)
  await writeFile(join(folder, 'far', 'real.yaml'), text(2))
  expect(weight(await loaded)).toBe(2)
})

test('a broken file is refused and the last good document stays, until the file is mended', async () => {
  const store = await open()
  const good = store.current()
  const refusal = refused(store)
  await writeFile(path, BROKEN)
  expect(lines(await refusal)).toEqual([`${path}:2:30 regions.eu.addresses[0]: "nowhere" is not an IP address`])
  expect(store.refused()).toBe(await refusal)
  expect(store.current()).toBe(good)
  const loaded = changed(store)
  await writeFile(path, text(1))
  expect((await loaded).revision).toBe(good.revision)
  expect(store.refused()).toBeUndefined()
})

test('a file that vanishes is a refusal, not an empty document', async () => {
  const store = await open()
  const refusal = refused(store)
  await rm(path)
  expect(lines(await refusal)).toEqual([`${path}:1:1 the file is gone`])
  expect(weight(store.current())).toBe(1)
  await expect(store.edit(setWeight(2))).rejects.toBeInstanceOf(EditRefused)
})

test("a store's own edit is not seen as a foreign change", async () => {
  const store = await open()
  let calls = 0
  store.onChange(() => void calls++)
  await store.edit(setWeight(7))
  await store.reread()
  expect(calls).toBe(1)
})

test('an edit reads first what somebody else has just written', async () => {
  const store = await open()
  const { revision } = store.current()
  await writeFile(path, `${text(1)}# by hand\n`)
  await expect(store.edit(setWeight(2), { ifRevision: revision })).rejects.toBeInstanceOf(EditConflict)
  await store.edit(setWeight(2))
  expect(await readFile(path, 'utf8')).toBe(`${text(2)}# by hand\n`)
})

test("what somebody writes into the file after a store's own edit, as long as it was, is not written over", async () => {
  const store = await open()
  await store.edit(setWeight(2))
  // In place, so that nothing but the time tells; and the clock of files ticks but every few milliseconds.
  await pause(50)
  await writeFile(path, text(2).replace('192.0.2.1', '192.0.2.2'))
  await store.edit(setWeight(3))
  expect(await readFile(path, 'utf8')).toContain('192.0.2.2')
  expect(weight(store.current())).toBe(3)
})

test("while the file is broken, an edit is refused with the file's problems", async () => {
  const store = await open()
  await writeFile(path, BROKEN)
  const error = await store.edit(setWeight(2)).catch(error => error)
  expect(error).toBeInstanceOf(EditRefused)
  expect(lines(error)[0]).toContain('"nowhere" is not an IP address')
  expect(await readFile(path, 'utf8')).toBe(BROKEN)
})
