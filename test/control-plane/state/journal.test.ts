import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Journal } from '../../../src/control-plane/state/journal.js'
import { formatLine, NO_HASH, readLines } from '../../../src/control-plane/state/journal-line.js'

let folder: string
let path: string
const opened: Journal[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-journal-'))
  path = join(folder, 'some.log')
})
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close()
  await rm(folder, { recursive: true, force: true })
})

async function open() {
  const outcome = await Journal.open(path, NO_HASH)
  opened.push(outcome.journal)
  return outcome
}
const records = async () => (await open()).lines.map(({ record }) => record)

const write = (...values: readonly object[]): string => {
  let hash = NO_HASH
  return values
    .map(value => {
      const line = formatLine(JSON.stringify(value), hash)
      hash = line.hash
      return line.text
    })
    .join('')
}

test('what was appended is there after the next opening, and its owner alone can read it', async () => {
  const { journal, lines } = await open()
  expect(lines).toEqual([])
  await journal.append({ a: 1 })
  await Promise.all([journal.append({ b: 'ü\n' }), journal.append({ c: [null] })])
  expect(await records()).toEqual([{ a: 1 }, { b: 'ü\n' }, { c: [null] }])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

test('each line is JSON that other programs can read', async () => {
  const { journal } = await open()
  await journal.append({ what: 'this' })
  const [line = ''] = (await readFile(path, 'utf8')).split('\n')
  expect(JSON.parse(line)).toEqual({ what: 'this', hash: journal.head })
})

test('a record is read back from where it was written', async () => {
  const { journal } = await open()
  const extents = await Promise.all([{ a: 'é' }, { b: 2 }, { c: 3 }].map(record => journal.append(record)))
  expect(await Promise.all(extents.map(extent => journal.read(extent)))).toEqual([{ a: 'é' }, { b: 2 }, { c: 3 }])
})

test('a file that was cut at any byte loses no whole line, and goes on', async () => {
  const text = write({ a: 1 }, { b: 2 }, { c: 3 })
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1)
  for (let cut = 0; cut <= text.length; cut++) {
    await writeFile(path, text.slice(0, cut))
    const { journal, lines, damaged, torn } = await open()
    const whole = ends.filter(end => end <= cut)
    expect([lines.length, damaged, torn], `cut at ${cut}`).toEqual([whole.length, [], cut - (whole.at(-1) ?? 0)])
    if (cut % 20 === 0) {
      await journal.append({ more: true })
      expect((await records()).length).toBe(whole.length + 1)
    }
  }
})

describe('damage is found', () => {
  const text = write({ a: 1 }, { b: 2 }, { c: 3 })
  const [first = '', second = '', third = ''] = text.split('\n')
  test.each<[string, string, readonly number[], number]>([
    ['a changed value', `${first}\n${second.replace('2', '5')}\n${third}\n`, [2], 3],
    ['a line that was taken out', `${first}\n${third}\n`, [2], 2],
    ['lines that changed places', `${second}\n${first}\n${third}\n`, [1, 2, 3], 3],
    ['a first line that was taken out', `${second}\n${third}\n`, [1], 2],
    ['a line of something else', `${first}\nhello\n${second}\n${third}\n`, [2], 3],
    ['an empty line', `${first}\n\n${second}\n${third}\n`, [2], 3],
  ])('%s', (_, damagedText, lines, kept) => {
    const outcome = readLines(Buffer.from(damagedText), NO_HASH)
    expect(outcome.damaged).toEqual(lines)
    expect(outcome.lines).toHaveLength(kept)
  })

  test('and what can be read is read, and what is appended is sound', async () => {
    await writeFile(path, `${first}\nhello\n${second}\n`)
    const { journal, damaged } = await open()
    expect(damaged).toEqual([2])
    await journal.append({ d: 4 })
    const again = await open()
    expect(again.damaged).toEqual([2])
    expect(again.lines.map(({ record }) => record)).toEqual([{ a: 1 }, { b: 2 }, { d: 4 }])
  })

  test('any one byte that is changed', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 2), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const bytes = Buffer.from(text)
        bytes[at] = (bytes[at]! + by) & 0xff
        expect(readLines(bytes, NO_HASH).damaged).not.toEqual([])
      }),
    )
  })
})

test('a journal that is written anew holds the records that it was given, in a chain of their own', async () => {
  const { journal } = await open()
  for (let i = 0; i < 5; i++) await journal.append({ i })
  const extents = await journal.rewrite([{ i: 3 }, { i: 4 }])
  expect(await Promise.all(extents.map(extent => journal.read(extent)))).toEqual([{ i: 3 }, { i: 4 }])
  await journal.append({ i: 5 })
  expect(await records()).toEqual([{ i: 3 }, { i: 4 }, { i: 5 }])
  expect((await open()).damaged).toEqual([])
})

test('what cannot be written is rejected, and leaves nothing behind', async () => {
  const { journal } = await open()
  await journal.append({ a: 1 })
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  await expect(journal.append(circular)).rejects.toThrow('circular')
  await journal.append({ b: 2 })
  expect(await records()).toEqual([{ a: 1 }, { b: 2 }])
})

test('a journal whose end somebody cut off has another head', async () => {
  const { journal } = await open()
  await journal.append({ a: 1 })
  const { length } = journal
  await journal.append({ b: 2 })
  await truncate(path, length)
  const { journal: again, damaged } = await open()
  expect(damaged).toEqual([])
  expect(again.head).not.toBe(journal.head)
})
