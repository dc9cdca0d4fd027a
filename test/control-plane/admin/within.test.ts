// Tokens that are good for some zones and regions only.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { documentOf, fill } from './openapi-calls.js'
import { NO_LIMITS, startTestNode, type TestNode } from './world.js'

let node: TestNode
let secret: string
beforeEach(async () => {
  node = await startTestNode(undefined, { limits: NO_LIMITS })
  secret = await tokenWithin({ zones: ['Example.com.'], regions: ['us-*'] })
})
afterEach(() => node.close())

let made = 0
const make = (within: object, scopes: readonly string[] = ['report', 'operate', 'edit']) =>
  node.call('POST', '/v1/tokens', { payload: { name: `of-${++made}`, scopes, within } })
async function tokenWithin(within: object): Promise<string> {
  const reply = await make(within)
  expect(reply.statusCode, reply.body).toBe(200)
  return reply.json().secret
}
const as = (method: string, url: string, payload?: object | string, type = 'application/json') =>
  node.app.inject({
    method: method as 'GET',
    url,
    headers: { authorization: `Bearer ${secret}`, ...(payload === undefined ? {} : { 'content-type': type }) },
    ...(payload === undefined ? {} : { payload }),
  })
const word = (...targets: readonly string[]) => ({ targets, state: 'drain', percent: 10, for: '5m', reason: 'x' })

/** Operations that look at what is changed. A new one is a line here, and one below. */
const BOUNDED = [
  ...['abortDrill', 'cancelOverride', 'createDrill', 'createOverride', 'deleteEntry', 'deleteRecords', 'disableRegion'],
  ...['enableRegion', 'patchEntry', 'patchOverride', 'patchRecord', 'patchRecords', 'patchRegion', 'patchTraffic'],
  ...['putEntry', 'putRecords', 'putTraffic', 'releaseRegion', 'reportLoad', 'rollBack', 'signal', 'startDrill'],
]

interface Operation {
  readonly operationId: string
  readonly 'x-scope'?: string
  readonly 'x-bounded'?: boolean
}

test('every other change is refused, whatever it is about', async () => {
  const { paths } = documentOf(node.app)
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
  )
  const changing = all.filter(({ operation }) => !['read', undefined].includes(operation['x-scope']))
  const bounded = changing.filter(({ operation }) => operation['x-bounded'] === true)
  expect(bounded.map(({ operation }) => operation.operationId).sort()).toEqual(BOUNDED)
  const others = changing.filter(({ operation }) => operation['x-bounded'] !== true)
  expect(others.length).toBeGreaterThan(5)
  for (const { path, method, operation } of others) {
    const reply = await as(method.toUpperCase(), fill(path), method === 'post' || method === 'put' ? {} : undefined)
    expect(reply.statusCode, operation.operationId).toBe(403)
  }
})

test('what lies within is changed', async () => {
  for (const [method, url, payload] of [
    ['PATCH', '/v1/regions/us-east', { weight: 7 }],
    ['POST', '/v1/regions/us-east/disable'],
    ['POST', '/v1/regions/us-east/enable'],
    ['PUT', '/v1/traffic/zones/example.com/records/new', { type: 'A', data: '192.0.2.80' }],
    ['DELETE', '/v1/traffic/zones/example.com/records/new'],
    ['PATCH', '/v1/traffic', { regions: { 'us-east': { weight: 8 } } }],
    ['POST', '/v1/overrides', word('us-east')],
    ['PATCH', '/v1/overrides/1', { percent: 20 }],
    ['DELETE', '/v1/overrides/1'],
    ['POST', '/v1/drills', { targets: ['us-east'], reason: 'x' }],
    ['POST', '/v1/drills/1/abort'],
  ] as const) {
    const reply = await as(method, url, payload)
    expect(reply.statusCode, `${method} ${url}: ${reply.body}`).toBe(200)
  }
})

const OUTSIDE: readonly (readonly [method: string, url: string, payload?: object | string, type?: string])[] = [
  ['PATCH', '/v1/regions/eu-central', { weight: 7 }],
  ['POST', '/v1/regions/eu-central/disable'],
  ['PUT', '/v1/traffic/checks/new', { type: 'tcp', port: 80 }],
  ['PATCH', '/v1/traffic/regions/eu-central', { weight: 7 }],
  ['PATCH', '/v1/traffic', { regions: { 'us-east': { weight: 8 }, 'eu-central': { weight: 8 } } }],
  ['PUT', '/v1/traffic/zones/other.example', { nameservers: ['ns1.example.net'] }],
  ['PUT', '/v1/traffic', 'zones: {}\n', 'application/yaml'],
  ['POST', '/v1/revisions/1/rollback'],
  ['POST', '/v1/overrides', word('eu-central')],
  ['POST', '/v1/overrides', word('us-east', 'eu-central')],
  ['POST', '/v1/overrides', word('192.0.2.3')],
  // It means regions of the token today, and others when there are some.
  ['POST', '/v1/overrides', word('us-*')],
  ['PATCH', '/v1/overrides/1', { percent: 20 }],
  ['DELETE', '/v1/overrides/1'],
  ['DELETE', '/v1/overrides/2'],
  ['POST', '/v1/drills', { targets: ['eu-central'], reason: 'x' }],
  ['POST', '/v1/drills/1/start'],
  ['POST', '/v1/drills/1/abort'],
  ['POST', '/v1/regions/eu-central/release'],
  ['POST', '/v1/regions/eu-central/load', { current: 1, capacity: 2 }],
  ['POST', '/v1/signals', { region: 'eu-central', source: 'rum', failing: true }],
]

test('what lies outside is refused, and nothing is changed', async () => {
  await node.call('POST', '/v1/overrides', { payload: word('eu-central') })
  await node.call('POST', '/v1/overrides', { payload: word('us-*') })
  await node.call('POST', '/v1/drills', { payload: { targets: ['eu-central'], reason: 'x' } })
  await node.call('PATCH', '/v1/regions/eu-central', { payload: { weight: 3 } })
  const state = () => [node.store.current().revision, node.port.overrides.list(), node.port.drills.list()]
  const before = state()
  for (const [method, url, payload, type] of OUTSIDE) {
    const reply = await as(method, url, payload, type)
    expect(reply.statusCode, `${method} ${url} ${JSON.stringify(payload)}: ${reply.body}`).toBe(403)
    expect(reply.json()).toMatchObject({
      type: '/problems/forbidden',
      detail: expect.stringMatching(/ may change .* only, and not /),
    })
    expect(state()).toEqual(before)
  }
})

test('it looks at everything, and a dry run of anything is one', async () => {
  expect((await as('GET', '/v1/regions/eu-central')).statusCode).toBe(200)
  const dry = await as('PATCH', '/v1/traffic/regions/eu-central?dryRun=true', { weight: 7 })
  expect(dry.statusCode, dry.body).toBe(200)
})

test.each([
  [{ zones: ['example.com'] }, ['admin']],
  [{ zones: [], regions: [] }, ['edit']],
  [{}, ['edit']],
  [{ hosts: ['a'] }, ['edit']],
])('none is made within %j for %j', async (within, scopes) => {
  expect((await make(within, scopes)).statusCode).toBe(400)
})
