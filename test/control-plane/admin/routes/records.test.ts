import { afterEach, beforeEach, expect, test } from 'vitest'
import { DOCUMENT, startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

test.each(['example.com', 'example.com.', 'EXAMPLE.com'])('the records of %s are in presentation form', async zone => {
  const reply = await node.call('GET', `/v1/zones/${zone}/records`)
  expect(reply.headers['etag']).toBe(`"${node.store.current().revision}"`)
  expect(reply.json()).toMatchObject({
    zone: 'example.com.',
    records: [
      { owner: 'ns1.example.com.', type: 'A', ttl: 3600, data: '192.0.2.53' },
      { owner: 'api.example.com.', type: 'TXT', ttl: 3600, data: '"hello"' },
      { owner: 'www.example.com.', type: 'CNAME', ttl: 3600, data: 'api.example.com.' },
    ],
    steered: [
      { owner: 'example.com.', ttl: { min: 30, max: 30 } },
      {
        owner: 'api.example.com.',
        policy: 'nearest',
        regions: ['us-east', 'eu-central', 'spare'],
        fallback: [],
        ttl: { min: 5, max: 60 },
        whenAllDown: 'serve-all',
      },
      { owner: 'deep.api.example.com.' },
    ],
  })
})

test('the zones are listed with their SOA and nameservers', async () => {
  const [zone] = (await node.call('GET', '/v1/zones')).json().zones
  expect(zone).toEqual({
    zone: 'example.com.',
    ttl: 3600,
    nameservers: ['ns1.example.com.'],
    soa: {
      mname: 'ns1.example.com.',
      rname: 'hostmaster.example.com.',
      serial: 7,
      refresh: 7200,
      retry: 900,
      expire: 1209600,
      minimum: 60,
    },
    ecsTrust: ['0.0.0.0/0', '::/0'],
    staticRecords: 3,
    steeredRecords: 3,
  })
})

test.each<[string, unknown, { min: number; max: number }, string, string]>([
  ['api', { max: '30s' }, { min: 5, max: 30 }, 'max: 60s', 'max: 30s'],
  ['api', { min: 10, max: '2m' }, { min: 10, max: 120 }, 'max: 60s, min: 5s', 'max: 2m, min: 10'],
  ['api', { min: null }, { min: 5, max: 60 }, ', min: 5s', ''],
  ['api', { max: null, min: null }, { min: 5, max: 60 }, ', ttl: { max: 60s, min: 5s }', ''],
  ['api', '20s', { min: 20, max: 20 }, '{ max: 60s, min: 5s }', '20s'],
  ['api', null, { min: 5, max: 60 }, ', ttl: { max: 60s, min: 5s }', ''],
  ['API.example.com.', { max: '30s' }, { min: 5, max: 30 }, 'max: 60s', 'max: 30s'],
  ['@', '45s', { min: 45, max: 45 }, 'ttl: 30s', 'ttl: 45s'],
  ['example.com.', { max: '1m' }, { min: 30, max: 60 }, 'ttl: 30s', 'ttl: { max: 1m, min: 30s }'],
  [
    'deep.api',
    { max: '30s' },
    { min: 5, max: 30 },
    'deep.api.example.com.: { steer: nearest }',
    'deep.api.example.com.: { steer: nearest, ttl: { max: 30s } }',
  ],
])('the TTL of %s changed to %j touches nothing else', async (name, ttl, bounds, from, to) => {
  const reply = await node.call('PATCH', `/v1/zones/example.com/records/${encodeURIComponent(name)}`, {
    payload: { ttl },
  })
  expect(reply.statusCode, reply.body).toBe(200)
  expect(reply.json().ttl).toEqual(bounds)
  expect(await node.text()).toBe(DOCUMENT.replace(from, to))
})

test.each<[string, object]>([
  ['api', {}],
  ['api', { ttl: {} }],
  ['api', { ttl: { max: '1m' } }],
  ['api', { ttl: { max: 60, min: '5s' } }],
  ['@', { ttl: 30 }],
  ['@', { ttl: { min: '30s' } }],
  ['deep.api', { ttl: { max: 60 } }],
  ['deep.api', { ttl: null }],
  ['deep.api', { ttl: { max: null } }],
])('of %s, %j changes nothing and writes nothing', async (name, payload) => {
  const reply = await node.call('PATCH', `/v1/zones/example.com/records/${name}`, { payload })
  expect(reply.statusCode).toBe(200)
  expect(await node.text()).toBe(DOCUMENT)
  expect(node.lines).toEqual([])
})

test.each<[unknown, number]>([
  ['soon', 400],
  ['-5s', 400],
  [-5, 400],
  [true, 400],
  [[], 400],
  [{ most: '5s' }, 400],
  [{ max: 'soon' }, 400],
  ['1500ms', 422],
  [{ max: '2s' }, 422],
  [{ min: '2h' }, 422],
])('a TTL of %j is refused', async (ttl, status) => {
  const reply = await node.call('PATCH', '/v1/zones/example.com/records/api', { payload: { ttl } })
  expect(reply.statusCode).toBe(status)
  expect(reply.json().errors[0].message).toBeTruthy()
  expect(await node.text()).toBe(DOCUMENT)
})

test.each([
  ['exampel.com/records/api', 'zone-not-found', 'no zone is named "exampel.com" (did you mean "example.com"?)'],
  ['..../records/api', 'zone-not-found', 'no zone is named "...."'],
  ['example.com/records/apu', 'record-not-found', 'nothing steers "apu" in example.com. (did you mean "api"?)'],
  ['example.com/records/ns1', 'record-not-found', '"ns1" has static records only'],
  ['example.com/records/a..b', 'record-not-found', 'nothing steers "a..b" in example.com.'],
  [
    'example.com/records/api.example.com',
    'record-not-found',
    '"api.example.com" is taken as relative to the zone: end a full name with a dot',
  ],
  ['example.com/records/api.example.org.', 'record-not-found', 'nothing steers "api.example.org." in example.com.'],
])('%s is told apart', async (path, type, detail) => {
  const reply = await node.call('PATCH', `/v1/zones/${path}`, { payload: { ttl: '30s' } })
  expect(reply.statusCode).toBe(404)
  expect(reply.json()).toMatchObject({ type: `/problems/${type}`, detail })
})

test('the new TTL is what queries are answered with once the reply is there', async () => {
  await node.call('PATCH', '/v1/zones/example.com/records/api', { payload: { ttl: '17s' } })
  const { answer } = (await node.call('GET', '/v1/explain?name=api.example.com')).json()
  expect(answer.ttl).toBe(17)
})
