import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RotatingFile } from '../../../src/control-plane/state/rotating-file.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-rotating-'))
})
afterEach(() => rm(folder, { recursive: true }))

const problems: string[] = []
beforeEach(() => {
  problems.length = 0
})
const onProblem = (sentence: string): void => void problems.push(sentence)
const path = (): string => join(folder, 'log')
const bytes = (text: string): Uint8Array => Buffer.from(text)
const contents = async (): Promise<Record<string, string>> => {
  const names = (await readdir(folder)).sort()
  return Object.fromEntries(
    await Promise.all(names.map(async name => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}

test('pieces are whole in one file, and the newest of those that were put aside are kept', async () => {
  const file = new RotatingFile(path(), { limit: 10, keep: 2, onProblem })
  file.write(['aaaa\n', 'bbbb\n', 'cccc\n', 'dddd\n', 'eeee\n', 'ffff\n', 'gggg\n'].map(bytes))
  await file.close()
  expect(await contents()).toEqual({ log: 'gggg\n', 'log.1': 'eeee\nffff\n', 'log.2': 'cccc\ndddd\n' })
  expect([file.written, file.lost, problems]).toEqual([7, 0, []])
})

test('a file that is there already is gone on with', async () => {
  await writeFile(path(), 'before\n')
  const file = new RotatingFile(path(), { limit: 1000, keep: 2, onProblem })
  file.write([bytes('after\n')])
  await file.close()
  expect(await contents()).toEqual({ log: 'before\nafter\n' })
})

test('a piece that is longer than a file has one of its own', async () => {
  const file = new RotatingFile(path(), { limit: 4, keep: 5, onProblem })
  file.write(['a', 'bbbbbbbb', 'c'].map(bytes))
  await file.close()
  expect(await contents()).toEqual({ log: 'c', 'log.1': 'bbbbbbbb', 'log.2': 'a' })
})

test('framed files each have head and tail, and are never gone on with', async () => {
  await writeFile(path(), '<old')
  const frame = { head: bytes('<'), tail: bytes('>') }
  const file = new RotatingFile(path(), { limit: 6, keep: 3, frame, onProblem })
  file.write(['aaaa', 'bbbb'].map(bytes))
  await file.close()
  expect(await contents()).toEqual({ log: '<bbbb>', 'log.1': '<aaaa>', 'log.2': '<old' })
})

test('nothing is written where there is nothing to write', async () => {
  await new RotatingFile(path(), { limit: 6, keep: 3, onProblem }).close()
  expect(await contents()).toEqual({})
})

test('what cannot be written is counted and told of once, and it goes on when it can be again', async () => {
  await mkdir(path())
  const file = new RotatingFile(path(), { limit: 1000, keep: 2, onProblem })
  const settled = async (): Promise<void> => {
    const before = file.lost + file.written
    file.write([bytes('x')])
    while (file.lost + file.written === before) await new Promise(resolve => setImmediate(resolve))
  }
  await settled()
  await settled()
  expect([file.lost, problems]).toEqual([2, [`${path()} cannot be written`]])
  await rm(path(), { recursive: true })
  await settled()
  await file.close()
  expect([file.written, await contents()]).toEqual([1, { log: 'x' }])
})

test('what comes faster than the disk takes it is lost, and not kept in memory', async () => {
  const file = new RotatingFile(path(), { limit: 1e9, keep: 1, onProblem })
  const megabyte = new Uint8Array(1 << 20)
  for (let i = 0; i < 20; i++) file.write([megabyte])
  await file.close()
  expect(file.written + file.lost).toBe(20)
  expect(file.lost).toBeGreaterThan(0)
})
