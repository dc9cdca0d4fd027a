import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Log } from '../../src/log.js'
import { COOKIE_SECRETS, openSecrets } from '../../src/node/cookie-secrets.js'
import { parseSecrets } from '../../src/node/secret-file.js'

const SECRET = 'e5e973e5a6b2a43f48e7dc849e37bfcf'
const OTHER = '445536bcd2513298075a5d379663c962'
const hex = (secrets: readonly Uint8Array[]): string[] => secrets.map(secret => Buffer.from(secret).toString('hex'))

test('a file may have comments, empty lines and capitals', () => {
  expect(hex(parseSecrets(`# ours\n\n${SECRET.toUpperCase()}  # new\r\n${OTHER}\n`, COOKIE_SECRETS))).toEqual([
    SECRET,
    OTHER,
  ])
})

test.each([
  ['', 'there is no secret in it'],
  ['# none\n', 'there is no secret in it'],
  [`${SECRET}\n${SECRET}0\n`, 'line 2 is not a secret of 32 hexadecimal digits'],
  ['correct horse battery staple\n', 'line 1 is not a secret of 32 hexadecimal digits'],
  [`${SECRET}\n`.repeat(5), '5 secrets are too many; 4 are the most'],
])('%j is refused: %s, and the secret is not told', (text, message) => {
  expect(() => parseSecrets(text, COOKIE_SECRETS)).toThrow(new Error(message))
})

let folder: string
let said: string[]
let log: Log
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-cookies-'))
  said = []
  const say = (text: string) => void said.push(text)
  log = { info: say, warn: say, error: say } as unknown as Log // no more of it is used
})
afterEach(() => rm(folder, { recursive: true }))

test('one is made at the first start, for its owner only, and is the same at the second', async () => {
  const settings = { badCookie: 'off' } as const
  const [first] = hex((await openSecrets(settings, folder, log)).current())
  expect(first).toMatch(/^[0-9a-f]{32}$/)
  expect((await stat(join(folder, 'cookie-secrets'))).mode & 0o777).toBe(0o600)
  expect(hex((await openSecrets(settings, folder, log)).current())).toEqual([first])
  expect(said).toEqual([])
})

test('a file that was named must be there, and be sound', async () => {
  const file = join(folder, 'named')
  const settings = { secretFile: file, badCookie: 'off' } as const
  await expect(openSecrets(settings, folder, log)).rejects.toThrow('the secrets of cookies cannot be read')
  await writeFile(file, 'x\n')
  await expect(openSecrets(settings, folder, log)).rejects.toThrow(`${file}: line 1 is not a secret`)
})

test('a file that everybody can read is warned of', async () => {
  const file = join(folder, 'open')
  await writeFile(file, `${SECRET}\n`, { mode: 0o644 })
  await openSecrets({ secretFile: file, badCookie: 'off' }, folder, log)
  expect(said).toEqual([`${file} can be read by everybody on this machine`])
})

test('a change is heard; what is broken changes nothing, is told once, and mending it is heard', async () => {
  const file = join(folder, 'shared')
  await writeFile(file, `${SECRET}\n`, { mode: 0o600 })
  const secrets = await openSecrets({ secretFile: file, badCookie: 'off' }, folder, log)
  const heard: string[][] = []
  let wake = () => {}
  const stop = secrets.watch(fresh => {
    heard.push(hex(fresh))
    wake()
  })
  const change = async (text: string): Promise<void> => {
    await writeFile(`${file}.new`, text, { mode: 0o600 })
    await rename(`${file}.new`, file)
  }
  const next = (): Promise<void> => new Promise(resolve => (wake = resolve))

  const once = next()
  await change(`${OTHER}\n${SECRET}\n`)
  await once
  await change('nonsense\n')
  while (!said.some(text => text.includes('stay in use'))) await new Promise(resolve => setTimeout(resolve, 20))
  expect(hex(secrets.current())).toEqual([OTHER, SECRET])
  const again = next()
  await change(`${OTHER}\n`)
  await again
  stop()
  expect(heard).toEqual([[OTHER, SECRET], [OTHER]])
  expect(said.filter(text => text.includes('stay in use'))).toHaveLength(1)
  expect(await readFile(file, 'utf8')).toBe(`${OTHER}\n`)
})
