// What the doctor makes of what it sees: the same things, well and ill.
import { describe, expect, test } from 'vitest'
import type { ApiClient } from '../../src/cli/client.js'
import { detectionFindings } from '../../src/cli/doctor-detection.js'
import { formatFinding, worstFirst } from '../../src/cli/doctor-finding.js'
import { bufferFindings, clockSetFindings, lostIn, portFindings } from '../../src/cli/doctor-host.js'
import { clockFinding, parentFinding, statusFindings, subnetFinding } from '../../src/cli/doctor-server.js'
import type { StatusView } from '../../src/control-plane/admin/api.js'

const steered = (record: object, check: object = {}, region: object = { checks: ['web'] }) => ({
  checks: { web: { type: 'tcp', port: 443, ...check } },
  regions: { a: { addresses: ['192.0.2.1'], ...region } },
  zones: {
    'example.com': { records: { api: { steer: 'nearest', ...record }, mail: { type: 'A', data: '192.0.2.2' } } },
  },
})

describe('for how long clients stay with a dead region', () => {
  test.each<[string, object, object, string, string, string?]>([
    // 10 + 3·4 + 2·2 until noticed; 3·10 until expired
    [
      'with what is there unless told',
      {},
      {},
      'good',
      '56 s at most: 26 s until it is noticed, 30 s until answers expire',
    ],
    ['with a TTL that does not move', { ttl: '1h' }, {}, 'warning', '3626 s at most'],
    ['with a TTL as a number', { ttl: 20 }, {}, 'good', '46 s at most'],
    ['with a max below what health allows', { ttl: { max: '8s' } }, {}, 'good', '34 s at most'],
    ['with a TTL of its region', {}, {}, 'good', '36 s at most', '10s'],
    ['with a TTL of its region below its own least', { ttl: { min: '20s' } }, {}, 'good', '46 s at most', '10s'],
    ['with a TTL that does not move, nor by that of its region', { ttl: 20 }, {}, 'good', '46 s at most', '10s'],
    ['with a slow check', {}, { interval: '60s', fall: 5 }, 'warning', '188 s at most'],
  ])('%s', (_, record, check, state, what, ttl) => {
    const region = { checks: ['web'], ...(ttl === undefined ? {} : { ttl }) }
    const [finding, ...more] = detectionFindings(steered(record, check, region))
    expect([finding?.state, more]).toEqual([state, []])
    expect(finding?.what).toContain(what)
  })

  test('a region that nothing looks at is told of', () => {
    expect(detectionFindings(steered({}, {}, {}))).toEqual([
      {
        state: 'warning',
        about: 'api.example.com',
        what: 'nothing looks at a: clients are sent there whether it lives or not',
        advice: 'give these regions checks',
      },
    ])
  })
})

test.each([
  ['8388608\n', 'good'],
  ['212992\n', 'warning'],
])('a receive buffer of %s is %s', (text, state) => {
  expect(bufferFindings(text).map(finding => finding.state)).toEqual([state])
})

