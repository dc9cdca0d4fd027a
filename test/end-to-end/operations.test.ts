import { stat, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import { ask, askByTcp, UdpClient } from './dns-client.js'
import { BALANCERS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { isAlive, run, runMeridian } from './program.js'
import { Server, until } from './server.js'

let balancers: DemoRegions
let port: number
let server: Server

beforeAll(async () => {
  port = await freePort()
  balancers = await startDemoRegions(BALANCERS, port)
  server = await Server.start({ traffic: exampleFor({ balancers: port }) })
})

afterAll(async () => {
  await server?.close()
  await balancers?.close()
})

/** Samples by name and labels, as they stand in the exposition. */
async function metrics(): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${server.admin}/metrics`)).text()
  const samples = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(samples.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

test('/livez and /readyz say yes to whoever asks', async () => {
  for (const path of ['/livez', '/readyz']) expect((await fetch(`${server.admin}${path}`)).status).toBe(200)
})

test('/metrics counts what was asked: by transport and type, by zone and rcode, by region', async () => {
  const before = await metrics()
  const client = await UdpClient.open(server)
  for (let i = 0; i < 7; i++) await client.ask(ask('api.example.com', 'A', '133.11.0.0/24'))
  for (let i = 0; i < 3; i++) await client.ask(ask('nothing.example.com', 'AAAA'))
  for (let i = 0; i < 2; i++) await client.ask(ask('example.org', 'MX'))
  for (let i = 0; i < 4; i++) await askByTcp(server, ask('mail.example.com', 'A'))
  client.send(Uint8Array.of(1, 2, 3))
  await client.ask(ask('mail.example.com', 'A'))
  client.close()
  const after = await metrics()
  const grown = Object.fromEntries(
    [...after].flatMap(([name, value]) => {
      const growth = value - (before.get(name) ?? 0)
      return growth !== 0 && /_total/.test(name) ? [[name.replace('meridian_', ''), growth]] : []
    }),
  )
  // These grow unasked, or when they are next read.
  const ofTime = (name: string) => /^(process_cpu_seconds|probes|samples|sample_messages)_total/.test(name)
  expect(Object.fromEntries(Object.entries(grown).filter(([name]) => !ofTime(name)))).toEqual({
    'dns_queries_total{transport="udp",type="A"}': 8,
    'dns_queries_total{transport="udp",type="AAAA"}': 3,
    'dns_queries_total{transport="udp",type="MX"}': 2,
    'dns_queries_total{transport="tcp",type="A"}': 4,
    'dns_responses_total{zone="example.com.",rcode="NOERROR"}': 12,
    'dns_responses_total{zone="example.com.",rcode="NXDOMAIN"}': 3,
    'dns_responses_total{zone="",rcode="REFUSED"}': 2,
    'region_answers_total{region="ap-northeast"}': 7,
    queries_with_client_subnet_total: 7,
    queries_dropped_total: 1,
    tcp_connections_total: 4,
  })
})

test('/metrics tells of the node: its snapshot, its health, the age of its data', async () => {
  const now = await metrics()
  expect(now.get('meridian_snapshot_version')).toBeGreaterThan(0)
  expect(now.get('meridian_document_refused')).toBe(0)
  expect(now.get('meridian_region_up{region="us-east",address="127.0.2.1"}')).toBe(1)
  expect(now.get(`meridian_geo_database_age_seconds{file="${server.path('geo.mmdb')}"}`)).toBeGreaterThan(0)
})

test('/openapi.json and /docs are there', async () => {
  const api = (await (await fetch(`${server.admin}/openapi.json`)).json()) as { openapi: string } // JSON from outside
  expect(api.openapi).toMatch(/^3\.1/)
  const docs = await fetch(`${server.admin}/docs`)
  expect([docs.status, docs.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
})

test('a token is made at the first start, for its owner only, and is never logged', async () => {
  const { mode } = await stat(server.path('state', 'admin-token'))
  expect(mode & 0o777).toBe(0o600)
  expect((await stat(server.path('state'))).mode & 0o077).toBe(0)
  const token = await server.token()
  expect(token.length).toBeGreaterThanOrEqual(32)
  expect(server.program.stdout).toContain(server.path('state', 'admin-token'))
  expect(server.program.stdout).not.toContain(token)
})

test('a region that fails is told of once, with the cause, and so is its return', async () => {
  const from = server.program.stdout.length
  await fetch(`http://127.0.2.3:${port}/fail`, { method: 'POST' })
  await server.program.says(/eu-central 127\.0\.2\.3 is down: api: status 503, expected 200-299/, { from })
  const down = (await server.api('GET', '/v1/regions/eu-central')).body
  expect(down).toMatchObject({ state: 'down', cause: expect.stringContaining('status 503'), since: expect.any(String) })
  expect((await metrics()).get('meridian_region_up{region="eu-central",address="127.0.2.3"}')).toBe(0)
  await fetch(`http://127.0.2.3:${port}/recover`, { method: 'POST' })
  await server.program.says(/eu-central 127\.0\.2\.3 is up/, { from })
  const told = server.program.stdout
    .slice(from)
    .split('\n')
    .filter(line => line.includes('eu-central'))
  expect(told.map(line => JSON.parse(line).level)).toEqual([40, 30])
})

