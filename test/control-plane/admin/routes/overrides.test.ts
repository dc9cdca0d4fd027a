import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DOCUMENT, startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

const DOWN = { targets: ['us-east'], state: 'down', reason: 'drill 42', for: '10m' }
const create = async (wish: object = {}) => {
  const reply = await node.call('POST', '/v1/overrides', { payload: { ...DOWN, ...wish } })
  expect(reply.statusCode, reply.body).toBe(200)
  return reply.json()
}
const FROM_VIRGINIA = '/v1/explain?name=api.example.com&client=128.143.2.0/24'
const explained = async (region: string) => {
  const told = (await node.call('GET', FROM_VIRGINIA)).json()
  return { ...told, region: told.regions.find((one: { region: string }) => one.region === region) }
}

test('a region that is forced down gets no clients once the reply is there, and the document stays as it is', async () => {
  expect((await explained('us-east')).answer.addresses).toEqual(['192.0.2.1'])
  const override = await create()
  expect(override).toMatchObject({
    id: '1',
    regions: ['us-east'],
    holdsFor: ['us-east'],
    actor: 'admin',
    origin: 'operator',
  })
  const { answer, region, checks } = await explained('us-east')
  expect(answer.addresses).toEqual(['192.0.2.3'])
  expect(checks).toEqual([])
  expect(region).toMatchObject({
    state: 'forced-down',
    why: 'nearer, but forced down by admin: drill 42',
    override: { id: '1', state: 'down', actor: 'admin', reason: 'drill 42', until: Date.parse(override.expiresAt) },
  })
  expect(await node.text()).toBe(DOCUMENT)
  expect((await node.call('DELETE', '/v1/overrides/1')).json()).toMatchObject({ id: '1' })
  expect((await explained('us-east')).answer.addresses).toEqual(['192.0.2.1'])
})

test('a region that is forced up gets clients although it is down, and both are shown', async () => {
  node.health = new Map([
    ['us-east', [{ address: '192.0.2.1', up: false, since: 0, changeInMs: 9e9, cause: 'api: refused', checks: [] }]],
  ])
  await create({ state: 'up' })
  const { region, answer, checks } = await explained('us-east')
  expect(checks).toEqual([])
  expect(answer.addresses).toEqual(['192.0.2.1'])
  expect(region.why).toContain('forced up by admin: drill 42')
  const view = (await node.call('GET', '/v1/regions/us-east')).json()
  expect(view).toMatchObject({ state: 'down', cause: 'api: refused', override: { state: 'up', actor: 'admin' } })
  const health = (await node.call('GET', '/v1/health')).json().regions[0]
  expect(health).toMatchObject({ region: 'us-east', state: 'down', override: { state: 'up' } })
})

test('the answers of a region that is forced do not outlive the override', async () => {
  await create({ for: '20s' })
  const { answer, checks } = await explained('us-east')
  expect(checks).toEqual([])
  expect(answer.ttl).toBeLessThanOrEqual(20)
  expect(answer.ttl).toBeGreaterThan(10)
  expect(answer.ttlReason).toMatch(/^the override of us-east ends in \d+ s$/)
})

test('when all regions are forced down none is revived', async () => {
  await create({ targets: ['*'] })
  const { answer, choice } = await explained('us-east')
  expect([answer.rcode, choice.rung]).toEqual(['SERVFAIL', 'servfail'])
})

test('the list says of each whom it means and where it holds', async () => {
  await create({ targets: ['us-*', 'eu-central'] })
  await create({ state: 'drain', percent: 50 })
  const { overrides } = (await node.call('GET', '/v1/overrides')).json()
  expect(overrides).toMatchObject([
    { id: '1', regions: ['us-east', 'eu-central'], holdsFor: ['eu-central'], state: 'down' },
    { id: '2', holdsFor: ['us-east'], state: 'drain', percent: 50 },
  ])
  expect(overrides[0]).not.toHaveProperty('percent')
  expect((await node.call('GET', '/v1/overrides/2')).json()).toEqual(overrides[1])
})

