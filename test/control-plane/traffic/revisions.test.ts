import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openFileStore } from '../../../src/control-plane/traffic/file-store.js'
import { fits, type Limits, pruned } from '../../../src/control-plane/traffic/revision-limits.js'
import { Revisions } from '../../../src/control-plane/traffic/revisions.js'
import { EditConflict, EditRefused, type TrafficStore } from '../../../src/control-plane/traffic/store.js'

const text = (weight: number, comment = 'Kept.'): string => `# ${comment}
regions:
  eu: { addresses: [192.0.2.1], weight: ${weight} }
zones: {}
`
const ROOMY: Limits = { count: 1000, bytes: 1e6 }

let folder: string
let path: string
let problems: string[]
const closing: (() => unknown)[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-revisions-'))
  path = join(folder, 'traffic.yaml')
  problems = []
  await writeFile(path, text(1))
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await rm(folder, { recursive: true, force: true })
})

const JOURNAL = () => join(folder, 'revisions.log')

/** As a node starts; what was open before is left as a crash would leave it. */
async function start(limits = ROOMY): Promise<{ store: TrafficStore; revisions: Revisions }> {
  const revisions = await Revisions.open(folder, {
    limits,
    now: () => 0,
    onProblem: sentence => void problems.push(sentence),
  })
  const store = await openFileStore(path, { serial: () => 1, revisions })
  closing.push(
    () => store.close(),
    () => revisions.close(),
  )
  return { store, revisions }
}
const weigh = (value: unknown) => [{ path: ['regions', 'eu', 'weight'], value }]
const told = (revisions: Revisions) =>
  revisions.list().map(({ number, actor, changes, note }) => [number, actor, changes.length, note])

test('the document that is found at the first start is revision 1', async () => {
  const { store, revisions } = await start()
  expect(revisions.list()).toEqual([
    {
      number: 1,
      at: '1970-01-01T00:00:00.000Z',
      actor: 'file',
      revision: store.current().revision,
      changeCount: 0,
      changes: [],
      note: 'the document as it was found',
    },
  ])
})

test('an edit is a revision with who, why and what', async () => {
  const { store, revisions } = await start()
  await store.edit(weigh(7), { actor: 'alice', reason: 'drill 42' })
  expect(revisions.latest()).toMatchObject({
    number: 2,
    actor: 'alice',
    reason: 'drill 42',
    revision: store.current().revision,
    changes: [{ kind: 'changed', path: 'regions.eu.weight', from: 1, to: 7 }],
  })
  expect(await revisions.text(1)).toBe(text(1))
  expect(await revisions.text(2)).toBe(text(7))
  expect(await revisions.text(3)).toBeUndefined()
})

test('so is an edit by hand, also of comments only, and one that nobody saw because no node ran', async () => {
  const first = await start()
  await writeFile(path, text(2))
  await first.store.reread()
  await writeFile(path, text(2, 'Another comment.'))
  await first.store.reread()
  first.store.close()
  await writeFile(path, text(3))
  const { revisions } = await start()
  expect(told(revisions)).toEqual([
    [1, 'file', 0, 'the document as it was found'],
    [2, 'file', 1, undefined],
    [3, 'file', 0, 'comments, layout or order have changed'],
    [4, 'file', 2 - 1, undefined],
  ])
})

test('a start without a change makes no revision', async () => {
  await start()
  expect((await start()).revisions.list()).toHaveLength(1)
})

test('an edit that changes nothing, or is refused, or comes too late, makes none', async () => {
  const { store, revisions } = await start()
  await store.edit(weigh(1))
  await expect(store.edit(weigh(-1))).rejects.toBeInstanceOf(EditRefused)
  await expect(store.edit(weigh(2), { ifRevision: 'other' })).rejects.toBeInstanceOf(EditConflict)
  await expect(store.edit(weigh(2), { dryRun: true })).resolves.toMatchObject({ revision: expect.any(String) })
  expect(revisions.list()).toHaveLength(1)
  expect(await readFile(path, 'utf8')).toBe(text(1))
})

test('a document that is broken by hand makes none, and what repairs it makes one', async () => {
  const { store, revisions } = await start()
  await writeFile(path, 'zones: nonsense')
  await store.reread()
  expect(revisions.list()).toHaveLength(1)
  await writeFile(path, text(2))
  await store.reread()
  expect(revisions.list()).toHaveLength(2)
})

test('going back restores the text with its comments, as a revision of its own', async () => {
  const { store, revisions } = await start()
  const { revision } = store.current()
  await store.edit(weigh(7))
  await store.replace((await revisions.text(1))!, { actor: 'bob', reason: 'back to 1' })
  expect(await readFile(path, 'utf8')).toBe(text(1))
  expect(store.current().revision).toBe(revision)
  expect(revisions.latest()).toMatchObject({ number: 3, actor: 'bob', revision })
  expect(revisions.withHash(revision)?.number).toBe(3)
})

test('numbers go on after a restart', async () => {
  await (await start()).store.edit(weigh(7))
  const { store, revisions } = await start()
  await store.edit(weigh(8))
  expect(revisions.list().map(({ number }) => number)).toEqual([1, 2, 3])
})