test('health outlives a restart: what was down is down from the first answer on', async () => {
  const from = server.program.stdout.length
  await fetch(`http://127.0.2.4:${port}/fail`, { method: 'POST' })
  await server.program.says(/ap-northeast 127\.0\.2\.4 is down/, { from })
  await server.restart()
  const { stdout } = await run('dig', [
    '@127.0.0.1',
    '-p',
    String(server.port),
    '+short',
    '+subnet=133.11.0.0/24',
    'api.example.com',
  ])
  expect(stdout.trim()).toBe('127.0.2.5')
  await fetch(`http://127.0.2.4:${port}/recover`, { method: 'POST' })
  await server.program.says(/ap-northeast 127\.0\.2\.4 is up/)
})

test('the log is a JSON object a line, each with time, level and message', () => {
  const lines = server.program.stdout.trim().split('\n')
  expect(lines.length).toBeGreaterThan(5)
  for (const line of lines)
    expect(JSON.parse(line)).toMatchObject({
      level: expect.any(Number),
      time: expect.any(String),
      msg: expect.any(String),
    })
})

test.each(['0.0.0.0', '[::]', '192.0.2.1'])('an admin API on %s without TLS is refused', async host => {
  const file = server.path('open.yaml')
  await writeFile(file, `admin: { listen: "${host}:0" }\nlisten: [127.0.0.1:0]\n`)
  const { code, stdout, stderr } = await runMeridian(['serve', '--settings', file])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toContain('can be reached from other machines')
})

test('it listens there when the settings say that something else protects it, and still wants the token', async () => {
  const open = await Server.start({
    traffic: exampleFor({ balancers: port }),
    settings: () => 'admin: { listen: "0.0.0.0:0", allow-insecure: true }',
  })
  const admin = open.admin.replace('0.0.0.0', '127.0.0.1')
  expect((await fetch(`${admin}/readyz`)).status).toBe(200)
  expect((await fetch(`${admin}/v1/status`)).status).toBe(401)
  await open.close()
})

test('SIGINT stops it as SIGTERM does: exit code 0, and the connection that was open is closed', async () => {
  const other = await Server.start({ traffic: exampleFor({ balancers: port }) })
  const { pid } = other.program
  await until('it is ready', 5000, async () => ((await fetch(`${other.admin}/readyz`)).ok ? true : undefined))
  other.program.signal('SIGINT')
  expect(await other.program.exited).toBe(0)
  expect(isAlive(pid)).toBe(false)
  await other.close()
})
