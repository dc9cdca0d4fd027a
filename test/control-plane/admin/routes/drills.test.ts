import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

const WISH = { targets: ['us-east'], reason: 'quarterly', steps: [{ percent: 100, for: '5m' }], back: [] }
const plan = async (wish: object = {}) => node.call('POST', '/v1/drills', { payload: { ...WISH, ...wish } })
const VIRGINIA = '/v1/explain?name=api.example.com&client=128.143.2.0/24'
const addresses = async () => (await node.call('GET', VIRGINIA)).json().answer.addresses

test('a drill is planned, started, shown, ended; each is in force when its reply comes', async () => {
  const before = await addresses()
  const { id, ...planned } = (await plan()).json()
  expect(planned).toMatchObject({ phase: 'planned', percent: 0, regions: ['us-east'], actor: 'admin' })
  expect(await addresses()).toEqual(before)
  const started = (await node.call('POST', `/v1/drills/${id}/start`)).json()
  expect(started).toMatchObject({ phase: 'out', percent: 100 })
  expect(await addresses()).toEqual(['192.0.2.3'])
  const region = (await node.call('GET', '/v1/regions/us-east')).json()
  expect(region).toMatchObject({
    state: 'up',
    override: { state: 'drain', percent: 100, reason: 'drill 1: quarterly' },
  })
  const ended = await node.call('POST', `/v1/drills/${id}/abort`, { payload: { reason: 'seen enough' } })
  expect(ended.json()).toMatchObject({ phase: 'over', outcome: 'aborted', why: ['ended by admin: seen enough'] })
  expect(await addresses()).toEqual(before)
  expect((await node.call('GET', '/v1/drills')).json().drills).toMatchObject([{ id, outcome: 'aborted' }])
})

test('as many are listed as are asked for, the newest first', async () => {
  await plan()
  const { id } = (await plan({ reason: 'the newer one' })).json()
  const listed = async (limit: number) => (await node.call('GET', `/v1/drills?limit=${limit}`)).json().drills
  expect(await listed(1)).toMatchObject([{ id, reason: 'the newer one' }])
  expect(await listed(200)).toHaveLength(2)
})

test('explain tells that a drill will move the region, and keeps no answer beyond it', async () => {
  const at = new Date(Date.now() + 25_000).toISOString()
  await plan({ at })
  const { answer } = (await node.call('GET', VIRGINIA)).json()
  expect(answer.ttl).toBeLessThanOrEqual(25)
  expect(JSON.stringify(answer)).toMatch(/drill 1 moves clients of us-east in \d+ s/)
})

test('what would happen can be asked without planning it', async () => {
  const { statusCode, ...reply } = await node.call('POST', '/v1/drills/plan', { payload: WISH })
  expect([statusCode, reply.json()]).toMatchObject([
    200,
    { objections: [], moves: [{ from: 'us-east', to: 'eu-central' }], predicted: { 'eu-central': 1 } },
  ])
  expect((await node.call('GET', '/v1/drills')).json()).toEqual({ drills: [] })
})

test('what speaks against it is told all at once, and nothing is moved', async () => {
  // Only eu-central has an address of IPv6.
  await plan({ targets: ['eu-central'], minHealthy: 2 })
  const reply = await node.call('POST', '/v1/drills/1/start')
  expect([reply.statusCode, reply.json()]).toMatchObject([409, { type: '/problems/drill-refused' }])
  const words = reply.json().errors.map(({ message }: { message: string }) => message)
  expect(words[0]).toBe('1 other regions are up, and 2 have to be')
  expect(words).toContain('api.example.com. AAAA: 100 % of its clients would be answered by its rung held-back')
  expect((await node.call('GET', '/v1/drills/1')).json()).toMatchObject({ phase: 'planned' })
})

describe('there can be no drill', () => {
  test.each<[string, object, string, string]>([
    ['of a region that is not there', { targets: ['eu-centrall'] }, 'targets[0]', 'no region is named "eu-centrall"'],
    ['of all regions', { targets: ['*'] }, 'targets', 'no region would be left for the clients'],
    ['without a reason', { reason: ' ' }, 'reason', 'a reason is needed, for whoever looks at it later'],
    ['in the past', { at: '2020-01-01T00:00:00Z' }, 'at', 'that is over already'],
    ['every week from never on', { weekly: true }, 'weekly', 'what comes every week has a first time: say `at`'],
    [
      'that takes fewer clients in a later step',
      {
        steps: [
          { percent: 50, for: '5m' },
          { percent: 25, for: '5m' },
        ],
      },
      'steps',
      'each step takes more clients than the one before',
    ],
    [
      'that goes back to more',
      { steps: [{ percent: 50, for: '5m' }], back: [{ percent: 60, for: '5m' }] },
      'back',
      'each step back leaves fewer clients elsewhere than the one before',
    ],
    [
      'too short to be seen',
      { steps: [{ percent: 50, for: '1s' }] },
      'steps[0].for',
      'this is no duration of at least 2s',
    ],
    ['too long', { steps: [{ percent: 50, for: '25h' }] }, 'steps', 'all steps together take more than 1d'],
    [
      'of a half fault',
      { kind: 'fault', steps: [{ percent: 50, for: '5m' }] },
      'steps',
      'a fault has one step, of 100 percent, and no way back: a check fails or it does not',
    ],
  ])('%s', async (_, wish, path, message) => {
    const reply = await plan(wish)
    expect([reply.statusCode, reply.json()]).toMatchObject([422, { type: '/problems/drill-invalid' }])
    expect(reply.json().errors).toContainEqual(expect.objectContaining({ path, message }))
  })

  test.each([
    ['GET', '/v1/drills/9', 404],
    ['POST', '/v1/drills/9/start', 404],
    ['POST', '/v1/drills/9/abort', 404],
    ['GET', '/v1/drills/9/report', 404],
    ['POST', '/v1/drills/9/plan', 404],
    ['GET', '/v1/drills/__proto__', 404],
    ['GET', '/v1/drills?limit=some', 400],
  ])('%s %s: %d', async (method, path, status) => {
    expect((await node.call(method, path)).statusCode).toBe(status)
  })
})

test('the report comes in three forms, the page with a policy that lets nothing in', async () => {
  await plan()
  await node.call('POST', '/v1/drills/1/start')
  const report = (as: string) => node.call('GET', `/v1/drills/1/report?as=${as}`)
  expect((await report('json')).json()).toMatchObject({ drill: { id: '1' }, times: { allOutAt: expect.any(String) } })
  const markdown = await report('markdown')
  expect(markdown.headers['content-type']).toMatch(/^text\/markdown/)
  expect(markdown.body).toMatch(/^# Drill 1: us-east\n/)
  const page = await report('html')
  expect(page.headers['content-security-policy']).toMatch(/default-src 'none';.*style-src 'sha256-/)
  expect(page.body).toMatch(/^<!doctype html>/)
})
