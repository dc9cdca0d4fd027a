import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureToken, tokenFile } from '../../src/cli/token.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-token-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('the first start makes a token that only its owner can read, and later starts keep it', async () => {
  const { token, source } = await ensureToken(folder, undefined, {})
  expect(source).toBe(tokenFile(folder))
  expect(token).toMatch(/^[A-Za-z0-9_-]{32}$/)
  expect((await stat(source)).mode & 0o777).toBe(0o600)
  expect((await readFile(source, 'utf8')).trim()).toBe(token)
  expect((await ensureToken(folder, undefined, {})).token).toBe(token)
})

test('two nodes do not make the same token', async () => {
  const other = await mkdtemp(join(tmpdir(), 'meridian-token-'))
  expect((await ensureToken(folder, undefined, {})).token).not.toBe((await ensureToken(other, undefined, {})).token)
  await rm(other, { recursive: true })
})

test('the environment goes before the settings’ file, and that before the state directory', async () => {
  await ensureToken(folder, undefined, {})
  const file = join(folder, 'given')
  await writeFile(file, 'from-a-file\n')
  expect(await ensureToken(folder, file, {})).toEqual({ token: 'from-a-file', source: file })
  expect((await ensureToken(folder, file, { MERIDIAN_TOKEN: 'from-the-environment' })).token).toBe(
    'from-the-environment',
  )
})

test('a file that was asked for must be there and hold something', async () => {
  await expect(ensureToken(folder, join(folder, 'absent'), {})).rejects.toThrow('absent')
  const empty = join(folder, 'empty')
  await writeFile(empty, '\n')
  await expect(ensureToken(folder, empty, {})).rejects.toThrow('holds no token')
})
