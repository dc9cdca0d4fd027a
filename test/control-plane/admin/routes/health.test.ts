import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
  const check = { check: 'api', up: true, run: 0, changeInMs: 30_000, lastAt: 0, certificateDays: 9, observe: true }
  node.health = new Map([
    ['us-east', [{ address: '192.0.2.1', up: true, since: 0, changeInMs: 30_000, admitted: 40, checks: [check] }]],
  ])
})
afterAll(() => node.close())

test('one region is shown with the last results of each check', async () => {
  const { health } = (await node.call('GET', '/v1/health/us-east')).json()
  expect(health[0]).toMatchObject({ address: '192.0.2.1', admitted: 40 })
  expect(health[0].checks[0]).toMatchObject({ certificateDays: 9, observe: true })
  expect(health[0].checks[0].recent).toEqual([
    { at: '1970-01-01T00:00:00.000Z', ms: 3, passed: false, error: 'x', connectMs: 1 },
  ])
  expect((await node.call('GET', '/v1/health/us-west')).json().type).toBe('/problems/region-not-found')
})

test('the status says how probing gets on, and that the prober suspects itself', async () => {
  const { prober } = (await node.call('GET', '/v1/status')).json()
  expect(prober).toMatchObject({ targets: 3, suspicions: [{ family: 6, silent: 3, of: 3 }] })
})

test.each([
  ['told', { up: false, reason: 'disk full' }, 200, undefined],
  ['told', { up: true, address: '192.0.2.77' }, 409, '192.0.2.77 is not checked by "told"'],
  ['api', { up: true }, 409, '"api" is a http check, which finds out by itself'],
  ['tolt', { up: true }, 404, 'no check is named "tolt" (did you mean "told"?)'],
  ['told', { up: 'yes' }, 400, expect.any(String)],
  ['told', {}, 400, expect.any(String)],
])('telling the check %s %j is answered with %d', async (check, payload, status, detail) => {
  const reply = await node.call('POST', `/v1/checks/${check}/state`, { payload })
  expect([reply.statusCode, reply.json().detail]).toEqual([status, detail])
})

test('a region is let back in by a word, with or without a reason', async () => {
  expect((await node.call('POST', '/v1/regions/us-east/release')).statusCode).toBe(200)
  const payload = { reason: 'looked at it' }
  expect((await node.call('POST', '/v1/regions/us-east/release', { payload })).statusCode).toBe(200)
  expect(node.lines.at(-1)).toMatchObject({ msg: 'us-east is let back in', reason: 'looked at it' })
})
