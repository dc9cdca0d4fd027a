import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Override } from '../../../src/control-plane/operate/override.js'
import { OverrideRefused, Overrides, type OverridesOptions } from '../../../src/control-plane/operate/overrides.js'
import type { ForcedRegions } from '../../../src/control-plane/publish/forced.js'
import { readKept } from '../../../src/control-plane/state/kept-value.js'
import { OwnValue } from '../../../src/control-plane/state/own-value.js'
import { StoreAway } from '../../../src/control-plane/state/store-away.js'
import { readDocument } from '../../world.js'

const START = Date.parse('2026-03-01T00:00:00Z')
const document = readDocument(`
regions:
  us-east: { addresses: [192.0.2.1] }
  us-west: { addresses: [192.0.2.2] }
zones:
  example.com: { nameservers: [ns1.example.net], records: { www: [{ steer: nearest, ttl: { min: 1s, max: 60s } }] } }
`)

let folder: string
let path: string
let applied: ForcedRegions[]
let expired: string[]
let problems: string[]
const books: Overrides[] = []
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: START })
  folder = await mkdtemp(join(tmpdir(), 'meridian-overrides-'))
  path = join(folder, 'overrides.json')
  applied = []
  expired = []
  problems = []
})
afterEach(async () => {
  for (const book of books.splice(0)) await book.close()
  vi.useRealTimers()
  await rm(folder, { recursive: true, force: true })
})

const options = (): Omit<OverridesOptions, 'kept'> => ({
  longestMs: 3600_000,
  document: () => document,
  health: () => new Map(),
  apply: forced => void applied.push(forced),
  onExpired: ({ id }) => void expired.push(id),
  onProblem: sentence => void problems.push(sentence),
})
async function open(at = path): Promise<Overrides> {
  const kept = new OwnValue(at, (await readKept(at, Overrides.isKept)) ?? Overrides.NONE)
  const book = new Overrides({ ...options(), kept })
  books.push(book)
  book.refresh()
  return book
}
const DOWN = { targets: ['us-west'], state: 'down', reason: 'because', for: '10m' } as const
const forced = () =>
  Object.fromEntries([...(applied.at(-1) ?? [])].map(([id, { state, drain }]) => [id, [state, drain]]))

test('an override is in force before anything is awaited', async () => {
  const book = await open()
  const made = book.create(DOWN, 'alice')
  expect(forced()).toEqual({ 'us-west': ['down', 0] })
  expect(await made).toEqual({
    id: '1',
    targets: ['us-west'],
    state: 'down',
    drain: 0,
    reason: 'because',
    actor: 'alice',
    createdAt: START,
    expiresAt: START + 600_000,
    origin: 'operator',
  } satisfies Override)
})

test('it ends by the clock, and not before', async () => {
  const book = await open()
  await book.create(DOWN, 'alice')
  await vi.advanceTimersByTimeAsync(599_999)
  expect(forced()).toEqual({ 'us-west': ['down', 0] })
  expect(expired).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(forced()).toEqual({})
  expect(expired).toEqual(['1'])
  expect(book.list()).toEqual([])
})

test('it is published anew before its end, so that the TTL of answers falls', async () => {
  const book = await open()
  await book.create({ ...DOWN, for: '30s' }, 'alice')
  const before = applied.length
  await vi.advanceTimersByTimeAsync(30_000)
  expect(applied.length - before).toBeGreaterThanOrEqual(20)
  expect(applied.length - before).toBeLessThanOrEqual(31)
})

test('while its end is farther away than any TTL it is looked at by the minute', async () => {
  const book = await open()
  await book.create(DOWN, 'alice')
  const before = applied.length
  await vi.advanceTimersByTimeAsync(9 * 60_000)
  expect(applied.length - before).toBe(9)
})

test('nothing runs while nothing is in force', async () => {
  const book = await open()
  const { id } = await book.create(DOWN, 'alice')
  await book.cancel(id)
  expect(vi.getTimerCount()).toBe(0)
})

