// The story of a drill, told by a real server that is really asked: refused for want of capacity, begun when there is some,
// ended by a region that breaks elsewhere, gone on with after a kill, and carried through.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoRegions, startDemoRegions } from '../../src/cli/demo-regions.js'
import { addressesOf, ask, UdpClient } from './dns-client.js'
import { BALANCERS, CLIENTS, exampleFor } from './example.js'
import { freePort } from './ports.js'
import { runMeridian } from './program.js'
import { Server, until } from './server.js'

const [FRANKFURT, VIRGINIA, OREGON] = ['127.0.2.3', '127.0.2.1', '127.0.2.2']
const FROM_BERLIN = ask('api.example.com', 'A', '130.149.7.0/24')
const QUERIES = CLIENTS.map(([subnet]) => ask('api.example.com', 'A', subnet))
/** ms from one round of queries to the next; a round is one query from each of five places. */
const [BUSY, QUIET] = [20, 400]

let balancerPort: number
let balancers: DemoRegions
let server: Server
let client: UdpClient
let pace = BUSY
let asking = true
let asked: Promise<void>

/**
 * Frankfurt is probed slowly, so that its answers may be kept for a minute; Oregon fast, so that its end is seen soon.
 * Virginia cannot carry what both it and Frankfurt are asked when it is busy.
 */
const document = (port: number): string =>
  exampleFor({ balancers: port, interval: '25s', timeout: '4s' })
    .replace(
      /^checks:\n/m,
      `checks:\n  fast: { type: http, port: ${port}, path: /health, interval: 1s, timeout: 900ms }\n`,
    )
    .replace(/(us-east:\n)/, '$1    capacity: 30\n')
    .replace(/(us-west:\n(?: {4}.*\n)*? {4}checks: )\[api\]/, '$1[fast]')

beforeAll(async () => {
  balancerPort = await freePort()
  balancers = await startDemoRegions([...BALANCERS], balancerPort)
  server = await Server.start({ traffic: document(balancerPort) })
  client = await UdpClient.open(server)
  asked = askOn()
})

afterAll(async () => {
  asking = false
  await asked
  client?.close()
  await server?.close()
  await balancers?.close()
})

async function askOn(): Promise<void> {
  while (asking) {
    for (const query of QUERIES) void client.ask(query, 1000)
    await new Promise(resolve => setTimeout(resolve, pace))
  }
}

const answer = async () => (await client.ask(FROM_BERLIN))! // without one the test fails
const drill = async (id: string) => (await server.api('GET', `/v1/drills/${id}`)).body
const drillIs = (id: string, phase: string) => async () => {
  const shown = await drill(id)
  return shown.phase === phase ? shown : undefined
}
const percentIs = (id: string, percent: number) => async () =>
  (await drill(id)).percent === percent ? true : undefined
const plan = async (wish: object) => {
  const reply = await server.api('POST', '/v1/drills', {
    body: { targets: ['eu-central'], reason: 'quarterly', ...wish },
  })
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  return reply.body.id as string
}
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()
/** What the operators have said, and what each client gets. */
const state = async () => ({
  overrides: (await server.api('GET', '/v1/overrides')).body.overrides,
  answers: await Promise.all(QUERIES.map(async query => addressesOf((await client.ask(query))!))),
})
const balancer = (address: string, what: 'fail' | 'recover') =>
  fetch(`http://${address}:${balancerPort}/${what}`, { method: 'POST' })
const capacity = /us-east would be asked \d+ times a second, \d+ % of its capacity; 100 % is the most/
const up = (region: string) => async () =>
  (await server.api('GET', `/v1/regions/${region}`)).body.state === 'up' ? true : undefined

test('a drill for which there is no capacity is refused at its time, and nothing is moved', async () => {
  await until('the load is known', 60_000, async () => {
    const { body } = await server.api('POST', '/v1/drills/plan', { body: { targets: ['eu-central'], reason: 'x' } })
    return capacity.test(body.objections.join()) ? true : undefined
  })
  const id = await plan({ at: inSeconds(1) })
  const { outcome, cause, why } = await until('it is refused', 60_000, drillIs(id, 'over'))
  expect([outcome, cause, why]).toEqual(['refused', 'capacity', [expect.stringMatching(capacity)]])
  expect(addressesOf(await answer())).toEqual([FRANKFURT])
})

