import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Incident } from '../../../../src/control-plane/operate/incident.js'
import { startTestNode, type TestNode } from '../world.js'

const OPEN: Incident = {
  id: '2',
  region: 'eu-central',
  startedAt: 1000,
  cause: 'api: connection refused',
  down: ['192.0.2.3'],
  steps: [
    { kind: 'failing', at: 1000, address: '192.0.2.3' },
    { kind: 'published', at: 5000, version: 9, given: false },
    { kind: 'last-old-answer', at: 4990, ttl: 6 },
  ],
}
const OVER: Incident = { ...OPEN, id: '1', region: 'us-east', endedAt: 9000, down: [], more: 3 }

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
  node.incidents = [OPEN, OVER]
})
afterAll(() => node.close())

test.each([
  ['', ['2', '1']],
  ['?region=us-east', ['1']],
  ['?state=open', ['2']],
  ['?state=over&region=eu-central', []],
])('GET /v1/incidents%s lists %j', async (query, ids) => {
  const { incidents } = (await node.call('GET', `/v1/incidents${query}`)).json()
  expect(incidents.map(({ id }: { id: string }) => id)).toEqual(ids)
})

test('one incident is shown step by step', async () => {
  const reply = await node.call('GET', '/v1/incidents/2')
  expect(reply.json()).toEqual({
    id: '2',
    region: 'eu-central',
    state: 'open',
    startedAt: '1970-01-01T00:00:01.000Z',
    cause: 'api: connection refused',
    down: ['192.0.2.3'],
    steps: [
      { at: '1970-01-01T00:00:01.000Z', step: 'failing', address: '192.0.2.3' },
      { at: '1970-01-01T00:00:05.000Z', step: 'published', version: 9, given: false },
      { at: '1970-01-01T00:00:04.990Z', step: 'last-old-answer', ttl: 6 },
    ],
  })
  expect((await node.call('GET', '/v1/incidents/1')).json()).toMatchObject({ state: 'over', more: 3 })
})

test.each([
  ['/v1/incidents/77', 404, 'incident-not-found'],
  ['/v1/incidents?state=odd', 400, 'request-invalid'],
  ['/v1/incidents?colour=red', 400, 'request-invalid'],
])('GET %s is answered with %d', async (url, status, type) => {
  const reply = await node.call('GET', url)
  expect([reply.statusCode, reply.json().type]).toEqual([status, `/problems/${type}`])
})