test('one that cannot be taken out when it is over is told of once, and tried again every ten seconds', async () => {
  const kept = new OwnValue(path, Overrides.NONE)
  const book = new Overrides({ ...options(), kept })
  books.push(book)
  await book.create(DOWN, 'alice')
  const update = vi.spyOn(kept, 'update').mockRejectedValue(new StoreAway('etcd is away'))
  await vi.advanceTimersByTimeAsync(600_000)
  expect(forced()).toEqual({})
  expect(expired).toEqual(['1'])
  const before = [update.mock.calls.length, applied.length] as const
  await vi.advanceTimersByTimeAsync(60_000)
  expect([update.mock.calls.length, applied.length]).toEqual([before[0] + 6, before[1] + 6])
  expect(expired).toEqual(['1'])
  update.mockRestore()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(kept.current().overrides).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('it survives a restart, and one that ended meanwhile does not', async () => {
  const book = await open()
  await book.create(DOWN, 'alice')
  await book.create({ ...DOWN, targets: ['us-east'], for: '20m' }, 'bob')
  await book.close()
  vi.setSystemTime(START + 700_000)
  const again = await open()
  expect(forced()).toEqual({ 'us-east': ['down', 0] })
  expect(again.list().map(({ actor }) => actor)).toEqual(['bob'])
  await vi.advanceTimersByTimeAsync(0)
  expect(expired).toEqual(['1'])
  expect((await again.create(DOWN, 'carol')).id).toBe('3')
})

test('a clock that is set forward ends it within a minute', async () => {
  const book = await open()
  await book.create(DOWN, 'alice')
  vi.setSystemTime(START + 3600_000)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(forced()).toEqual({})
})

test('it is extended, shortened and drained more, and what is not named stays', async () => {
  const book = await open()
  const { id } = await book.create({ ...DOWN, state: 'drain', percent: 25 }, 'alice')
  expect(forced()).toEqual({ 'us-west': ['drain', 25] })
  await book.extend(id, { percent: 50 })
  expect(forced()).toEqual({ 'us-west': ['drain', 50] })
  expect(book.get(id)).toMatchObject({ expiresAt: START + 600_000, reason: 'because' })
  await book.extend(id, { for: '1h', reason: 'longer' })
  expect(book.get(id)).toMatchObject({ expiresAt: START + 3600_000, reason: 'longer', drain: 50 })
  expect(await book.extend('99', { for: '1h' })).toBeUndefined()
})

test.each([
  ['beyond the longest', { for: '2h' }, 'for'],
  ['into the past', { until: '2026-02-01T00:00:00Z' }, 'until'],
  ['by a percent that it has not', { percent: 5 }, 'percent'],
  ['without a reason', { reason: '' }, 'reason'],
])('it is not extended %s', async (_, extension, place) => {
  const book = await open()
  const { id } = await book.create(DOWN, 'alice')
  const error = await book.extend(id, extension).catch(error => error)
  expect(error).toBeInstanceOf(OverrideRefused)
  expect(error.problems).toMatchObject([{ path: place }])
  expect(book.get(id)?.expiresAt).toBe(START + 600_000)
})

test('what is cancelled is over at once, and the one before it holds', async () => {
  const book = await open()
  await book.create({ ...DOWN, targets: ['*'] }, 'alice')
  const { id } = await book.create({ ...DOWN, state: 'up' }, 'bob')
  expect(forced()).toEqual({ 'us-east': ['down', 0], 'us-west': ['up', 0] })
  const cancelled = book.cancel(id)
  expect(forced()).toEqual({ 'us-east': ['down', 0], 'us-west': ['down', 0] })
  await cancelled
  expect(await book.cancel(id)).toBeUndefined()
})

test('a disk that takes nothing keeps nothing from being in force, and that is said', async () => {
  const book = await open(join(folder, 'none', 'overrides.json'))
  await book.create(DOWN, 'alice')
  expect(forced()).toEqual({ 'us-west': ['down', 0] })
  expect(problems).toEqual(['overrides are in force, but would not survive a restart'])
})

test('the words of the file come and go with it, and hold against all others', async () => {
  const book = await open()
  await book.create({ ...DOWN, state: 'up' }, 'alice')
  const word: Override = {
    id: 'file-1',
    targets: ['us-west'],
    state: 'down',
    drain: 0,
    reason: 'x',
    actor: 'file',
    createdAt: 0,
    origin: 'file',
  }
  book.setFile([word])
  await book.create({ ...DOWN, state: 'up' }, 'alice')
  expect(forced()).toEqual({ 'us-west': ['down', 0] })
  expect(await book.cancel('file-1')).toBeUndefined()
  expect(JSON.parse(await readFile(path, 'utf8')).value.overrides).toHaveLength(2)
  book.setFile([])
  expect(forced()).toEqual({ 'us-west': ['up', 0] })
})

test('a word of the file that has ended leaves nothing that runs', async () => {
  const book = await open()
  book.setFile([
    {
      id: 'file-1',
      targets: ['*'],
      state: 'down',
      drain: 0,
      reason: 'x',
      actor: 'x',
      createdAt: 0,
      expiresAt: START + 5000,
      origin: 'file',
    },
  ])
  await vi.advanceTimersByTimeAsync(5000)
  expect(forced()).toEqual({})
  expect(vi.getTimerCount()).toBe(0)
})

test.each([
  ['no JSON', '{'],
  ['another form', '{"form":9,"value":{}}'],
  ['another thing', '{"form":1,"value":{"next":1,"overrides":[{"id":7}]}}'],
])('a file with %s is told of, and not believed', async (_, text) => {
  await writeFile(path, text)
  await expect(readKept(path, Overrides.isKept)).rejects.toThrow('is damaged, or of another release')
})
