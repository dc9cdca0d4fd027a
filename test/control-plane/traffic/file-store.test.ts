import { appendFile, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import {
  EditConflict,
  EditRefused,
  type Loaded,
  type Refused,
  TrafficRefused,
  type TrafficStore,
} from '../../../src/control-plane/traffic/store.js'

const text = (weight: number): string => `# Kept.
regions:
  eu: { addresses: [192.0.2.1], weight: ${weight} }   # beside
zones: {}
`
const BROKEN = 'zones: {}\nregions: { eu: { addresses: [nowhere] } }\n'

let folder: string
let path: string
const opened: TrafficStore[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-store-'))
  path = join(folder, 'traffic.yaml')
  await writeFile(path, text(1))
})
afterEach(async () => {
  for (const store of opened.splice(0)) store.close()
  await rm(folder, { recursive: true, force: true })
})

async function open(at = path): Promise<TrafficStore> {
  const store = await openFileStore(at, { serial: () => 1 })
  opened.push(store)
  return store
}

const weight = ({ document }: Loaded): number | undefined => document.regions.get('eu')?.weight
const changed = (store: TrafficStore) => new Promise<Loaded>(resolve => store.onChange(resolve))
const refused = (store: TrafficStore) => new Promise<Refused>(resolve => store.onRefused(resolve))
const setWeight = (value: unknown) => [{ path: ['regions', 'eu', 'weight'], value }]
const lines = ({ problems }: Pick<Refused, 'problems'>) => problems.map(formatProblem)

test('a store opens with the document of its file', async () => {
  const store = await open()
  expect(store.name).toBe(path)
  expect(weight(store.current())).toBe(1)
  expect(store.current().written).toMatchObject({ regions: { eu: { weight: 1 } } })
  expect(store.current().revision).toMatch(/^[0-9a-f]{12}$/)
  expect(store.refused()).toBeUndefined()
})

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

test('an edit is in the file, with its comments, and its listeners have finished when it resolves', async () => {
  const store = await open()
  const seen: string[] = []
  store.onChange(async loaded => {
    await Promise.resolve()
    seen.push(`${weight(loaded)}`)
  })
  const loaded = await store.edit(setWeight(7))
  expect(seen).toEqual(['7'])
  expect(store.current()).toBe(loaded)
  expect(await readFile(path, 'utf8')).toBe(text(7))
})

test("a store's own edit is not seen as a foreign change", async () => {
  const store = await open()
  let calls = 0
  store.onChange(() => void calls++)
  await store.edit(setWeight(7))
  await store.reread()
  expect(calls).toBe(1)
})

test('an edit that changes nothing writes nothing and tells nobody', async () => {
  const store = await open()
  let calls = 0
  store.onChange(() => void calls++)
  expect(await store.edit(setWeight(1))).toBe(store.current())
  expect(calls).toBe(0)
})

test('edits that come together are made one after the other, and none is lost', async () => {
  const store = await open()
  await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      store.edit([{ path: ['regions', `r${i}`], value: { addresses: [`192.0.2.${10 + i}`] } }]),
    ),
  )
  expect([...store.current().document.regions.keys()]).toEqual(['eu', ...Array.from({ length: 10 }, (_, i) => `r${i}`)])
})

test('of two edits of one revision, one is a conflict', async () => {
  const store = await open()
  const { revision } = store.current()
  const [first, second] = await Promise.allSettled([
    store.edit(setWeight(2), { ifRevision: revision }),
    store.edit(setWeight(3), { ifRevision: revision }),
  ])
  expect(first.status).toBe('fulfilled')
  expect(second).toMatchObject({ status: 'rejected', reason: { revision: store.current().revision } })
  expect(second.status === 'rejected' && second.reason).toBeInstanceOf(EditConflict)
  expect(weight(store.current())).toBe(2)
})

test('an edit reads first what somebody else has just written', async () => {
  const store = await open()
  const { revision } = store.current()
  await writeFile(path, `${text(1)}# by hand\n`)
  await expect(store.edit(setWeight(2), { ifRevision: revision })).rejects.toBeInstanceOf(EditConflict)
  await store.edit(setWeight(2))
  expect(await readFile(path, 'utf8')).toBe(`${text(2)}# by hand\n`)
})

test.each([
  ['breaks the document', setWeight(-1), `regions.eu.weight: -1 is too small; 0 is the least`],
  ['leads nowhere', [{ path: ['regions', 'eu', 'weight', 'x'], value: 1 }], 'regions.eu.weight.x: "x" leads into 1'],
])('an edit that %s is refused, and the file stays', async (_, edits, problem) => {
  const store = await open()
  const error = await store.edit(edits).catch(error => error)
  expect(error).toBeInstanceOf(EditRefused)
  expect(error.message).toContain(problem)
  expect(await readFile(path, 'utf8')).toBe(text(1))
  expect(store.refused()).toBeUndefined()
  expect(weight(await store.edit(setWeight(2)))).toBe(2)
})

test("while the file is broken, an edit is refused with the file's problems", async () => {
  const store = await open()
  await writeFile(path, BROKEN)
  const error = await store.edit(setWeight(2)).catch(error => error)
  expect(error).toBeInstanceOf(EditRefused)
  expect(lines(error)[0]).toContain('"nowhere" is not an IP address')
  expect(await readFile(path, 'utf8')).toBe(BROKEN)
})

test('a listener that fails is told to whoever made the change, and the store goes on', async () => {
  const store = await open()
  let fail = true
  store.onChange(() => {
    if (fail) throw new Error('no room')
  })
  await expect(store.edit(setWeight(2))).rejects.toThrow('no room')
  fail = false
  expect(weight(await store.edit(setWeight(3)))).toBe(3)
})