describe('a crash', () => {
  const intention = { actor: 'alice', reason: 'why', text: text(7), changes: [], revision: '' }

  test('before the file was replaced: the revision was never in force, and its number is not given again', async () => {
    const { revisions } = await start()
    await revisions.intend([{ ...intention, revision: 'never' }])
    const again = await start()
    expect(again.revisions.list().map(({ number }) => number)).toEqual([1])
    await again.store.edit(weigh(8))
    expect(again.revisions.list().map(({ number }) => number)).toEqual([1, 3])
  })

  test('after the file was replaced: the revision is there, with who and why', async () => {
    const { store, revisions } = await start()
    const { revision } = await store.edit(weigh(7), { dryRun: true })
    await revisions.intend([{ ...intention, revision }])
    await writeFile(path, text(7))
    const again = await start()
    expect(again.revisions.latest()).toMatchObject({ number: 2, actor: 'alice', reason: 'why', revision })
  })

  test.each([
    ['before the file was replaced: none of them', 1, [1]],
    ['after the file was replaced: all of them', 4, [1, 2, 3, 4]],
  ])('while edits are written together, %s are there', async (_, there, numbers) => {
    const { store, revisions } = await start()
    const weights = [2, 3, 4]
    const hashes = await Promise.all(
      weights.map(async weight => (await store.edit(weigh(weight), { dryRun: true })).revision),
    )
    await revisions.intend(weights.map((weight, i) => ({ ...intention, text: text(weight), revision: hashes[i]! })))
    store.close()
    await writeFile(path, text(there))
    const again = await start()
    expect(again.revisions.list().map(({ number }) => number)).toEqual(numbers)
    await again.store.edit(weigh(9))
    expect(again.revisions.latest()?.number).toBe(5)
  })

  test('and an edit by hand before the next start: that edit is a revision, the other one is not', async () => {
    const { revisions } = await start()
    await revisions.intend([{ ...intention, revision: 'never' }])
    await writeFile(path, text(9))
    const again = await start()
    expect(again.revisions.list().map(({ number, actor }) => [number, actor])).toEqual([
      [1, 'file'],
      [3, 'file'],
    ])
  })

  test('at any byte of the journal takes nothing that was in force', async () => {
    const { store } = await start()
    await store.edit(weigh(2), { actor: 'alice' })
    const whole = await readFile(JOURNAL())
    await store.edit(weigh(3), { actor: 'bob' })
    const longer = await readFile(JOURNAL())
    store.close()
    for (let cut = whole.length; cut <= longer.length; cut += 7) {
      await writeFile(JOURNAL(), longer.subarray(0, cut))
      const { revisions } = await start()
      expect(revisions.get(2), `cut at ${cut}`).toMatchObject({ actor: 'alice' })
      // The file is there with weight 3, so a revision with it is, whoever answers for it.
      expect(await revisions.text(revisions.latest()!.number), `cut at ${cut}`).toBe(text(3))
    }
  })
})

test('damage is told of, and does not keep a node from starting', async () => {
  await (await start()).store.edit(weigh(2))
  await appendFile(JOURNAL(), 'nonsense\n')
  const { revisions } = await start()
  expect(problems).toEqual([`${JOURNAL()}: lines 5 are damaged, or were changed by hand`])
  expect(revisions.list()).toHaveLength(2)
})

test('a change that cannot be written down is not made', async () => {
  const { store, revisions } = await start()
  await revisions.close()
  await expect(store.edit(weigh(2))).rejects.toThrow()
  expect(await readFile(path, 'utf8')).toBe(text(1))
  expect(store.current().document.regions.get('eu')?.weight).toBe(1)
})

test('what was edited by hand is served although it cannot be written down, and that is said', async () => {
  const revisions = await Revisions.open(folder, { limits: ROOMY, onProblem: () => undefined })
  const said: string[] = []
  const store = await openFileStore(path, { revisions, onProblem: sentence => void said.push(sentence) })
  closing.push(() => store.close())
  await revisions.close()
  await writeFile(path, text(2))
  await store.reread()
  expect(store.current().document.regions.get('eu')?.weight).toBe(2)
  expect(said).toEqual([`revision ${store.current().revision} could not be kept`])
})

describe('limits', () => {
  test('the newest are kept, also over a restart', async () => {
    const { store } = await start({ count: 4, bytes: 1e6 })
    for (let weight = 2; weight <= 20; weight++) await store.edit(weigh(weight))
    const { revisions } = await start()
    const numbers = revisions.list().map(({ number }) => number)
    expect(numbers.length).toBeGreaterThanOrEqual(4)
    expect(numbers.length).toBeLessThanOrEqual(6)
    expect(numbers.at(-1)).toBe(20)
    for (const number of numbers) expect(await revisions.text(number)).toBe(text(number))
    expect(problems).toEqual([])
  })

  test('the file does not grow beyond its size by much', async () => {
    const { store } = await start({ count: 1000, bytes: 4000 })
    for (let weight = 2; weight <= 60; weight++) await store.edit(weigh(weight))
    expect((await stat(JOURNAL())).size).toBeLessThan(4000 * 2)
  })

  test.each<[readonly number[], Limits, boolean, number]>([
    [[], { count: 2, bytes: 10 }, true, 0],
    [[5], { count: 2, bytes: 10 }, true, 1],
    [[50], { count: 2, bytes: 10 }, true, 1],
    [[5, 5], { count: 2, bytes: 10 }, true, 2],
    [[5, 5, 2], { count: 2, bytes: 10 }, false, 2],
    [[4, 4, 4], { count: 9, bytes: 10 }, true, 2],
    [[5, 5, 5], { count: 9, bytes: 10 }, false, 2],
    [[1, 1, 50], { count: 9, bytes: 10 }, false, 1],
  ])('sizes %j within %j: fit %s, %d are kept', (sizes, limits, fit, kept) => {
    expect(
      fits(
        sizes.length,
        sizes.reduce((sum, size) => sum + size, 0),
        limits,
      ),
    ).toBe(fit)
    expect(pruned(sizes, limits)).toBe(kept)
  })
})
