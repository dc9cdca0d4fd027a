import { afterEach, beforeEach, expect, test } from 'vitest'
import { statusView } from '../../../../src/control-plane/admin/status-view.js'
import { DOCUMENT, startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

test('the status tells what is served, from what, and what to look at', async () => {
  const { revision } = node.store.current()
  expect((await node.call('GET', '/v1/status')).json()).toMatchObject({
    release: '0.1.0-test',
    ready: true,
    waitingFor: [],
    snapshot: { version: expect.any(Number), widened: expect.any(Boolean) },
    document: { name: node.store.name, revision },
    listeners: [{ transport: 'udp', address: '127.0.0.1', port: 5300, by: 'dgram', workers: 1, precedence: 'none' }],
    databases: [{ file: '/data/cities.mmdb', builtAt: '2001-09-09T01:46:40.000Z', ageDays: 75, warning: 'old' }],
    regions: { total: 3, up: 2, down: 0, disabled: 1 },
  })
})

test('a broken file is told with every place, while the last good document serves', async () => {
  const { revision } = node.store.current()
  await node.rewrite(DOCUMENT.replace('192.0.2.9', '192.0.2.999').replace('weight: 50', 'wieght: 50'))
  const { document, ready } = (await node.call('GET', '/v1/status')).json()
  expect(ready).toBe(true)
  expect(document.revision).toBe(revision)
  expect(document.refused.problems).toEqual([
    expect.objectContaining({
      path: 'regions.eu-central.wieght',
      suggestion: 'weight',
      at: { file: node.store.name, line: 10, column: 96 },
    }),
    expect.objectContaining({ path: 'regions.spare.addresses[0]', message: '"192.0.2.999" is not an IP address' }),
  ])
  await node.rewrite(DOCUMENT)
  expect((await node.call('GET', '/v1/status')).json().document).not.toHaveProperty('refused')
})

test('the traffic document is there as JSON, with its revision', async () => {
  const reply = await node.call('GET', '/v1/traffic')
  expect(reply.headers['etag']).toBe(`"${node.store.current().revision}"`)
  expect(reply.json().document.regions['eu-central'].weight).toBe(50)
})

test('the health of every region is there, also of those that nothing is known of', async () => {
  expect((await node.call('GET', '/v1/health')).json().regions).toEqual([
    { region: 'us-east', state: 'up', health: [{ address: '192.0.2.1', up: true, checks: [] }] },
    expect.objectContaining({ region: 'eu-central', state: 'up' }),
    expect.objectContaining({ region: 'spare', state: 'disabled' }),
  ])
})

test('a node lives before it is ready, and says what it waits for', async () => {
  node.ready = false
  node.health = new Map([
    [
      'us-east',
      [
        {
          address: '192.0.2.1',
          up: false,
          since: 0,
          changeInMs: 0,
          checks: [{ check: 'api', up: false, run: 0, changeInMs: 0 }],
        },
      ],
    ],
  ])
  expect((await node.app.inject({ url: '/livez' })).json()).toEqual({ status: 'alive' })
  const reply = await node.app.inject({ url: '/readyz' })
  expect(reply.statusCode).toBe(503)
  expect(reply.json()).toMatchObject({
    type: '/problems/not-ready',
    detail: 'waiting for the first round of checks (1 to come), the steering maps',
  })
  expect((await node.call('GET', '/v1/status')).json()).toMatchObject({
    ready: false,
    waitingFor: [expect.any(String), 'the steering maps'],
  })
  expect((await node.call('GET', '/v1/explain?name=a')).json().type).toBe('/problems/not-ready')
  expect((await node.app.inject({ url: '/metrics' })).body).not.toMatch(/^meridian_snapshot_version /m)
  node.ready = true
  expect((await node.app.inject({ url: '/readyz' })).json()).toEqual({ status: 'ready' })
})

test.each([
  ['', 400, 'request-invalid'],
  ['?name=a&name=b', 400, 'request-invalid'],
  ['?name=a&colour=red', 400, 'request-invalid'],
  ['?name=a..b', 400, 'question-invalid'],
  ['?name=a&type=NOTHING', 400, 'question-invalid'],
  ['?name=a&client=nowhere', 400, 'question-invalid'],
  ['?name=a&resolver=10.0.0.300', 400, 'question-invalid'],
])('the question %s makes no sense, and is told so', async (query, status, type) => {
  const reply = await node.call('GET', `/v1/explain${query}`)
  expect([reply.statusCode, reply.json().type]).toEqual([status, `/problems/${type}`])
})

test('explain gives the real answer for a client', async () => {
  const reply = await node.call(
    'GET',
    '/v1/explain?name=api.example.com&type=A&client=130.149.7.0/24&resolver=192.0.2.53',
  )
  expect(reply.json()).toMatchObject({ zone: 'example.com.', answer: { rcode: 'NOERROR', addresses: ['192.0.2.3'] } })
})

test('ages are seconds, and a clock that was set back makes none of them negative', () => {
  const { startedAt } = node.port
  const at = node.port.published()?.at ?? 0
  expect(statusView(node.port, startedAt + 61_500).uptimeSeconds).toBe(61.5)
  expect(statusView(node.port, at + 2_250).snapshot?.ageSeconds).toBe(2.25)
  expect(statusView(node.port, 0)).toMatchObject({ uptimeSeconds: 0, snapshot: { ageSeconds: 0 } })
})
