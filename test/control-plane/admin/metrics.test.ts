import { afterAll, beforeAll, expect, test } from 'vitest'
import { BOUNDS } from '../../../src/control-plane/trace/durations.js'
import { type ReadFamily, readExposition } from './exposition-parser.js'
import { DOCUMENT, startTestNode, type TestNode } from './world.js'

let node: TestNode
let families: ReadonlyMap<string, ReadFamily>

const scrape = async () => {
  const reply = await node.app.inject({ url: '/metrics' })
  expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  return readExposition(reply.body)
}

beforeAll(async () => {
  node = await startTestNode()
  const check = { check: 'api', up: false, run: 1, changeInMs: 0, lastMs: 250 }
  node.health = new Map([
    ['us-east', [{ address: '192.0.2.1', up: false, since: 0, changeInMs: 0, cause: 'x', checks: [check] }]],
    ['spare', [{ address: '192.0.2.9', up: true, since: 0, changeInMs: Infinity, checks: [] }]],
  ])
  families = await scrape()
})
afterAll(() => node.close())

test.each<[string, string, Record<string, string>, number]>([
  ['dns_queries_total', 'counter', { transport: 'udp', type: 'A' }, 12],
  ['dns_responses_total', 'counter', { zone: 'example.com.', rcode: 'NOERROR' }, 10],
  ['dns_responses_total', 'counter', { zone: '', rcode: 'REFUSED' }, 2],
  ['region_answers_total', 'counter', { region: 'us-east' }, 8],
  ['ladder_answers_total', 'counter', { rung: 'serve-all' }, 1],
  ['queries_dropped_total', 'counter', {}, 3],
  ['responses_truncated_total', 'counter', {}, 0],
  ['clients_unlocated_total', 'counter', {}, 1],
  ['queries_with_client_subnet_total', 'counter', {}, 4],
  ['faults_total', 'counter', {}, 0],
  ['socket_errors_total', 'counter', {}, 0],
  ['tcp_connections_total', 'counter', {}, 0],
  ['tcp_refused_total', 'counter', {}, 0],
  ['region_up', 'gauge', { region: 'us-east', address: '192.0.2.1' }, 0],
  ['region_up', 'gauge', { region: 'spare', address: '192.0.2.9' }, 1],
  ['region_enabled', 'gauge', { region: 'us-east' }, 1],
  ['region_enabled', 'gauge', { region: 'spare' }, 0],
  ['check_up', 'gauge', { region: 'us-east', address: '192.0.2.1', check: 'api' }, 0],
  ['check_duration_seconds', 'gauge', { region: 'us-east', address: '192.0.2.1', check: 'api' }, 0.25],
  ['document_refused', 'gauge', {}, 0],
  ['geo_database_age_seconds', 'gauge', { file: '/data/cities.mmdb' }, 75 * 86_400],
  ['event_loop_lag_p99_seconds', 'gauge', {}, 0.02],
  ['event_loop_lag_max_seconds', 'gauge', {}, 0.05],
  ['event_loop_lag_mean_seconds', 'gauge', {}, 0.001],
  ['build_info', 'gauge', { version: '0.1.0-test' }, 1],
])('meridian_%s is a %s that has for %j the value %d', (name, type, labels, value) => {
  const family = families.get(`meridian_${name}`)
  expect(family?.type).toBe(type)
  expect(family?.help).not.toBe('')
  expect(family?.samples).toContainEqual({ name: `meridian_${name}`, labels, value })
})

test.each([
  'snapshot_version',
  'snapshot_age_seconds',
  'snapshot_widened',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
])('meridian_%s has one value, which is not negative', name => {
  const samples = families.get(`meridian_${name}`)?.samples
  expect(samples).toHaveLength(1)
  expect(samples?.[0]?.value).toBeGreaterThanOrEqual(0)
})

test('how long requests took is a histogram by method and status: each bucket has those of the smaller ones, the last one all', async () => {
  for (const url of ['/v1/regions', '/v1/regions', '/v1/regions/none']) await node.call('GET', url)
  const family = (await scrape()).get('meridian_api_request_duration_seconds')
  const of = (code: string, end: string) =>
    family!.samples.filter(({ name, labels }) => labels['code'] === code && name.endsWith(end))
  const buckets = of('200', '_bucket')
  expect(family?.type).toBe('histogram')
  expect(buckets.map(({ labels }) => labels['le'])).toEqual([...BOUNDS.map(String), '+Inf'])
  expect(buckets.map(({ value }) => value)).toEqual([...buckets.map(({ value }) => value)].sort((a, b) => a - b))
  expect([buckets.at(-1), ...of('200', '_count')].map(one => one?.value)).toEqual([2, 2])
  expect(of('200', '_sum')[0]?.value).toBeGreaterThan(0)
  expect(of('404', '_count').map(({ labels, value }) => [labels, value])).toEqual([[{ method: 'GET', code: '404' }, 1]])
})

test('counters end in _total, and nothing else does', () => {
  for (const [name, { type }] of families) expect(name.endsWith('_total'), name).toBe(type === 'counter')
})

test('a broken document shows', async () => {
  await node.rewrite('nonsense')
  expect((await scrape()).get('meridian_document_refused')?.samples[0]?.value).toBe(1)
  await node.rewrite(DOCUMENT)
  expect((await scrape()).get('meridian_document_refused')?.samples[0]?.value).toBe(0)
})
