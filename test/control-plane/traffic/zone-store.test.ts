import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { formatProblem } from '../../../src/control-plane/traffic/problem.js'
import {
  EditRefused,
  type Loaded,
  type Refused,
  TrafficRefused,
  type TrafficStore,
} from '../../../src/control-plane/traffic/store.js'
import { openZoneStore } from '../../../src/control-plane/traffic/zone-store.js'
import { formatName } from '../../../src/dns/name.js'

const ZONE = '$TTL 60\n@ SOA ns.example.net. host 1 2h 15m 2w 30\n@ NS ns.example.net.\n'

let folder: string
let first: string
let second: string
const opened: TrafficStore[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-zone-store-'))
  first = join(folder, 'first')
  second = join(folder, 'second')
  await writeFile(first, `${ZONE}a A 192.0.2.1\n`)
  await writeFile(second, `${ZONE}b A 192.0.2.1\n`)
})
afterEach(async () => {
  for (const store of opened.splice(0)) store.close()
  await rm(folder, { recursive: true, force: true })
})

function open(): TrafficStore {
  const store = openZoneStore([
    { origin: 'example.com', file: first },
    { origin: 'Example.ORG.', file: second },
  ])
  opened.push(store)
  return store
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}

const changed = (store: TrafficStore) => new Promise<Loaded>(resolve => store.onChange(resolve))
const refused = (store: TrafficStore) => new Promise<Refused>(resolve => store.onRefused(resolve))
const owners = ({ document }: Loaded): string[] =>
  [...document.zones.values()].flatMap(({ file }) => [...(file ?? [])].map(({ owner }) => formatName(owner)))

test('the zones of all files are served, under their names in canonical form', () => {
  const loaded = open().current()
  expect([...loaded.document.zones.keys()]).toEqual(['example.com.', 'example.org.'])
  expect(owners(loaded)).toEqual(expect.arrayContaining(['a.example.com.', 'b.Example.ORG.']))
})

test('a file that changes is read again, and the revision is another one', async () => {
  const store = open()
  const { revision } = store.current()
  const loaded = changed(store)
  await replace(first, `${ZONE}new A 192.0.2.1\n`)
  expect(owners(await loaded)).toContain('new.example.com.')
  expect(store.current().revision).not.toBe(revision)
})

test('a file that is broken leaves its zone as it was, and the others follow their files', async () => {
  const store = open()
  const refusal = refused(store)
  await replace(first, `${ZONE}a A nowhere\n`)
  expect((await refusal).problems.map(formatProblem)).toEqual([
    `${first}:4:5 A: address: "nowhere" is not an IPv4 address`,
  ])
  const loaded = changed(store)
  await replace(second, `${ZONE}c A 192.0.2.1\n`)
  expect(owners(await loaded)).toEqual(expect.arrayContaining(['a.example.com.', 'c.Example.ORG.']))
  expect(store.refused()?.problems).toHaveLength(1)
  const mended = changed(store)
  await replace(first, `${ZONE}d A 192.0.2.1\n`)
  expect(owners(await mended)).toContain('d.example.com.')
  expect(store.refused()).toBeUndefined()
})

test('a file that is gone leaves its zone as it was', async () => {
  const store = open()
  await rm(first)
  await store.reread()
  expect(store.refused()?.problems.map(formatProblem)).toEqual([`${first}: there is no file ${first}`])
  expect(owners(store.current())).toContain('a.example.com.')
})

test('to begin with all of them have to be sound, and every problem is told', async () => {
  await writeFile(first, `${ZONE}a A nowhere\n`)
  await writeFile(second, '@ 60 NS ns.example.net.\n')
  let error: unknown
  try {
    open()
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(TrafficRefused)
  expect((error as TrafficRefused).problems.map(formatProblem)).toEqual([
    `${first}:4:5 A: address: "nowhere" is not an IPv4 address`,
    `${second}: has no SOA record of Example.ORG.`,
  ])
})

test('two files of one zone are refused', () => {
  const twice = () =>
    openZoneStore([
      { origin: 'example.com', file: first },
      { origin: 'EXAMPLE.com.', file: second },
    ])
  expect(twice).toThrow(`${second}: is a second file of the zone EXAMPLE.com.`)
})

test('it cannot be edited from outside', async () => {
  await expect(open().edit([{ path: ['zones', 'x'], value: {} }])).rejects.toBeInstanceOf(EditRefused)
})
