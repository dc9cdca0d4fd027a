import { rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { addressesOf, ask, UdpClient } from './dns-client.js'
import { EXAMPLE } from './example.js'
import { freePort } from './ports.js'
import { runMeridian } from './program.js'
import { Server, until } from './server.js'

/** "live within a second", and what a busy machine may add. */
const LIVE_MS = 3000
const TRAFFIC = EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '')
const MAIL = ask('mail.example.com', 'A')

const lineOf = (text: string, part: string): number => text.split('\n').findIndex(line => line.includes(part)) + 1
const mailAt = (address: string): string => TRAFFIC.replace('192.0.2.25', address)

const BROKEN = TRAFFIC.replace('192.0.2.25', '192.0.2.300')
const BROKEN_LINE = lineOf(BROKEN, '192.0.2.300')

let server: Server
let client: UdpClient

beforeAll(async () => {
  server = await Server.start({ traffic: TRAFFIC })
  client = await UdpClient.open(server)
})

afterAll(async () => {
  client?.close()
  await server?.close()
})

const mail = async (): Promise<string> => addressesOf((await client.ask(MAIL))!).join()
const status = () => server.api('GET', '/v1/status')
const mailBecomes = (address: string) =>
  until(`mail is ${address}`, LIVE_MS, async () => ((await mail()) === address ? true : undefined))
const isRefused = () =>
  until('the document is refused', LIVE_MS, async () => (await status()).body.document.refused as object | undefined)
const isSound = () =>
  until('the document is sound', LIVE_MS, async () =>
    (await status()).body.document.refused === undefined ? true : undefined,
  )

describe('meridian check', () => {
  const check = async (text: string, ...args: readonly string[]) => {
    const file = server.path('checked.yaml')
    await writeFile(file, text)
    return { file, ...(await runMeridian(['check', file, ...args])) }
  }

  test('says that a sound document is sound, and exits with 0', async () => {
    const { file, ...rest } = await check(TRAFFIC)
    expect(rest).toEqual({ code: 0, stdout: `${file} is sound: 1 zone, 5 regions\n`, stderr: '' })
  })

  test('names line and column of a broken one, and exits with 1', async () => {
    const { file, code, stderr } = await check(BROKEN)
    const column = BROKEN.split('\n')[BROKEN_LINE - 1]!.indexOf('192.0.2.300') + 1
    expect(code).toBe(1)
    expect(stderr).toContain(`${file}:${BROKEN_LINE}:${column} `)
    expect(stderr).toContain('192.0.2.300')
  })

  test('tells of all problems at once, and of what was probably meant', async () => {
    const two = BROKEN.replace('steer: nearest', 'steer: neerest')
    const { code, stderr } = await check(two)
    expect(code).toBe(1)
    expect(stderr.trim().split('\n')).toHaveLength(2)
    expect(stderr).toContain('did you mean "nearest"?')
  })

  test('gives programs the same as JSON', async () => {
    const { code, stdout } = await check(BROKEN, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ sound: false, problems: [{ at: { line: BROKEN_LINE } }] })
  })

  test('a file that is not there is a failure with a sentence', async () => {
    const { code, stderr } = await runMeridian(['check', server.path('absent.yaml')])
    expect([code, stderr]).toEqual([1, expect.stringContaining(`cannot read ${server.path('absent.yaml')}`)])
  })
})

