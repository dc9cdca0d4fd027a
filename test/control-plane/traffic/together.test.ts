import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import { Revisions } from '../../../src/control-plane/traffic/revisions.js'
import type { Loaded, Passage, TrafficStore } from '../../../src/control-plane/traffic/store.js'
import { setWeight, text, weight } from './store-cases.js'

let folder: string
let path: string
let store: TrafficStore
let revisions: Revisions
const served: (number | undefined)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-together-'))
  path = join(folder, 'traffic.yaml')
  await writeFile(path, text(1))
  revisions = await Revisions.open(folder, { limits: { count: 1000, bytes: 1e6 }, onProblem: () => {} })
  store = await openFileStore(path, { serial: () => 1, revisions })
  served.length = 0
  store.onChange(loaded => void served.push(weight(loaded)))
})
afterEach(async () => {
  store.close()
  await revisions.close()
  await rm(folder, { recursive: true, force: true })
})

/** Adds one to what is there, as a change on top of what others did. */
const one = ({ written }: Loaded) => {
  const { regions } = written as { readonly regions: { readonly eu: { readonly weight: number } } }
  return setWeight(regions.eu.weight + 1)
}

/** What an edit is let pass with, and what it is told. */
function passing(name: string, told: string[]): { readonly guard: () => Passage } {
  return {
    guard: () => ({ overrode: [], settle: happened => void told.push(`${name} ${happened ? 'happened' : 'did not'}`) }),
  }
}

test('edits that come while one is written are served at once, and each is a revision of its own', async () => {
  const edits = Array.from({ length: 30 }, (_, i) => store.edit(one, { actor: `client ${i}` }))
  const replies = await Promise.all(edits)
  expect(replies.map(weight)).toEqual(edits.map((_, i) => i + 2))
  expect(served.at(-1)).toBe(31)
  expect(served.length).toBeLessThan(4)
  const kept = revisions.list().slice(1)
  expect(kept.map(({ number, actor, changeCount }) => [number, actor, changeCount])).toEqual(
    edits.map((_, i) => [i + 2, `client ${i}`, 1]),
  )
  expect(kept.map(({ revision }) => revision)).toEqual(replies.map(({ revision }) => revision))
  expect(await revisions.text(17)).toBe(text(17))
  expect(await readFile(path, 'utf8')).toBe(text(31))
})

test('one of them that is refused refuses nobody else', async () => {
  const edits = [one, setWeight(-1), one, [{ path: ['regions', 'eu', 'weight', 'x'], value: 1 }], one]
  const replies = await Promise.allSettled(edits.map(edit => store.edit(edit)))
  expect(replies.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
  expect(weight(store.current())).toBe(4)
  expect(revisions.list()).toHaveLength(4)
})

test('whoever is to hasten is told when edits are made, and when they are, also where they are refused', async () => {
  const told: string[] = []
  const hasten = () => {
    told.push('begins')
    return () => void told.push('ends')
  }
  const other = await openFileStore(path, { serial: () => 1, hasten })
  await Promise.allSettled([other.edit(one), other.edit(setWeight(-1))])
  other.close()
  expect(told.length).toBeGreaterThan(0)
  expect(told).toEqual(told.map((_, i) => (i % 2 === 0 ? 'begins' : 'ends')))
})

test('each is judged on top of the one before it', async () => {
  const { revision } = store.current()
  const guards: (number | undefined)[] = []
  const guard = (outcome: Loaded): Passage => {
    guards.push(weight(outcome))
    if (weight(outcome) === 3) throw new Error('not three')
    return { overrode: [], settle: () => {} }
  }
  const replies = await Promise.allSettled([
    store.edit(one, { guard }),
    store.edit(setWeight(9), { ifRevision: revision }),
    store.edit(one, { guard }),
    store.edit(setWeight(7), { guard }),
    store.edit(one, { dryRun: true }),
    store.edit(one),
  ])
  expect(replies.map(reply => (reply.status === 'fulfilled' ? weight(reply.value) : reply.reason.message))).toEqual([
    2,
    expect.stringContaining('the document has changed'),
    'not three',
    7,
    8,
    8,
  ])
  expect(guards).toEqual([2, 3, 7])
})

test('where they cannot be written none happened, the last is taken back first, and each is told', async () => {
  const told: string[] = []
  await revisions.close()
  const replies = await Promise.allSettled(['a', 'b', 'c'].map(name => store.edit(one, passing(name, told))))
  expect(replies.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  // The first of them was on its own; then all together, and each once more by itself.
  const last = told.slice(-3)
  expect(last).toEqual(['a did not', 'b did not', 'c did not'])
  expect(told.slice(0, -3).join()).toContain('c did not,b did not')
  expect(served).toEqual([])
  expect(await readFile(path, 'utf8')).toBe(text(1))
})

test('what a listener throws reaches those that made the change, which is made once', async () => {
  store.onChange(() => {
    throw new Error('a bug')
  })
  const replies = await Promise.allSettled([store.edit(one), store.edit(one), store.edit(one)])
  expect(replies.map(reply => reply.status === 'rejected' && reply.reason.message)).toEqual(['a bug', 'a bug', 'a bug'])
  expect(weight(store.current())).toBe(4)
  expect(await readFile(path, 'utf8')).toBe(text(4))
})

test('what was settled is settled in the order in which it was made', async () => {
  const told: string[] = []
  await Promise.all(['a', 'b', 'c', 'd'].map(name => store.edit(one, passing(name, told))))
  expect(told).toEqual(['a happened', 'b happened', 'c happened', 'd happened'])
})
