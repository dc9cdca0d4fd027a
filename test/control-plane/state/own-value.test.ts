import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readKept } from '../../../src/control-plane/state/kept-value.js'
import { OwnValue } from '../../../src/control-plane/state/own-value.js'
import { add, isNumbers, sharedValueCases } from './shared-value-cases.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-own-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = async (path = join(folder, 'value.json')) =>
  new OwnValue(path, (await readKept(path, isNumbers)) ?? { numbers: [] })

describe('a value of one node', () => sharedValueCases(open))

test('a change is good before anything is awaited', async () => {
  const value = await open()
  const changing = value.update(add(1))
  expect(value.current()).toEqual({ numbers: [1] })
  await changing
})

test('a disk that takes nothing leaves the change good, and says so', async () => {
  const value = await open(join(folder, 'none', 'value.json'))
  await expect(value.update(add(1))).rejects.toThrow('ENOENT')
  expect(value.current()).toEqual({ numbers: [1] })
})
