import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampled } from '../../operate/sampled.js'
import { DOCUMENT, startTestNode, type TestNode } from '../world.js'

const now = Date.now()
const SEEN = [
  sampled({ at: now, weight: 30, client: '133.11.2.0/24', region: 'us-east' }),
  sampled({ at: now, weight: 10, client: '130.149.7.0/24', region: 'eu-central' }),
  sampled({ at: now, weight: 5, client: '8.8.8.0/24', region: 'us-east' }),
  sampled({
    at: now,
    client: '99.1.2.0/24',
    name: 'nowhere.example.com.',
    rcode: 'NXDOMAIN',
    reason: 'nxdomain',
    region: undefined,
    rung: undefined,
  }),
]

let node: TestNode
beforeAll(async () => {
  node = await startTestNode(DOCUMENT, {}, SEEN)
})
afterAll(() => node.close())

const get = (url: string) => node.call('GET', url)

describe('/v1/top', () => {
  test('tells what there is most of', async () => {
    expect((await get('/v1/top')).json()).toMatchObject({
      by: 'name',
      window: '1m',
      queries: 46,
      rows: [
        { key: 'api.example.com.', queries: 45, error: 0, share: 45 / 46 },
        { key: 'nowhere.example.com.', queries: 1 },
      ],
    })
    expect((await get('/v1/top?by=client&window=1h&limit=1')).json().rows).toEqual([
      { key: '133.11.2.0/24', queries: 30, error: 0, share: 30 / 46 },
    ])
  })

  test.each(['by=colour', 'window=2m', 'limit=-1', 'limit=x', 'order=up'])('refuses %s', async query => {
    const reply = await get(`/v1/top?${query}`)
    expect([reply.statusCode, reply.json().type]).toEqual([400, '/problems/request-invalid'])
  })
})

describe('/v1/samples', () => {
  test('lists the last queries, newest first, of which one can choose', async () => {
    const { samples } = (await get('/v1/samples')).json()
    expect(samples).toHaveLength(4)
    expect(samples[0]).toMatchObject({ name: 'nowhere.example.com.', oneIn: 1, reason: 'nxdomain' })
    const names = async (query: string) => (await get(`/v1/samples?${query}`)).json().samples.length
    expect(await names('rcode=nxdomain')).toBe(1)
    expect(await names('client=133.11.0.0/16')).toBe(1)
    expect(await names('name=API.example.com&region=us-east&limit=1')).toBe(1)
    expect(await names('name=*.example.com')).toBe(4)
    expect(await names('reason=limited')).toBe(0)
  })

  test.each(['name=a..b', 'client=10.0.0.1/8', 'client=home'])('refuses %s', async query => {
    const reply = await get(`/v1/samples?${query}`)
    expect([reply.statusCode, reply.json().type]).toEqual([400, '/problems/question-invalid'])
  })
})

test('/v1/clients tells where they are, and which region they get', async () => {
  expect((await get('/v1/clients')).json()).toEqual({
    places: [
      { latitude: 35.5, longitude: 139.5, country: 'JP', regions: [{ region: 'us-east', queries: 30 }] },
      { latitude: 52.5, longitude: 13.5, country: 'DE', regions: [{ region: 'eu-central', queries: 10 }] },
    ],
    unplaced: 5,
  })
})

test('a simulation can weigh clients by what they asked', async () => {
  const payload = { down: ['us-east'], over: 'traffic', window: '1m' }
  const { over, names, unseen } = (await node.call('POST', '/v1/simulate', { payload })).json()
  expect(over).toBe('traffic')
  expect(names.map(({ name, type }: { name: string; type: string }) => `${name} ${type}`)).toEqual([
    'api.example.com. A',
  ])
  expect(unseen).toContain('example.com. A')
})

describe('a node that samples nothing', () => {
  let blind: TestNode
  beforeAll(async () => {
    blind = await startTestNode(DOCUMENT, {}, 'none')
  })
  afterAll(() => blind.close())

  test.each([
    ['GET', '/v1/top', undefined],
    ['GET', '/v1/samples', undefined],
    ['GET', '/v1/clients', undefined],
    ['POST', '/v1/simulate', { over: 'traffic' }],
  ])('says so: %s %s', async (method, url, payload) => {
    const reply = await blind.call(method, url, payload === undefined ? {} : { payload })
    expect([reply.statusCode, reply.json().type]).toEqual([409, '/problems/not-sampled'])
  })

  test('still tells its metrics', async () => {
    expect((await blind.call('GET', '/metrics')).body).toContain('meridian_samples_total{result="read"} 0')
  })
})

test('metrics tell of samples that came too late, and of what could not be written', async () => {
  const { body } = await get('/metrics')
  expect(body).toContain('meridian_samples_total{result="skipped"} 2')
  expect(body).toContain('meridian_sample_messages_total{sink="dnstap",result="lost"} 1')
})
