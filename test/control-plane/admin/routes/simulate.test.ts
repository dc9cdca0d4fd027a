import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

const simulate = (payload: object) => node.call('POST', '/v1/simulate', { payload })
const ofApi = (reply: Awaited<ReturnType<typeof simulate>>) =>
  reply
    .json()
    .names.find(({ name, type }: { name: string; type: string }) => name === 'api.example.com.' && type === 'A')

test('a region that would be down gives all of its clients to the next one', async () => {
  const api = ofApi(await simulate({ down: ['us-east'] }))
  expect(api.before['us-east']).toBeGreaterThan(0)
  expect(api.after['us-east']).toBeUndefined()
  expect(api.moves).toEqual([{ from: 'us-east', to: 'eu-central', share: api.before['us-east'] }])
})

test('a region that would be drained by half keeps the other half', async () => {
  const api = ofApi(await simulate({ drain: { 'us-east': 50 } }))
  expect(api.after['us-east']).toBeCloseTo(api.before['us-east'] / 2)
})

test('an override that would end gives its region the clients back, and one that nobody made is not known', async () => {
  const wish = { targets: ['us-east'], state: 'down', reason: 'a test', for: '10m' }
  const { id } = (await node.call('POST', '/v1/overrides', { payload: wish })).json()
  const api = ofApi(await simulate({ end: [id] }))
  expect(api.moves).toEqual([{ from: 'eu-central', to: 'us-east', share: api.after['us-east'] }])
  expect(ofApi(await simulate({})).moves).toEqual([])
  expect((await simulate({ end: ['99'] })).json().type).toBe('/problems/override-not-found')
})

test('names that would reach their ladder are told with the share of their clients', async () => {
  const api = ofApi(await simulate({ down: ['us-east', 'eu-central'] }))
  expect(Object.values(api.ladder)).toEqual([expect.closeTo(1)])
})

test('over population all people of a country whose region is gone move, and those whom no address stands for are told', async () => {
  const reply = await simulate({ down: ['us-east'], over: 'population' })
  const { over, unplaced } = reply.json()
  expect([reply.statusCode, over, unplaced.slice(0, 2)]).toEqual([200, 'population', ['CN', 'IN']])
  const api = ofApi(reply)
  expect(api.before['us-east']).toBeGreaterThan(0)
  expect(api.moves).toEqual([{ from: 'us-east', to: 'eu-central', share: expect.closeTo(api.before['us-east']) }])
})

test('over population it is refused where no country is known', async () => {
  const records = [{ prefix: '20.0.0.0/8', record: { location: { latitude: 52.52, longitude: 13.41 } } }]
  const placeless = await startTestNode(undefined, {}, [], records)
  const reply = await placeless.call('POST', '/v1/simulate', { payload: { over: 'population' } })
  expect([reply.statusCode, reply.json().type]).toEqual([400, '/problems/request-invalid'])
  await placeless.close()
})

test('nothing has happened to clients or document', async () => {
  const before = await node.text()
  await simulate({ down: ['us-east'], up: ['spare'] })
  expect(await node.text()).toBe(before)
  const told = (await node.call('GET', '/v1/explain?name=api.example.com&client=128.143.2.0/24')).json()
  expect(told.answer.addresses).toEqual(['192.0.2.1'])
})

test.each([
  [404, { down: ['us-eest'] }],
  [404, { drain: { mars: 5 } }],
  [400, { drain: { 'us-east': 101 } }],
  [400, { down: 'us-east' }],
  [400, { sideways: [] }],
  [400, { over: 'people' }],
])('it is answered with %i for %j', async (status, payload) => {
  expect((await simulate(payload)).statusCode).toBe(status)
})

test('a document that is proposed is compared with the one that is served, and nothing of it is kept', async () => {
  const before = await node.text()
  const document = before.replace('[50.11, 8.68]', '[38.95, -77.45]').replace('weight: 50', 'weight: 100')
  const reply = await simulate({ document })
  expect(reply.statusCode).toBe(200)
  const api = ofApi(reply)
  expect(api.before).not.toEqual(api.after)
  expect(api.after['us-east']).toBeCloseTo(0.5)
  expect(await node.text()).toBe(before)
  expect((await node.call('GET', '/v1/revisions')).json().revisions).toHaveLength(1)
})

test('regions that only the proposed document has can be taken down in it', async () => {
  const document = (await node.text()).replace('zones:', '  fresh: { addresses: [192.0.2.77] }\nzones:')
  expect((await simulate({ document, down: ['fresh'] })).statusCode).toBe(200)
  expect((await simulate({ down: ['fresh'] })).statusCode).toBe(404)
})

test('a patch proposes a document as well, whose zones are found however they are named', async () => {
  const before = await node.text()
  const zones = { 'EXAMPLE.com.': { records: { api: [{ steer: 'all' }] } } }
  const reply = await simulate({ patch: { zones } })
  expect([reply.statusCode, reply.json().names.length]).toEqual([200, (await simulate({})).json().names.length])
  expect(reply.json()).toEqual((await simulate({ patch: { zones: { 'example.com': zones['EXAMPLE.com.'] } } })).json())
  expect(await node.text()).toBe(before)
  expect(
    (await simulate({ patch: { zones: { 'example.com': { records: { api: [{ steer: 'nowhere' }] } } } } })).statusCode,
  ).toBe(422)
  expect((await simulate({ patch: {}, document: before })).statusCode).toBe(400)
})

test('a document that is not sound is refused with every problem', async () => {
  const reply = await simulate({ document: (await node.text()).replace('weight: 50', 'weight: many') })
  expect([reply.statusCode, reply.json().type]).toEqual([422, '/problems/edit-refused'])
  expect(reply.json().errors[0].path).toContain('eu-central.weight')
})

test('other geo data are looked at for those who could put them in use, and told of where they cannot be had', async () => {
  expect(ofApi(await simulate({ database: { from: 'good.mmdb' } })).moves).toEqual([])
  expect((await simulate({ database: { from: 'bad.mmdb' } })).json().type).toBe('/problems/geo-refused')
  const made = await node.call('POST', '/v1/tokens', { payload: { name: 'reader', scopes: ['read'] } })
  const headers = { authorization: `Bearer ${made.json().secret}` }
  const asReader = (payload: object) => node.call('POST', '/v1/simulate', { payload, headers })
  expect((await asReader({ down: ['us-east'] })).statusCode).toBe(200)
  const refused = await asReader({ database: { from: 'good.mmdb' } })
  expect([refused.statusCode, refused.json().detail]).toEqual([
    403,
    'reader may not name geo data: that needs the scope admin',
  ])
})
