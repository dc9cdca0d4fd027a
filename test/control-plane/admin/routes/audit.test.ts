import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestNode, type TestNode, TOKEN } from '../world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

interface Entry {
  readonly number: number
  readonly actor: string
  readonly what: string
  readonly status?: number
}
const entries = async (query = ''): Promise<readonly Entry[]> =>
  (await node.call('GET', `/v1/audit${query}`)).json().entries

async function doThings(): Promise<void> {
  await node.call('POST', '/v1/regions/us-east/disable', { payload: { reason: 'maintenance' } })
  await node.call('POST', '/v1/regions/nowhere/disable')
  await node.call('POST', '/v1/regions/us-east/enable')
}

test('what was done and what was refused is listed, newest first, with reason and revision', async () => {
  await doThings()
  const list = await entries()
  expect(list.map(({ what, status }) => [what, status])).toEqual([
    ['POST /v1/regions/us-east/enable', 200],
    ['POST /v1/regions/nowhere/disable', 404],
    ['POST /v1/regions/us-east/disable', 200],
  ])
  expect(list[2]).toMatchObject({ actor: 'admin', reason: 'maintenance', revision: expect.any(String) })
})

test('it can be picked by who, by what and by outcome', async () => {
  await doThings()
  expect((await entries('?outcome=refused')).map(({ status }) => status)).toEqual([404])
  expect((await entries('?about=US-EAST')).length).toBe(2)
  expect((await entries('?actor=alice')).length).toBe(0)
  expect((await node.call('GET', '/v1/audit?outcome=perhaps')).statusCode).toBe(400)
})

test('pages follow each other without a gap', async () => {
  await doThings()
  const first = (await node.call('GET', '/v1/audit?limit=2')).json()
  const second = (await node.call('GET', `/v1/audit?limit=2&before=${first.next}`)).json()
  expect([...first.entries, ...second.entries].map(({ number }: Entry) => number)).toEqual([3, 2, 1])
  expect(second.next).toBeUndefined()
})

test('signing in is in it, done or refused, and the token is not', async () => {
  for (const token of ['a guess', TOKEN]) await node.app.inject({ method: 'POST', url: '/session', payload: { token } })
  const list = await entries()
  expect(list.map(({ actor, what, status }) => [actor, what, status])).toEqual([
    ['admin', 'POST /session', 200],
    ['nobody', 'POST /session', 401],
  ])
  expect(JSON.stringify(list)).not.toContain('a guess')
})

test('who asks what would happen is not in it: nothing was done', async () => {
  await node.call('POST', '/v1/simulate', { payload: { down: ['us-east'] } })
  await node.call('POST', '/v1/regions/us-east/disable?dryRun=true')
  expect(await entries()).toEqual([])
})
