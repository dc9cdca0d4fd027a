// What a server tells of its queries: the API and the command line, the query log, and dnstap as other programs read it.
import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, askByTcp, UdpClient } from './dns-client.js'
import { exampleFor } from './example.js'
import { freePort } from './ports.js'
import { meridian, Program, run, runMeridian } from './program.js'
import { Server, until } from './server.js'

const MS = 30_000

/** One line a message, as dnstap-ldns and the dnstap tool write it: kind, who, transport, size, question. */
const TAPPED = /^(?:\S+ ){1,2}(A[QR]) (\S+) (UDP|TCP) (\d+)b "([^"]+)" IN (\S+)$/
interface Tap {
  readonly kind: string
  readonly from: string
  readonly transport: string
  readonly bytes: number
  readonly name: string
  readonly type: string
}
const tapsIn = (text: string): readonly Tap[] =>
  text
    .trim()
    .split('\n')
    .map(line => {
      const [, kind = '', from = '', transport = '', bytes = '0', name = '', type = ''] = TAPPED.exec(line) ?? []
      if (kind === '') throw new Error(`this is no line of dnstap: ${line}`)
      return { kind, from, transport, bytes: Number(bytes), name: name.replace(/\.$/, ''), type }
    })

/** Asks what all of these tests ask: five questions by UDP, and one by TCP. */
async function askAround(server: Server): Promise<void> {
  const client = await UdpClient.open(server)
  for (const question of [
    ask('api.example.com', 'A', '133.11.2.0/24'),
    ask('api.example.com', 'A', '133.11.2.0/24'),
    ask('api.example.com', 'A', '130.149.7.0/24'),
    ask('nowhere.example.com', 'A'),
    ask('example.org', 'TXT'),
  ])
    expect(await client.ask(question)).toBeDefined()
  client.close()
  expect(await askByTcp(server, ask('api.example.com', 'AAAA', '128.143.2.0/24'))).toBeDefined()
}

const ASKED = [
  ['api.example.com.', 'A', 'udp', 'steered'],
  ['api.example.com.', 'A', 'udp', 'steered'],
  ['api.example.com.', 'A', 'udp', 'steered'],
  ['nowhere.example.com.', 'A', 'udp', 'nxdomain'],
  ['example.org.', 'TXT', 'udp', 'error'],
]

describe('a server that writes its queries down', () => {
  let server: Server
  beforeAll(async () => {
    server = await Server.start({
      traffic: exampleFor({ balancers: await freePort() }),
      settings: () =>
        'samples: 1 in 10\nquery-log: { file: queries.jsonl, megabytes: 1 }\ndnstap: { file: tap.fstrm, identity: fra-1 }',
    })
    await askAround(server)
  })
  afterAll(() => server?.close())

  test('tells each of them while they are few', async () => {
    const found = await until('six samples', MS, async () => {
      const { samples } = (await server.api('GET', '/v1/samples')).body
      return samples.length >= 6 ? samples : undefined
    })
    const told = found.map(({ name, type, transport, reason }: Record<string, string>) => [
      name,
      type,
      transport,
      reason,
    ])
    for (const row of ASKED) expect(told).toContainEqual(row)
    expect(told).toHaveLength(6)
    const tokyo = found.filter(({ client }: Record<string, string>) => client === '133.11.2.0/24')
    expect(tokyo).toHaveLength(2)
    expect(tokyo[0]).toMatchObject({ clientFrom: 'subnet', oneIn: 1, zone: 'example.com.' })
  })

  test('tells what there is most of, by the API and the command line', async () => {
    const { body } = await server.api('GET', '/v1/top?window=1h')
    expect(body.rows[0]).toMatchObject({ key: 'api.example.com.', queries: 4 })
    const told = await runMeridian(
      ['top', 'name', 'client', '--once', '--window', '1h', '--server', server.admin, '--token', await server.token()],
      {},
    )
    expect(told.code).toBe(0)
    expect(told.stdout).toMatch(/67% {2}api\.example\.com\./)
    expect(told.stdout).toContain('133.11.2.0/24')
  })

  test('tells it live, again and again, until it is stopped', async () => {
    const call = ['--window', '1h', '--server', server.admin, '--token', await server.token()]
    const live = meridian(['top', 'rcode', 'region', ...call])
    await live.says(/NXDOMAIN[\s\S]*\bap-northeast[\s\S]*NXDOMAIN[\s\S]*\bap-northeast/)
    await live.stop()
  })

  test('shows where clients are', async () => {
    const { places } = (await server.api('GET', '/v1/clients?window=1h')).body
    expect(places[0]).toMatchObject({ latitude: 35.5, longitude: 139.5 })
  })

  test('says what a document would do to who asked', async () => {
    const call = ['--server', server.admin, '--token', await server.token()]
    const told = await runMeridian(['diff', '--traffic', server.path('traffic.yaml'), ...call])
    expect(told).toMatchObject({ code: 0, stderr: '' })
    expect(told.stdout).toContain('they mean the same')
    expect(told.stdout).toContain('no client would get another region')
    const other = await runMeridian(['diff', '--traffic', '--json', server.path('traffic.yaml'), ...call])
    expect(JSON.parse(other.stdout).simulation).toMatchObject({ over: 'traffic' })
  })

  test('has each as a line of JSON, and as two messages that dnstap programs read', async () => {
    await server.program.stop()
    const lines = (await readFile(server.path('queries.jsonl'), 'utf8')).trim().split('\n')
    const told = lines
      .map(line => JSON.parse(line))
      .map(({ name, type, transport, reason }) => [name, type, transport, reason])
    expect(told).toHaveLength(6)
    for (const row of ASKED) expect(told).toContainEqual(row)

    for (const [program, ...options] of [
      ['dnstap-ldns', '-q'],
      ['dnstap', '-q'],
    ] as const) {
      const read = await run(program, [...options, '-r', server.path('tap.fstrm')])
      expect(read.code, read.stderr).toBe(0)
      const taps = tapsIn(read.stdout)
      expect(taps.map(({ kind }) => kind).sort()).toEqual([...Array(6).fill('AQ'), ...Array(6).fill('AR')])
      expect(taps.filter(({ name, transport }) => name === 'api.example.com' && transport === 'TCP')).toHaveLength(2)
      for (const { from, bytes } of taps) expect([from, bytes > 20]).toEqual(['127.0.0.1', true])
    }
    const whole = (await run('dnstap', ['-y', '-r', server.path('tap.fstrm')])).stdout
    expect(whole).toContain('identity: "fra-1"')
    expect(whole).toContain(`response_port: ${server.port}`)
    expect(whole).toMatch(/nowhere\.example\.com\.\s+IN\s+A/)
    expect(whole).toContain('status: NXDOMAIN')
  })
})

