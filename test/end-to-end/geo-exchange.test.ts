import { rename, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeMmdb } from '../control-plane/geo/mmdb-writer.js'
import { addressesOf, ask, UdpClient } from './dns-client.js'
import { EXAMPLE } from './example.js'
import { runMeridian } from './program.js'
import { Server, until } from './server.js'

// Files are looked at every two seconds; a busy machine may take longer to make the maps.
const TAKEN_MS = 60_000
const FROM_TOKYO = ask('api.example.com', 'A', '133.11.0.0/24')

let server: Server
let client: UdpClient

beforeAll(async () => {
  server = await Server.start({ traffic: EXAMPLE.replaceAll(/^ {4}checks: \[api\]\n/gm, '') })
  client = await UdpClient.open(server)
})

afterAll(async () => {
  client?.close()
  await server?.close()
})

const answer = async (): Promise<string> => addressesOf((await client.ask(FROM_TOKYO))!).join()

/** Clients of Tokyo are in Berlin, and nobody else is anywhere. */
const elsewhere = (): Uint8Array =>
  writeMmdb(
    [{ prefix: '133.11.0.0/16', record: { city: 'Berlin', latitude: 52.52, longitude: 13.4, country_code: 'DE' } }],
    { ipVersion: 6, buildEpoch: 1_790_000_000 },
  )

async function replaceDatabase(bytes: Uint8Array): Promise<void> {
  await writeFile(server.path('newer.mmdb'), bytes)
  await rename(server.path('newer.mmdb'), server.path('geo.mmdb'))
}

/** What `meridian diff` says of a change that is proposed. */
async function foretold(...words: readonly string[]) {
  const call = ['diff', ...words, '--json', '--server', server.admin, '--token', await server.token()]
  const { code, stdout, stderr } = await runMeridian(call)
  return { code, stderr, simulation: code === 0 ? JSON.parse(stdout).simulation : undefined }
}

test('who asked of late is told where other data would send them, how long they would wait, and what regions would carry', async () => {
  for (let i = 0; i < 3; i++) expect(await answer()).toBe('127.0.1.4')
  await writeFile(server.path('other.mmdb'), elsewhere())
  await until('a sample', TAKEN_MS, async () =>
    (await server.api('GET', '/v1/samples')).body.samples.length > 0 ? true : undefined,
  )
  const data = ['--database', server.path('other.mmdb')]
  const { simulation } = await foretold('--traffic', ...data)
  expect(simulation.names).toMatchObject([
    { name: 'api.example.com.', type: 'A', moves: [{ from: 'ap-northeast', to: 'eu-central', share: 1 }], ladder: {} },
  ])
  expect(Object.keys(simulation.load)).toEqual(['eu-central', 'ap-northeast'])
  expect(simulation.load['ap-northeast'].expected).toBe(0)
  // By the data that are proposed these clients are in Berlin, and were sent to Tokyo.
  expect(simulation.latency.before.meanMs).toBeGreaterThan(100)
  expect(simulation.latency.after.meanMs).toBeLessThan(20)
  const fallen = await foretold('--traffic', ...data, '--down', 'eu-central', '--drain', 'us-east=100')
  expect(fallen.simulation.names[0].moves).toMatchObject([
    { from: 'ap-northeast', to: expect.stringMatching(/^us-|^ap-/) },
  ])
  const everybody = (await foretold('--addresses', ...data)).simulation
  expect(everybody.over).toBe('addresses')
  expect(everybody.names[0].moves.length).toBeGreaterThan(0)
  expect(await answer()).toBe('127.0.1.4')
})

test.each([
  ['what is no database', () => writeFile(server.path('none.mmdb'), 'nonsense'), 'is not sound'],
  ['what is not there', async () => undefined, 'cannot be had'],
])('nothing is told of %s', async (_, prepare, why) => {
  await prepare()
  const name = why === 'is not sound' ? 'none.mmdb' : 'gone.mmdb'
  expect(await foretold('--database', server.path(name))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(why),
  })
})

test('a database that cannot be read is not taken; the one before it stays, and the status says so', async () => {
  await replaceDatabase(Buffer.from('this is no database'))
  const warning = await until('a warning', TAKEN_MS, async () => {
    const { body } = await server.api('GET', '/v1/status')
    const told: string | undefined = body.databases[0].warning
    return told?.includes('refused') ? told : undefined
  })
  expect(warning).toContain('geo.mmdb')
  expect(await answer()).toBe('127.0.1.4')
})

test('a newer database is taken while queries are answered, and none is lost meanwhile', async () => {
  const seen = new Set<string>()
  await replaceDatabase(elsewhere())
  await until('clients of Tokyo are in Berlin', TAKEN_MS, async () => {
    seen.add(await answer())
    return seen.has('127.0.1.3') ? true : undefined
  })
  expect([...seen]).toEqual(['127.0.1.4', '127.0.1.3'])
})