test('with a window it begins once there is capacity; the TTL has fallen; a region that breaks elsewhere ends it, and all is as before', async () => {
  await server.api('POST', '/v1/overrides', {
    body: { targets: ['ap-southeast'], state: 'drain', percent: 30, for: '30m', reason: 'of before' },
  })
  const before = await state()
  await until('answers are kept for a minute', 60_000, async () =>
    (await answer()).answers[0]?.ttl === 60 ? true : undefined,
  )
  const steps = [25, 50].map(percent => ({ percent, for: '2s' }))
  const id = await plan({ at: inSeconds(20), window: '20m', steps: [...steps, { percent: 100, for: '20m' }] })
  await until('the TTL falls', 60_000, async () => ((await answer()).answers[0]!.ttl <= 15 ? true : undefined))
  pace = QUIET
  await until('all clients are elsewhere', 240_000, percentIs(id, 100))
  expect(addressesOf(await answer())).toEqual([VIRGINIA])
  expect((await server.api('GET', '/v1/regions/eu-central')).body).toMatchObject({
    state: 'up',
    override: { state: 'drain', percent: 100, reason: `drill ${id}: quarterly` },
  })

  await balancer(OREGON, 'fail')
  const ended = await until('it is aborted', 60_000, drillIs(id, 'over'))
  expect([ended.outcome, ended.why]).toEqual(['aborted', ['us-west is down']])
  await balancer(OREGON, 'recover')
  await until('Oregon is back', 60_000, up('us-west'))
  expect(await state()).toEqual(before)
  const words = ended.timeline.map(({ what }: { what: string }) => what)
  expect(words.slice(-4)).toEqual([
    '25 % of the clients go elsewhere',
    '50 % of the clients go elsewhere',
    '100 % of the clients go elsewhere',
    'aborted: us-west is down; all clients may come back',
  ])
}, 500_000)

test('a drill goes on where it was after its node was killed in the middle of a step, and brings the clients back step by step', async () => {
  const id = await plan({ steps: [{ percent: 100, for: '30s' }], back: [{ percent: 50, for: '2s' }] })
  await server.api('POST', `/v1/drills/${id}/start`)
  await until('it is under way', 60_000, percentIs(id, 100))
  asking = false
  await asked
  client.close()
  server.program.signal('SIGKILL')
  await server.program.exited
  await server.restart()
  client = await UdpClient.open(server)
  const first = addressesOf(await answer())
  const { phase } = await drill(id)
  asking = true
  asked = askOn()
  // A machine that took more than the step to start it may be further on already.
  expect([phase, first]).toEqual(phase === 'out' ? ['out', [VIRGINIA]] : [phase, expect.anything()])
  const { outcome, timeline } = await until('it is over', 120_000, drillIs(id, 'over'))
  expect(outcome).toBe('succeeded')
  expect(timeline.slice(-3).map(({ what }: { what: string }) => what)).toEqual([
    '100 % of the clients go elsewhere',
    '50 % of the clients are back',
    'succeeded: all clients may come back',
  ])
  expect(addressesOf(await answer())).toEqual([FRANKFURT])
}, 300_000)

