import { rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import type { Message } from '../../src/dns/message.js'
import { addressesOf, ask, UdpClient } from './dns-client.js'
import { BALANCERS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { Server, until } from './server.js'

const TOKYO = '127.0.2.4'
const SINGAPORE = '127.0.2.5'
const FROM_TOKYO = ask('api.example.com', 'A', '133.11.0.0/24')

let balancers: DemoRegions
let balancerPort: number
let server: Server
let client: UdpClient

beforeAll(async () => {
  const port = await freePort()
  balancerPort = port
  balancers = await startDemoRegions([...BALANCERS], port)
  server = await Server.start({ traffic: exampleFor({ balancers: port }) })
  client = await UdpClient.open(server)
})

afterAll(async () => {
  client?.close()
  await server?.close()
  await balancers?.close()
})

const answer = async (): Promise<Message> => (await client.ask(FROM_TOKYO))! // without one the test fails
const answersWith = (address: string) => async () => (addressesOf(await answer()).join() === address ? true : undefined)
const down = (more: object = {}, headers: Readonly<Record<string, string>> = {}) =>
  server.api('POST', '/v1/overrides', {
    headers,
    body: { targets: ['ap-northeast'], state: 'down', reason: 'drill 42', for: '10m', ...more },
  })

test('20 times in a row, the first query after the reply has the new answer', async () => {
  for (let i = 0; i < 20; i++) {
    const made = await down()
    expect([made.status, addressesOf(await answer())]).toEqual([200, [SINGAPORE]])
    const { status } = await server.api('DELETE', `/v1/overrides/${made.body.id}`)
    expect([status, addressesOf(await answer())]).toEqual([200, [TOKYO]])
  }
})

test('a word on an address is in force for the first query after the reply, and stands beside what its checks find', async () => {
  const made = await down({ targets: [TOKYO] })
  expect([made.status, made.body.addresses, addressesOf(await answer())]).toEqual([200, [TOKYO], [SINGAPORE]])
  const { body } = await server.api('GET', '/v1/regions/ap-northeast')
  expect(body.health).toMatchObject([{ address: TOKYO, up: true, override: { id: made.body.id, state: 'down' } }])
  await server.api('DELETE', `/v1/overrides/${made.body.id}`)
  expect(addressesOf(await answer())).toEqual([TOKYO])
})

test('a region that is observed keeps its clients while its checks fail, and loses them when the word is taken back', async () => {
  const { body } = await down({ state: 'observe' })
  await fetch(`http://${TOKYO}:${balancerPort}/fail`, { method: 'POST' })
  await until('its checks find it down', 30_000, async () => {
    const shown = await server.api('GET', '/v1/regions/ap-northeast')
    return shown.body.state === 'down' && shown.body.override.state === 'observe' ? true : undefined
  })
  expect(addressesOf(await answer())).toEqual([TOKYO])
  await server.api('DELETE', `/v1/overrides/${body.id}`)
  expect(addressesOf(await answer())).toEqual([SINGAPORE])
  await fetch(`http://${TOKYO}:${balancerPort}/recover`, { method: 'POST' })
  await until('it is up again', 30_000, answersWith(TOKYO))
})

test('an override is in force after a restart, from the first answer on; a request with a key is made once, restart or not', async () => {
  const headers = { 'idempotency-key': 'outage-42' }
  const { status, body } = await down({}, headers)
  expect(status).toBe(200)
  client.close()
  await server.restart()
  expect((await down({}, headers)).body).toEqual(body)
  client = await UdpClient.open(server)
  expect(addressesOf(await answer())).toEqual([SINGAPORE])
  expect((await server.api('GET', '/v1/overrides')).body.overrides).toMatchObject([{ id: body.id, reason: 'drill 42' }])
  await server.api('DELETE', `/v1/overrides/${body.id}`)
})

test('an override ends by itself, and until then no answer outlives it', async () => {
  const ends = Date.now() + 4000
  await down({ for: '4s' })
  const { answers } = await answer()
  // The least TTL of the record is longer; without it, this would be 4 at the most.
  expect(answers[0]?.ttl).toBeLessThanOrEqual(5)
  await until('the override ends', 15_000, answersWith(TOKYO))
  expect(Date.now()).toBeGreaterThanOrEqual(ends)
  expect((await server.api('GET', '/v1/overrides')).body.overrides).toEqual([])
})

test('the break-glass file is in force without the API, also at a start, and what is broken in it changes nothing', async () => {
  const file = server.path('state', 'break-glass.yaml')
  await writeFile(file, '"ap-north*": down\n')
  await until('the file is in force', 10_000, answersWith(SINGAPORE))
  client.close()
  await server.restart()
  client = await UdpClient.open(server)
  expect(addressesOf(await answer())).toEqual([SINGAPORE])
  await writeFile(file, '"ap-north*": sideways\n')
  await server.program.says(/is refused, what it said before stays in force/)
  expect(addressesOf(await answer())).toEqual([SINGAPORE])
  await rm(file)
  await until('the file is gone', 10_000, answersWith(TOKYO))
})

test('history, tokens and the audit log are there after a restart', async () => {
  await server.api('POST', '/v1/tokens', { body: { name: 'alice', scopes: ['operate'] } })
  await server.api('POST', '/v1/regions/us-east/disable', { body: { reason: 'why not' } })
  client.close()
  await server.restart()
  client = await UdpClient.open(server)
  expect((await server.api('GET', '/v1/revisions?limit=1')).body.revisions).toMatchObject([
    { actor: 'admin', reason: 'why not', summary: ['regions.us-east.enabled: true → false'] },
  ])
  expect((await server.api('GET', '/v1/tokens')).body.tokens).toMatchObject([{ name: 'alice' }])
})
