// `meridian serve --zone`: plain zone files, no document, no settings, no state, asked with dig.
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from './ports.js'
import { meridian, type Program, run, runMeridian } from './program.js'
import { until } from './server.js'

const HEAD = '$TTL 60\n@ SOA ns.example.net. host 1 2h 15m 2w 30\n@ NS ns.example.net.\n'

let folder: string
let port: number
let program: Program

/** A folder of its own for what the program keeps meanwhile, so that the test sees what is left of it. */
const state = () => join(folder, 'tmp')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-zones-e2e-'))
  await writeFile(join(folder, 'com.zone'), `${HEAD}www A 192.0.2.1\n*.any TXT "every one"\n`)
  await writeFile(join(folder, 'org.zone'), `${HEAD}www AAAA 2001:db8::1\nto-com CNAME www.example.com.\n`)
  await run('mkdir', [state()])
  port = await freePort()
  const zones = ['--zone', 'example.com=com.zone', '--zone', 'example.org=org.zone']
  const listen = ['--listen', `127.0.0.1:${port}`, '--listen', `127.0.0.2:${port}`]
  program = meridian(['serve', ...zones, ...listen, '--no-admin'], { cwd: folder, env: { TMPDIR: state() } })
  await program.says(/DNS over tcp on 127\.0\.0\.2/)
})
afterAll(async () => {
  await program?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function dig(...words: readonly string[]): Promise<string> {
  const { stdout } = await run('dig', ['-p', String(port), '+tries=1', '+time=5', ...words])
  return stdout.trim()
}

test.each(['127.0.0.1', '127.0.0.2'])('%s answers by UDP and TCP, for all zones', async host => {
  for (const transport of ['+notcp', '+tcp']) {
    expect(await dig(`@${host}`, transport, '+short', 'www.example.com', 'A')).toBe('192.0.2.1')
    expect(await dig(`@${host}`, transport, '+short', 'x.any.example.com', 'TXT')).toBe('"every one"')
    expect(await dig(`@${host}`, transport, '+short', 'to-com.example.org', 'A')).toBe('www.example.com.\n192.0.2.1')
  }
})

test('what is not in the files is denied or refused', async () => {
  expect(await dig('@127.0.0.1', 'nowhere.example.com')).toContain('status: NXDOMAIN')
  expect(await dig('@127.0.0.1', 'example.net')).toContain('status: REFUSED')
})

test('no admin API is there, and no other port is opened', () => {
  expect(program.stdout).not.toContain('admin')
})

test('an edit of a file is served, a broken one is told of and changes nothing', async () => {
  const write = async (text: string): Promise<void> => {
    await writeFile(join(folder, 'new'), text)
    await rename(join(folder, 'new'), join(folder, 'com.zone'))
  }
  await write(`${HEAD}www A 192.0.2.2\n`)
  await until('the new address', 10_000, async () =>
    (await dig('@127.0.0.1', '+short', 'www.example.com')) === '192.0.2.2' ? true : undefined,
  )
  const from = program.stdout.length
  await write(`${HEAD}www A 192.0.2.300\n`)
  await program.says(/com\.zone:4:7 A: address: .{1,2}192\.0\.2\.300.{1,2} is not an IPv4 address/, { from })
  expect(await dig('@127.0.0.1', '+short', 'www.example.com')).toBe('192.0.2.2')
})

test('it stops cleanly, and leaves nothing behind', async () => {
  expect(await readdir(state())).toHaveLength(1)
  expect(await program.stop()).toBe(0)
  expect(await readdir(state())).toEqual([])
})

test('a file that is not sound ends the start with its problems, and an exit code of 1', async () => {
  await writeFile(join(folder, 'bad.zone'), `${HEAD}www A\n`)
  const { code, stderr } = await runMeridian(
    ['serve', '--zone', 'example.com=bad.zone', '--listen', `127.0.0.1:${port}`, '--no-admin'],
    { cwd: folder, env: { TMPDIR: state() } },
  )
  expect(code).toBe(1)
  expect(stderr).toMatch(/bad\.zone:4:5 A: address is missing/)
  expect(await readdir(state())).toEqual([])
})
