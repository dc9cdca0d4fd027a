import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { afterDeltas, keptText } from '../../../src/control-plane/traffic/revision-text.js'
import { Revisions } from '../../../src/control-plane/traffic/revisions.js'

const LARGE = Array.from({ length: 2000 }, (_, i) => `line ${i} é 𝄞`).join('\n')
const at = (place: number, anew: string): string => `${LARGE.slice(0, place)}${anew}${LARGE.slice(place + 3)}`
const revision = (text: string, i: number) => ({ actor: `a${i}`, revision: `r${i}`, text, changes: [] })

let folder: string
const opened: Revisions[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-texts-'))
})
afterEach(async () => {
  for (const revisions of opened.splice(0)) await revisions.close()
  await rm(folder, { recursive: true, force: true })
})

/** As a node starts; what was open before is left as a crash would leave it. */
async function open(count = 1000, onProblem = (sentence: string): void => expect.fail(sentence)): Promise<Revisions> {
  const revisions = await Revisions.open(folder, { limits: { count, bytes: 1e9 }, onProblem })
  opened.push(revisions)
  return revisions
}

async function expectTexts(revisions: Revisions, texts: readonly string[]): Promise<void> {
  for (const { number, revision } of revisions.list()) {
    expect(revision).toBe(`r${number}`)
    expect(await revisions.text(number)).toBe(texts[number])
  }
}

test('any text comes of any other by what is different', () => {
  const part = fc.string({ unit: 'binary', maxLength: 40 })
  fc.assert(
    fc.property(fc.nat({ max: LARGE.length }), part, part, fc.boolean(), (place, one, other, same) => {
      const [before, after] = [at(place, one), same ? at(place, one) : at(place, other)]
      const kept = keptText(after, { number: 7, text: before, steps: 0 })
      if (!('delta' in kept)) return expect.fail('it is kept whole')
      expect(kept.delta.on).toBe(7)
      expect(kept.delta.anew.length).toBeLessThanOrEqual(other.length + 3)
      expect(afterDeltas(before, [JSON.parse(JSON.stringify(kept.delta))])).toBe(after)
    }),
    { numRuns: Number(process.env['RUNS'] ?? 200) },
  )
})

test('small texts, the first, those that have little in common, and one in fifty are kept whole', () => {
  const base = { number: 1, text: LARGE, steps: 0 }
  expect(keptText('a', { ...base, text: 'b' })).toEqual({ text: 'a' })
  expect(keptText(LARGE, undefined)).toEqual({ text: LARGE })
  expect(keptText(LARGE.toUpperCase(), base)).toHaveProperty('text')
  expect(keptText(at(9, 'x'), { ...base, steps: 50 })).toHaveProperty('text')
})

test('of a large document a hundred edits take little more room than two, and each is there word by word, after a restart too', async () => {
  const texts = ['', ...Array.from({ length: 100 }, (_, i) => at(i * 17, `${i}`))]
  const revisions = await open()
  for (const [i, text] of texts.entries()) if (i > 0) await revisions.record(revision(text, i))
  await expectTexts(revisions, texts)
  await revisions.close()
  expect((await stat(join(folder, 'revisions.log'))).size).toBeLessThan(5 * Buffer.byteLength(LARGE))
  const again = await open()
  expect(again.list()).toHaveLength(100)
  await expectTexts(again, texts)
  await again.record(revision(LARGE, 101))
  await expectTexts(again, [...texts, LARGE])
  await again.close()
})

test('those that are written together, and those that never came into force, hold up nobody', async () => {
  const texts = ['', ...Array.from({ length: 9 }, (_, i) => at(i * 100, `${i}`))]
  const of = (...numbers: readonly number[]) => numbers.map(i => revision(texts[i]!, i))
  const revisions = await open()
  await revisions.record(of(1)[0]!)
  await revisions.intend(of(2, 3, 4))
  await revisions.confirm()
  await revisions.intend(of(5, 6))
  await revisions.abandon()
  await revisions.intend(of(7, 8))
  await revisions.close()
  // Of those two the first came into force before the machine went down.
  const again = await open()
  await again.begin('r7', () => expect.fail('it is known'))
  expect(again.list().map(({ number }) => number)).toEqual([1, 2, 3, 4, 7])
  await expectTexts(again, texts)
  await again.record(of(9)[0]!)
  await expectTexts(again, texts)
  await again.close()
})

test('where the oldest are dropped, the oldest that stays is kept whole', async () => {
  const texts = ['', ...Array.from({ length: 60 }, (_, i) => at(i * 10, `${i}`))]
  const revisions = await open(8)
  for (const [i, text] of texts.entries()) if (i > 0) await revisions.record(revision(text, i))
  expect(revisions.list().length).toBeLessThan(12)
  await expectTexts(revisions, texts)
  await revisions.close()
  const again = await open(8)
  await expectTexts(again, texts)
  await again.close()
})

test('a text whose way is damaged is not told, and those after the damage that are whole are', async () => {
  const path = join(folder, 'revisions.log')
  const revisions = await open()
  await revisions.record(revision(LARGE, 1))
  await revisions.record(revision(at(5, 'x'), 2))
  await revisions.close()
  const lines = (await readFile(path, 'utf8')).split('\n')
  await rm(path)
  await appendFile(path, `${lines.slice(2).join('\n')}`)
  const again = await open(9, () => undefined)
  expect(again.list().map(({ number }) => number)).toEqual([2])
  expect(await again.text(2)).toBeUndefined()
  await again.record(revision(at(5, 'y'), 3))
  expect(await again.text(3)).toBe(at(5, 'y'))
  await again.close()
})