test('a program at a Unix socket gets dnstap by the handshake, also when it comes late and when it comes again', async () => {
  const server = await Server.start({
    traffic: exampleFor({ balancers: await freePort() }),
    settings: () => 'samples: 1 in 1\ndnstap: { socket: tap.sock }',
  })
  try {
    for (const capture of ['first.fstrm', 'second.fstrm']) {
      const from = server.program.stdout.length
      const listener = new Program('fstrm_capture', [
        ...['-t', 'protobuf:dnstap.Dnstap', '-u', server.path('tap.sock')],
        ...['-w', server.path(capture)],
      ])
      await server.program.says(/tap\.sock takes dnstap/, { from })
      const before = await written(server)
      await askAround(server)
      await until('twelve messages', MS, async () => ((await written(server)) >= before + 12 ? true : undefined))
      const gone = server.program.says(/takes no dnstap/, { from })
      await listener.stop()
      await gone
      const read = await run('dnstap-ldns', ['-q', '-r', server.path(capture)])
      expect(tapsIn(read.stdout)).toHaveLength(12)
    }
  } finally {
    await server.close()
  }
})

const written = async (server: Server): Promise<number> => {
  const metrics = await (await fetch(`${server.admin}/metrics`)).text()
  return Number(/meridian_sample_messages_total\{sink="dnstap",result="written"\} (\d+)/.exec(metrics)?.[1] ?? 0)
}

test('the query log is put aside at its size, and no more than wished are kept', async () => {
  const server = await Server.start({
    traffic: exampleFor({ balancers: await freePort() }),
    settings: () => 'samples: 1 in 1\nquery-log: { file: queries.jsonl, megabytes: 0.004, keep: 2 }',
  })
  try {
    const client = await UdpClient.open(server)
    for (let i = 0; i < 80; i++) await client.ask(ask(`n${i}.example.com`, 'A'))
    client.close()
    await server.program.stop()
    const files = (await readdir(server.folder)).filter(name => name.startsWith('queries')).sort()
    expect(files).toEqual(['queries.jsonl', 'queries.jsonl.1', 'queries.jsonl.2'])
    const lines = (await readFile(server.path('queries.jsonl.1'), 'utf8')).trim().split('\n')
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ reason: 'nxdomain', type: 'A' })
  } finally {
    await server.close()
  }
})
