import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SignedCopy, seal, unseal } from '../../../src/control-plane/fleet/signed-copy.js'

let folder: string
let problems: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-copy-'))
  problems = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const open = () => SignedCopy.open({ folder, onProblem: sentence => void problems.push(sentence) })
const path = () => join(folder, 'fleet-copy.json')

const KEY = Buffer.alloc(32, 1)
const ENTRIES = fc
  .array(fc.tuple(fc.string(), fc.record({ value: fc.string(), version: fc.nat() })))
  .map(entries => new Map(entries.filter(([key]) => key !== '__proto__')))

test('what was sealed comes back as it was', () => {
  fc.assert(
    fc.property(ENTRIES, fc.nat(), (copied, savedAt) => {
      expect(unseal(seal(copied, savedAt, KEY), KEY)).toEqual({ copied, savedAt })
    }),
  )
})

test('a text that differs in one character is not what was sealed', () => {
  const text = seal(new Map([['document', { value: 'zones: {}', version: 7 }]]), 5, KEY)
  fc.assert(
    fc.property(fc.nat(text.trimEnd().length - 1), fc.constantFrom('0', 'x', '"', '\n', ''), (at, other) => {
      const changed = text.slice(0, at) + other + text.slice(at + 1)
      expect(changed === text || unseal(changed, KEY) === undefined).toBe(true)
    }),
  )
})

test('no text at all is one that was sealed, and none does harm', () => {
  fc.assert(fc.property(fc.string(), text => unseal(text, KEY) === undefined))
})

test('what was kept is there at the next start, the newest of each key', async () => {
  const { copy, before } = await open()
  expect(before).toBeUndefined()
  copy.keep('document', { value: 'one', version: 1 })
  copy.keep('tokens', { value: 'two', version: 2 })
  copy.keep('document', { value: 'three', version: 3 })
  await copy.settled()
  const again = await open()
  expect(again.before?.copied).toEqual(
    new Map([
      ['document', { value: 'three', version: 3 }],
      ['tokens', { value: 'two', version: 2 }],
    ]),
  )
  again.copy.keep('tokens', { value: 'four', version: 4 })
  await again.copy.settled()
  expect((await open()).before?.copied.get('document')?.value).toBe('three')
  expect(problems).toEqual([])
})

test('a copy of another node is not served from, and that is said', async () => {
  const { copy } = await open()
  copy.keep('document', { value: 'one', version: 1 })
  await copy.settled()
  await writeFile(join(folder, 'fleet-copy.key'), `${'0'.repeat(64)}\n`)
  expect((await open()).before).toBeUndefined()
  expect(problems).toEqual([expect.stringContaining('does not bear the seal of this node')])
})

test('only its owner can read the key, and the copy', async () => {
  const { copy } = await open()
  copy.keep('document', { value: 'one', version: 1 })
  await copy.settled()
  for (const file of [path(), join(folder, 'fleet-copy.key')]) expect((await stat(file)).mode & 0o077).toBe(0)
  expect(await readFile(path(), 'utf8')).toContain('"one"')
})

test('a disk that takes nothing is told of, and does no other harm', async () => {
  const { copy } = await open()
  await rm(folder, { recursive: true })
  copy.keep('document', { value: 'one', version: 1 })
  await copy.settled()
  expect(problems).toEqual([expect.stringContaining('cannot be written')])
})
