import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { replaceFile } from '../../../src/control-plane/traffic/write-file.js'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'meridian-write-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

test('the file is replaced, keeps its mode, and nothing else is left behind', async () => {
  const path = join(folder, 'traffic.yaml')
  await writeFile(path, 'old')
  await chmod(path, 0o640)
  const { ino } = await stat(path)
  await replaceFile(path, 'new')
  expect(await readFile(path, 'utf8')).toBe('new')
  expect((await stat(path)).mode & 0o777).toBe(0o640)
  expect((await stat(path)).ino).not.toBe(ino)
  expect(await readdir(folder)).toEqual(['traffic.yaml'])
})

test('a symbolic link stays one, and its target is replaced', async () => {
  await mkdir(join(folder, 'real'))
  await writeFile(join(folder, 'real', 'a.yaml'), 'old')
  await symlink('real/a.yaml', join(folder, 'link.yaml'))
  await replaceFile(join(folder, 'link.yaml'), 'new')
  expect(await readlink(join(folder, 'link.yaml'))).toBe('real/a.yaml')
  expect(await readFile(join(folder, 'real', 'a.yaml'), 'utf8')).toBe('new')
})

test.each([
  ['a file that is not there', 'nothing.yaml', 'ENOENT'],
  ['a folder', 'folder', 'EISDIR'],
])('%s is not replaced, and nothing is left behind', async (_, name, code) => {
  await mkdir(join(folder, 'folder'))
  await expect(replaceFile(join(folder, name), 'new')).rejects.toMatchObject({ code })
  expect(await readdir(folder)).toEqual(['folder'])
})
