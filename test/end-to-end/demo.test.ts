import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseAddress, parsePrefix, truncate } from '../../src/dns/address.js'
import { readDocument } from '../world.js'
import { CLIENTS, EXAMPLE } from './example.js'
import { Oracle } from './oracle.js'
import { freePort, isFree } from './ports.js'
import { isAlive, meridian, type Program, run, runMeridian } from './program.js'
import { untilWidened } from './server.js'

// The demo's balancers have fixed addresses, so only one of it runs at a time: in this file.
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BALANCERS = 8080

let state: string
let dns: number
let admin: number
let demo: Program
let environment: Record<string, string>

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'meridian-e2e-'))
  dns = await freePort()
  admin = await freePort()
  environment = {
    MERIDIAN_DNS_PORT: String(dns),
    MERIDIAN_ADMIN_PORT: String(admin),
    MERIDIAN_STATE_DIR: join(state, 'state'),
  }
  demo = meridian(['demo'], { env: environment, cwd: state })
  await demo.says(/Ready\. Try/, { ms: 60_000 })
  await untilWidened(`http://127.0.0.1:${admin}`)
})

afterAll(async () => {
  await demo?.stop()
  await rm(state, { recursive: true, force: true })
})

const dig = (...args: readonly string[]): Promise<string> =>
  run('dig', ['@127.0.0.1', '-p', String(dns), 'api.example.com', ...args]).then(({ stdout }) => stdout.trim())

test.each(CLIENTS.flatMap(([subnet, place, region]) => ['+notcp', '+tcp'].map(by => [place, by, subnet, region])))(
  'dig with a client in %s gets the region there (%s)',
  async (_, by, subnet, region) => {
    expect(await dig(`+subnet=${subnet}`, '+short', String(by))).toBe(`127.0.1.${region}`)
  },
)

test('kdig over TCP gets what dig gets', async () => {
  const { stdout } = await run('kdig', [
    '@127.0.0.1',
    '-p',
    String(dns),
    '+tcp',
    '+short',
    '+subnet=133.11.0.0/24',
    'api.example.com',
  ])
  expect(stdout.trim()).toBe('127.0.1.4')
})

test('the scope of each reply is exact: no client within it gets another answer, and one bit less would take some in', async () => {
  const oracle = new Oracle(readDocument(EXAMPLE))
  for (const [subnet] of CLIENTS) {
    const { bytes } = parsePrefix(subnet)!
    const [, address, , scope] = /CLIENT-SUBNET: ([^/]+)\/(\d+)\/(\d+)/.exec(await dig(`+subnet=${subnet}`))!
    const length = Number(scope)
    expect(parseAddress(address!)).toEqual(bytes)
    expect([...oracle.answersWithin({ bytes: truncate(bytes, length), length })]).toHaveLength(1)
    expect(oracle.answersWithin({ bytes: truncate(bytes, length - 1), length: length - 1 }, 2).size).toBe(2)
  }
})

test('five lines to try are printed, and they work as they stand', async () => {
  const lines = demo.stdout
    .split('Ready. Try')[1]!
    .split('\n')
    .filter(line => line.startsWith('  '))
  expect(lines.map(line => line.trim().split(' ')[0])).toEqual(['dig', 'dig', 'dig', 'curl', 'npx'])
  for (const [i, answer] of ['127.0.1.4', '127.0.1.3', '127.0.1.1'].entries()) {
    const [program = '', ...args] = words(lines[i]!)
    expect((await run(program, args)).stdout.trim()).toBe(answer)
  }
  const [, , ...explain] = words(lines[4]!)
  const explained = await runMeridian(explain, { cwd: state })
  expect(explained).toMatchObject({ code: 0, stderr: '' })
  expect(explained.stdout).toContain('127.0.1.4')
  // The fourth breaks Tokyo, which takes its time: here only whether there is a server that takes it.
  const balancer = /http:\/\/127\.0\.1\.4:\d+/.exec(lines[3]!)![0]
  expect(await (await fetch(balancer)).text()).toContain('ap-northeast')
})

/** The words of a line of a shell, without its comment. */
const words = (line: string): string[] =>
  line
    .trim()
    .replace(/\s+#.*$|\s+ {3}#.*/, '')
    .split(/\s+/)

test('region list names every region and says that it is up', async () => {
  const { code, stdout } = await runMeridian(['region', 'list'], { env: environment })
  expect(code).toBe(0)
  for (const [, , region] of CLIENTS) expect(stdout).toMatch(new RegExp(`up .*127\\.0\\.1\\.${region}`))
})

test('the checkout stays as it is: the document that is edited is a copy in the state directory', async () => {
  expect(await readFile(join(ROOT, 'config', 'traffic.yaml'), 'utf8')).toBe(EXAMPLE)
  expect(await readFile(join(environment['MERIDIAN_STATE_DIR']!, 'traffic.yaml'), 'utf8')).toBe(EXAMPLE)
  const disable = await runMeridian(['region', 'disable', 'eu-central'], { env: environment })
  expect(disable).toMatchObject({ code: 0, stderr: '' })
  expect(await dig('+subnet=130.149.7.0/24', '+short')).not.toBe('127.0.1.3')
  expect(await readFile(join(environment['MERIDIAN_STATE_DIR']!, 'traffic.yaml'), 'utf8')).not.toBe(EXAMPLE)
  expect(await readFile(join(ROOT, 'config', 'traffic.yaml'), 'utf8')).toBe(EXAMPLE)
})

test('SIGTERM stops it: exit code 0, no process, and nobody at any of its ports', async () => {
  demo.signal('SIGTERM')
  expect(await demo.exited).toBe(0)
  expect(demo.stdout).toMatch(/stopped\n$/)
  expect(isAlive(demo.pid)).toBe(false)
  expect(await Promise.all([dns, admin, BALANCERS].map(isFree))).toEqual([true, true, true])
})
