import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contextNamed, contextsFile, isContextName, readContexts, writeContexts } from '../../src/cli/contexts.js'
import { tokenOf } from '../../src/cli/token-source.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-contexts-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const LAB = { server: 'http://127.0.0.1:8053', token: { kind: 'kept', token: 'secret' } } as const

test('the file and its folder are for their owner alone, and it reads back as it was written', async () => {
  const path = join(folder, 'deep', 'meridian', 'contexts.json')
  const contexts = { current: 'lab', contexts: { lab: LAB } }
  await writeContexts(path, contexts)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(join(folder, 'deep', 'meridian'))).mode & 0o777).toBe(0o700)
  expect(await readContexts(path)).toEqual(contexts)
})

test('without a file there are no contexts', async () => {
  expect(await readContexts(join(folder, 'none.json'))).toEqual({ contexts: {} })
})

test('a file that others can read is refused, with what to do', async () => {
  const path = join(folder, 'open.json')
  await writeContexts(path, { contexts: { lab: LAB } })
  await chmod(path, 0o640)
  await expect(readContexts(path)).rejects.toThrow(`${path} can be read by others: chmod 600 ${path}`)
})

test.each([
  '',
  '{',
  '[]',
  '{"contexts":[]}',
  '{"contexts":{"a":{"server":"http://a"}}}',
  '{"contexts":{"a":{"server":"http://a","token":{"kind":"file"}}}}',
  '{"contexts":{"a":{"server":"http://a","token":{"kind":"constructor","path":"x"}}}}',
  '{"current":5,"contexts":{}}',
])('%s is told to be damaged, and is left as it is', async text => {
  const path = join(folder, 'damaged.json')
  await writeFile(path, text, { mode: 0o600 })
  await expect(readContexts(path)).rejects.toThrow('is damaged')
  expect(await readFile(path, 'utf8')).toBe(text)
})

test.each([
  [{ XDG_CONFIG_HOME: '/etc/xdg', HOME: '/people/a' }, '/etc/xdg/meridian/contexts.json'],
  [{ XDG_CONFIG_HOME: 'relative', HOME: '/people/a' }, '/people/a/.config/meridian/contexts.json'],
  [{ XDG_CONFIG_HOME: '', HOME: '/people/a' }, '/people/a/.config/meridian/contexts.json'],
  [{ HOME: '/people/a' }, '/people/a/.config/meridian/contexts.json'],
])('with %j it is %s', (environment, path) => {
  expect(contextsFile(environment)).toBe(path)
})

test('a name that is none of them is told, with those that there are', () => {
  expect(() => contextNamed({ contexts: { lab: LAB } }, 'constructor')).toThrow(
    'no context is named "constructor"; there are lab',
  )
  expect(() => contextNamed({ contexts: {} }, 'lab')).toThrow('no context is named "lab"; there is none')
})

test.each(['prod', 'eu.1', 'a_b-c', '-a', '.', '', '__proto__', 'a b', '$(x)', 'a'.repeat(64)])(
  '%j as a name',
  name => {
    expect(isContextName(name)).toBe(['prod', 'eu.1', 'a_b-c'].includes(name))
  },
)

test('a token comes from a file, from the first line that a command prints, or from the context', async () => {
  const path = join(folder, 'token')
  await writeFile(path, ' in-a-file \n')
  expect(await tokenOf({ kind: 'file', path })).toBe('in-a-file')
  expect(await tokenOf({ kind: 'command', command: 'echo by-command; echo more' })).toBe('by-command')
  expect(await tokenOf({ kind: 'kept', token: 'kept' })).toBe('kept')
})

test.each([
  ['false', 'failed: false'],
  ['exit 3', 'failed: exit 3'],
  ['true', 'printed none: true'],
  ['echo', 'printed none: echo'],
])('of the command %j no token comes, and it is said', async (command, message) => {
  await expect(tokenOf({ kind: 'command', command })).rejects.toThrow(message)
})