test('a patch changes what it names, and an empty one nothing', async () => {
  const made = await create({ state: 'drain', percent: 25 })
  const patch = async (payload: object) => (await node.call('PATCH', '/v1/overrides/1', { payload })).json()
  expect(await patch({})).toEqual(made)
  expect(await patch({ percent: 100 })).toEqual({ ...made, percent: 100 })
  expect(Date.parse((await patch({ for: '1h' })).expiresAt)).toBeGreaterThan(Date.parse(made.expiresAt))
})

describe('what makes no sense', () => {
  test.each<[string, object, number, string]>([
    ['an unknown region', { targets: ['us-eats'] }, 422, 'targets[0]'],
    ['no region', { targets: [] }, 400, 'targets'],
    ['no reason', { reason: undefined }, 400, ''],
    ['a blank reason', { reason: ' ' }, 422, 'reason'],
    ['no end', { for: undefined }, 422, 'for'],
    ['too late an end', { for: '3d' }, 422, 'for'],
    ['an end that is none', { for: undefined, until: 'soon' }, 400, 'until'],
    ['an unknown state', { state: 'sideways' }, 400, 'state'],
    ['a drain by nothing', { state: 'drain' }, 422, 'percent'],
    ['a drain by too much', { state: 'drain', percent: 101 }, 400, 'percent'],
    ['a key that is none', { untill: 'x' }, 400, 'untill'],
  ])('%s is refused with its place', async (_, wish, status, path) => {
    const reply = await node.call('POST', '/v1/overrides', { payload: { ...DOWN, ...wish } })
    expect(reply.statusCode, reply.body).toBe(status)
    expect(reply.json().errors.map((error: { path: string }) => error.path)).toContain(path)
    expect((await node.call('GET', '/v1/overrides')).json()).toEqual({ overrides: [] })
  })

  test.each(['GET', 'PATCH', 'DELETE'])('%s of one that is not there is a problem', async method => {
    const reply = await node.call(method, '/v1/overrides/9', method === 'PATCH' ? { payload: {} } : {})
    expect(reply.json()).toMatchObject({ type: '/problems/override-not-found', detail: 'no override 9 is in force' })
  })

  test('one of the break-glass file ends there', async () => {
    node.port.overrides.setFile([
      {
        id: 'file-1',
        targets: ['spare'],
        state: 'up',
        drain: 0,
        reason: 'x',
        actor: 'x',
        createdAt: 0,
        origin: 'file',
      },
    ])
    expect((await node.call('DELETE', '/v1/overrides/file-1')).json().detail).toBe(
      'override file-1 stands in the break-glass file, and ends there',
    )
  })
})

test('what is made, changed and cancelled is logged with who and why', async () => {
  await create({ targets: ['us-*'], state: 'drain', percent: 5 })
  await node.call('PATCH', '/v1/overrides/1', { payload: { for: '5m' } })
  await node.call('DELETE', '/v1/overrides/1', { headers: { 'x-reason': "utf-8''f%C3%BCr%20heute" } })
  expect(node.lines).toMatchObject([
    { actor: 'admin', reason: 'drill 42', msg: 'override 1 is in force: "us-*" drain 5 %' },
    { msg: 'override 1 was changed: "us-*" drain 5 %' },
    { reason: 'für heute', msg: 'override 1 was cancelled: "us-*" drain 5 %' },
  ])
})

test('a change of the document keeps overrides in force, and a new region that a glob means is under it', async () => {
  await create({ targets: ['us-*'] })
  await node.rewrite(
    DOCUMENT.replace('  spare:', '  us-west: { addresses: [192.0.2.8], location: [38.9, -77.4] }\n  spare:'),
  )
  expect((await explained('us-west')).region.state).toBe('forced-down')
  expect((await node.call('GET', '/v1/overrides/1')).json().regions).toEqual(['us-east', 'us-west'])
})
