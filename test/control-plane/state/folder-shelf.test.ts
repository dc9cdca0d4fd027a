import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FolderShelf } from '../../../src/control-plane/state/folder-shelf.js'
import { shelfCases } from './shelf-cases.js'

const DAY = 24 * 3600_000

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-shelf-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const path = (...parts: string[]) => join(folder, 'shelf', ...parts)

describe('a shelf of one node', () => shelfCases(async limits => new FolderShelf(path(), limits)))

test('a text is gone when its time is over, also over a restart', async () => {
  let now = Date.now()
  const open = () => new FolderShelf(path(), { keepMs: DAY, most: 10 }, () => now)
  const shelf = open()
  await shelf.put('a', 'one')
  now += DAY - 60_000
  expect(await shelf.put('a', 'two')).toBe('one')
  expect(await open().put('a', 'two')).toBe('one')
  now += 120_000
  expect(await open().put('a', 'two')).toBeUndefined()
  expect(await readdir(path())).toEqual(['a'])
})

test('what was being written when the machine went down is taken for nothing, and swept up', async () => {
  await mkdir(path())
  await writeFile(path('a.1.new'), 'half a te')
  await utimes(path('a.1.new'), 1, 1)
  expect(await new FolderShelf(path(), { keepMs: DAY, most: 10 }).put('a', 'whole')).toBeUndefined()
  expect(await readdir(path())).toEqual(['a'])
})

test('where the disk takes nothing, whoever puts something is told, and once it does it is taken', async () => {
  await writeFile(path(), 'a file in place of the folder')
  const shelf = new FolderShelf(path(), { keepMs: DAY, most: 10 })
  await expect(shelf.put('a', 'one')).rejects.toThrow('EEXIST')
  await rm(path())
  expect(await shelf.put('a', 'one')).toBeUndefined()
})