test('what the kernel has dropped is counted by port, on all addresses', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  10: 0100007F:14B4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 7
  11: 00000000:14B4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2 2 0 5
  12: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3 2 0 90
`
  expect([lostIn(table, 5300), lostIn(table, 53), lostIn(table, 54)]).toEqual([12, 90, 0])
})

test.each([
  ['Thu, 01 Jan 1970 00:16:40 GMT', 'good'],
  ['Thu, 01 Jan 1970 00:16:33 GMT', 'bad'],
  ['Thu, 01 Jan 1970 00:17:40 GMT', 'bad'],
])('a server whose clock says %s is %s', (date, state) => {
  expect(clockFinding(date, 1_000_000).map(finding => finding.state)).toEqual([state])
})

test.each([
  ['yes', ['good']],
  ['no', ['warning']],
  ['', []],
  [undefined, []],
])('a system that says %s of NTP is %j', (said, states) => {
  expect(clockSetFindings(said).map(finding => finding.state)).toEqual(states)
})

const STUB = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  11: 3500007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2 2 0 0
`
test.each([
  ['at port 53', [53, 853], 1024, '', 'good', []],
  ['elsewhere', [5300], 1024, '', 'warning', ['CAP_NET_BIND_SERVICE']],
  ['elsewhere, where port 53 is free for all', [5300], 0, '', 'warning', []],
  ['elsewhere, beside a stub', [5300], 1024, STUB, 'warning', ['CAP_NET_BIND_SERVICE', '127.0.0.53']],
])('a server that listens %s is told what keeps it from port 53', (_, ports, firstFree, table, state, advised) => {
  const [finding, ...more] = portFindings(
    ports.map(port => ({ port })),
    { firstFree, tables: ['', table] },
  )
  expect([finding?.state, more]).toEqual([state, []])
  const said = ['CAP_NET_BIND_SERVICE', '127.0.0.53'].filter(word => finding?.advice?.includes(word))
  expect(said).toEqual(advised)
})

test.each([
  ['secure', 'good', undefined],
  ['insecure', 'warning', 'meridian dnssec ds example.com'],
  ['broken', 'bad', 'meridian dnssec ds example.com'],
  ['unknown', 'unknown', undefined],
])('a signed zone whose parent is found %s is %s', async (standing, state, advice) => {
  const asked: string[] = []
  const get = async (path: string) => {
    asked.push(path)
    return { standing }
  }
  const api = { get } as unknown as ApiClient // as much as is used
  const finding = await parentFinding(api, 'example.com')
  expect([finding.state, finding.about, asked]).toEqual([
    state,
    'DS of example.com',
    ['/v1/zones/example.com/dnssec/parent'],
  ])
  if (advice === undefined) expect(finding.advice).toBeUndefined()
  else expect(finding.advice).toContain(advice)
})

const metrics = (queries: number, subnets: number) =>
  `meridian_dns_queries_total{transport="udp",type="A"} ${queries}\nmeridian_dns_queries_total{transport="tcp",type="A"} 1\nmeridian_queries_with_client_subnet_total ${subnets}\n`
test.each([
  [10, 0, 'unknown', '0 of 11 queries'],
  [5000, 0, 'warning', '0 of 5001 queries'],
  [10, 3, 'good', '3 of 11 queries'],
])('of %d queries %d with a subnet is %s', (queries, subnets, state, what) => {
  const finding = subnetFinding(metrics(queries, subnets))
  expect([finding.state, finding.what.startsWith(what)]).toEqual([state, true])
})

const STATUS = {
  ready: true,
  waitingFor: [],
  document: { name: 'traffic.yaml' },
  databases: [{ file: 'city.mmdb', ageDays: 3 }],
  regions: { total: 2, up: 1 },
}
const status = (change: object): StatusView => ({ ...STATUS, ...change }) as unknown as StatusView // what is looked at
test.each([
  ['well', {}, ['good geo data']],
  ['not ready', { ready: false, waitingFor: ['probes'] }, ['bad server', 'good geo data']],
  [
    'refusing its document',
    { document: { name: 'x', refused: { at: 'now', problems: [{}] } } },
    ['bad traffic document', 'good geo data'],
  ],
  ['without geo data', { databases: [] }, ['warning geo data']],
  [
    'with old geo data',
    { databases: [{ file: 'x', ageDays: 90, warning: 'the data is 90 days old' }] },
    ['warning geo data'],
  ],
  ['with no region up', { regions: { total: 2, up: 0 } }, ['good geo data', 'bad regions']],
])('a server that is %s', (_, change, expected) => {
  expect(statusFindings(status(change)).map(({ state, about }) => `${state} ${about}`)).toEqual(expected)
})

test('what is worst comes first, with what to do', () => {
  const good = { state: 'good', about: 'a', what: 'is' } as const
  const bad = { state: 'bad', about: 'b', what: 'is not', advice: 'make it' } as const
  expect(worstFirst([good, bad]).map(formatFinding)).toEqual([
    'bad      b: is not\n         → make it',
    'good     a: is',
  ])
})