test('a drill that goes through its plan succeeds, and its reports tell what came', async () => {
  pace = 100
  const id = await plan({
    steps: [
      { percent: 50, for: '3s' },
      { percent: 100, for: '6s' },
    ],
    back: [{ percent: 50, for: '2s' }],
  })
  const settings = { env: { MERIDIAN_SERVER: server.admin, MERIDIAN_TOKEN: await server.token() } }
  await until('all regions are up', 60_000, up('us-west'))
  const watched = await runMeridian(['drill', 'start', id, '--watch'], settings)
  expect(watched.stdout + watched.stderr).toContain(`drill ${id} is over: succeeded`)
  expect(watched.code).toBe(0)

  const { body: report } = await server.api('GET', `/v1/drills/${id}/report`)
  const virginia = report.shares.find(({ region }: { region: string }) => region === 'us-east')
  const frankfurt = report.shares.find(({ region }: { region: string }) => region === 'eu-central')
  expect(virginia.actual).toBeGreaterThan(virginia.before)
  expect(frankfurt.actual).toBe(0)
  const { decidedAt, firstNewAnswerAt, allOutAt, lastOldAnswerAt, clientsGoneBy } = report.times
  expect([decidedAt, firstNewAnswerAt, allOutAt, lastOldAnswerAt, clientsGoneBy].every(Boolean)).toBe(true)
  expect(Date.parse(lastOldAnswerAt)).toBeGreaterThan(Date.parse(decidedAt))
  expect(Date.parse(lastOldAnswerAt)).toBeLessThan(Date.parse(clientsGoneBy))
  expect(Date.parse(clientsGoneBy) - Date.parse(allOutAt)).toBeGreaterThanOrEqual(report.ttlAtCut * 1000)

  const markdown = await runMeridian(['drill', 'report', id], settings)
  expect(markdown.stdout).toMatch(/^# Drill \d+: eu-central\n\n\*\*succeeded\*\*/)
  const html = await runMeridian(['drill', 'report', id, '--as', 'html'], settings)
  expect(html.stdout).toContain('<svg')
}, 200_000)

test('a fault is found by the checks, says whose it is, and is gone when the drill ends', async () => {
  const id = await plan({ targets: ['us-west'], kind: 'fault', steps: [{ percent: 100, for: '20m' }] })
  await server.api('POST', `/v1/drills/${id}/start`)
  const cause = await until('Oregon is down', 60_000, async () => {
    const { state, cause } = (await server.api('GET', '/v1/regions/us-west')).body
    return state === 'down' ? (cause as string) : undefined
  })
  expect(cause).toBe(`fast: drill ${id}: injected fault (the probe itself passed)`)
  await until('it is noted', 60_000, async () => {
    const { times } = (await server.api('GET', `/v1/drills/${id}/report`)).body
    return times.detectedAt !== undefined && times.firstFailureAt !== undefined ? true : undefined
  })
  await server.api('POST', `/v1/drills/${id}/abort`)
  await until('Oregon is up', 60_000, up('us-west'))
}, 200_000)

test('a second run goes through its plan, and both runs have a report in each form', async () => {
  const steps = [25, 50, 100].map(percent => ({ percent, for: '2s' }))
  const id = await plan({ steps, back: [{ percent: 50, for: '2s' }] })
  await server.api('POST', `/v1/drills/${id}/start`)
  const { outcome } = await until('it is over', 60_000, drillIs(id, 'over'))
  expect(outcome).toBe('succeeded')
  expect(addressesOf(await answer())).toEqual([FRANKFURT])
  const { drills } = (await server.api('GET', '/v1/drills')).body
  const aborted = drills.find(({ why }: { why?: string[] }) => why?.includes('us-west is down')).id
  for (const [run, words] of [
    [id, 'succeeded'],
    [aborted, 'aborted: us-west is down'],
  ]) {
    const headers = { authorization: `Bearer ${await server.token()}` }
    const report = async (as: string) =>
      (await fetch(`${server.admin}/v1/drills/${run}/report?as=${as}`, { headers })).text()
    expect(await report('markdown')).toContain(`**${words}**`)
    expect(await report('html')).toContain(`<p class="outcome">${words}</p>`)
    const { times, seconds, shares, late } = JSON.parse(await report('json'))
    expect(times).toMatchObject({ decidedAt: expect.any(String), firstNewAnswerAt: expect.any(String) })
    const gone = ['allOutAt', 'lastOldAnswerAt', 'clientsGoneBy']
    expect(gone.filter(what => times[what] === undefined)).toEqual([])
    expect(late).toMatchObject({ followed: expect.any(Number) })
    expect(seconds.length).toBeGreaterThan(5)
    expect(shares.map(({ region }: { region: string }) => region)).toContain('eu-central')
  }
}, 200_000)
