// Durations in requests: what is longer than it may be changes nothing, and what is kept from before never makes a list unreadable.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isoTime } from '../../../src/control-plane/admin/api-values.js'
import { startTestNode, type TestNode } from './world.js'

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
})
afterAll(() => node.close())

const get = async (url: string) => {
  const reply = await node.call('GET', url)
  expect(reply.statusCode, url).toBe(200)
  return reply.json()
}
const ABSURD: readonly (string | number)[] = ['366001d', '999999999d', `${'9'.repeat(400)}d`, 1e15, 1e308]

async function expectRefused(method: string, url: string, key: string, body: object): Promise<void> {
  for (const span of ABSURD) {
    const reply = await node.call(method, url, { payload: { ...body, [key]: span } })
    expect(reply.json(), String(span)).toMatchObject({
      status: 400,
      type: '/problems/request-invalid',
      errors: [{ path: key }],
    })
  }
}

test('a fact that is to hold for longer than a year is refused, and does not hold', async () => {
  await expectRefused('PUT', '/v1/facts/frozen', 'for', { holds: true })
  expect((await get('/v1/facts')).facts).toMatchObject([{ name: 'frozen', holds: false }])
})

test('a token that is to be good for longer than ten years is refused, and not made', async () => {
  await expectRefused('POST', '/v1/tokens', 'for', { name: 'bob', scopes: ['read'] })
  expect((await get('/v1/tokens')).tokens).toEqual([])
})

test('a drill that is to begin in more than a year is refused, and stays as it was', async () => {
  const made = await node.call('POST', '/v1/drills', { payload: { targets: ['us-east'], reason: 'why' } })
  await expectRefused('POST', `/v1/drills/${made.json().id}/start`, 'in', {})
  expect((await get('/v1/drills')).drills[0]).not.toHaveProperty('startsAt')
})

test('the longest that is allowed is taken, and told', async () => {
  const fact = await node.call('PUT', '/v1/facts/frozen', { payload: { holds: true, for: '366d' } })
  expect(Date.parse(fact.json().expiresAt)).toBeGreaterThan(Date.now() + 365 * 86_400_000)
  const token = await node.call('POST', '/v1/tokens', { payload: { name: 'ann', scopes: ['read'], for: '3660d' } })
  expect(Date.parse(token.json().expiresAt)).toBeGreaterThan(Date.now() + 3659 * 86_400_000)
  await node.call('PUT', '/v1/facts/frozen', { payload: { holds: false } })
})

test('a token for less than a second is refused', async () => {
  const reply = await node.call('POST', '/v1/tokens', { payload: { name: 'bob', scopes: ['read'], for: '1ms' } })
  const errors = [{ path: 'for', message: '"1ms" is too short; 1s is the least' }]
  expect(reply.json()).toMatchObject({ status: 400, errors })
})

test('facts, tokens and drills that an older release has kept with an absurd end are listed all the same', async () => {
  const { safety, tokens, drills } = node.port
  const { id } = (await get('/v1/drills')).drills[0]
  await drills.start(id, 1e18, 'alice')
  await safety.setFact('frozen', { actor: 'alice', forMs: 1e18 })
  const { token } = await tokens.create({ name: 'eve', scopes: ['read'], expiresAt: 1e18 }, 'alice')
  const last = '9999-12-31T23:59:59.999Z'
  expect((await get('/v1/facts')).facts).toMatchObject([{ holds: true, expiresAt: last }])
  expect((await get('/v1/tokens')).tokens).toContainEqual(expect.objectContaining({ name: 'eve', expiresAt: last }))
  expect((await get('/v1/drills')).drills).toMatchObject([{ startsAt: last, movesAt: last }])
  expect((await node.call('DELETE', `/v1/tokens/${token.id}`)).statusCode).toBe(200)
})

test.each([0, 1e12, 8.64e15, 1e18, Number.MAX_VALUE])('%d ms have a time of four digits to the year', ms => {
  expect(isoTime(ms)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})