describe('a running server', () => {
  test('that is given a broken document keeps answering, and says so in its status and its log', async () => {
    await writeFile(server.path('traffic.yaml'), BROKEN)
    expect(await isRefused()).toMatchObject({ problems: [{ at: { line: BROKEN_LINE } }] })
    expect(await mail()).toBe('192.0.2.25')
    await server.program.says(new RegExp(`traffic.yaml:${BROKEN_LINE}:\\d+ .*192\\.0\\.2\\.300`))
    expect(await (await fetch(`${server.admin}/metrics`)).text()).toMatch(/^meridian_document_refused 1$/m)
  })

  test('refuses edits meanwhile, with the problems, and leaves the file alone', async () => {
    const { status, type, body } = await server.api('POST', '/v1/regions/us-east/disable')
    expect([status, type]).toEqual([422, expect.stringContaining('application/problem+json')])
    expect(body.errors).toMatchObject([{ at: { line: BROKEN_LINE } }])
    expect(await server.readTraffic()).toBe(BROKEN)
  })

  test('takes the mended document', async () => {
    await writeFile(server.path('traffic.yaml'), mailAt('192.0.2.26'))
    await mailBecomes('192.0.2.26')
    await isSound()
  })

  test('takes a document that replaces the old one by a rename, as editors and deployments do', async () => {
    await writeFile(server.path('new.yaml'), mailAt('192.0.2.27'))
    await rename(server.path('new.yaml'), server.path('traffic.yaml'))
    await mailBecomes('192.0.2.27')
    await writeFile(server.path('traffic.yaml'), mailAt('192.0.2.28'))
    await mailBecomes('192.0.2.28')
  })

  test('goes on with what it has while the file is gone, and takes it when it comes back', async () => {
    await rename(server.path('traffic.yaml'), server.path('away.yaml'))
    expect(await isRefused()).toMatchObject({ problems: [{ message: 'the file is gone' }] })
    expect(await mail()).toBe('192.0.2.28')
    await writeFile(server.path('traffic.yaml'), mailAt('192.0.2.29'))
    await mailBecomes('192.0.2.29')
  })

  test('reads again at SIGHUP, and lives on', async () => {
    const from = server.program.stdout.length
    await writeFile(server.path('traffic.yaml'), mailAt('192.0.2.30'))
    server.program.signal('SIGHUP')
    await server.program.says(/SIGHUP/, { from })
    await mailBecomes('192.0.2.30')
  })
})

describe('the start', () => {
  const settings = async (text: string, traffic = TRAFFIC): Promise<string[]> => {
    await writeFile(server.path('other.yaml'), traffic)
    const file = server.path('other-server.yaml')
    const common = 'traffic: other.yaml\nstate-directory: other\ngeo: { databases: [geo.mmdb] }\n'
    await writeFile(file, common + text)
    return ['serve', '--settings', file]
  }

  test('with a broken document is refused with the problems', async () => {
    const call = await settings(`listen: [127.0.0.1:${await freePort()}]\nadmin: { listen: "127.0.0.1:0" }\n`, BROKEN)
    const { code, stderr } = await runMeridian(call)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`other.yaml:${BROKEN_LINE}:`)])
  })

  test.each([
    ['admin', (port: number, free: number) => [`127.0.0.1:${free}`, `127.0.0.1:${port}`]],
    ['tcp', (port: number) => [`127.0.0.1:${port}`, '127.0.0.1:0']],
  ] as const)('with a port that is in use (%s) is refused, and the port is named', async (_, endpoints) => {
    const taken = createServer()
    const port = await freePort()
    await new Promise<void>(resolve => taken.listen(port, '127.0.0.1', resolve))
    onTestFinished(() => new Promise<void>(resolve => taken.close(() => resolve())))
    const [dns, admin] = endpoints(port, await freePort())
    const { code, stderr } = await runMeridian(await settings(`listen: ["${dns}"]\nadmin: { listen: "${admin}" }\n`))
    expect([code, stderr]).toEqual([1, expect.stringContaining(String(port))])
  })

  test.each(['batch', 'dgram'])('with a UDP port that another server has (%s) is refused', async udp => {
    const call = await settings(`listen: [127.0.0.1:${server.port}]\nudp: ${udp}\nadmin: { listen: "127.0.0.1:0" }\n`)
    const { code, stderr } = await runMeridian(call)
    expect([code, stderr]).toEqual([1, expect.stringContaining(String(server.port))])
    expect(await mail()).not.toBe('')
  })

  test('with settings that make no sense is refused, with line and column', async () => {
    const { code, stderr } = await runMeridian(await settings('lissten: [127.0.0.1:5300]\n'))
    expect([code, stderr]).toEqual([1, expect.stringMatching(/other-server\.yaml:4:1 .*did you mean "listen"/)])
  })
})

test.each([
  [['nonsense'], 'there is no verb "nonsense"'],
  [['serve', '--nonsense'], '--nonsense'],
  [['region'], 'is not list, enable, disable, release or ttl'],
  [['region', 'disable'], 'disable needs a region'],
  [['region', 'enable', 'a', 'b'], 'one word too many'],
  [['explain'], 'a name is needed'],
])('meridian %j makes no sense: exit code 2, and the reason', async (args, reason) => {
  const { code, stdout, stderr } = await runMeridian(args)
  expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(reason)])
})

test.each([[[]], [['help']], [['--help']], [['serve', '--help']], [['region', '-h']], [['--version']]])(
  'meridian %j helps, and exits with 0',
  async args => {
    const { code, stdout, stderr } = await runMeridian(args)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.length).toBeGreaterThan(5)
  },
)
