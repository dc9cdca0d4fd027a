import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AddressHealth } from '../../../../src/control-plane/health/health.js'
import { DOCUMENT, startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

const changed = (from: string, to: string): string => {
  expect(DOCUMENT).toContain(from)
  return DOCUMENT.replace(from, to)
}

const address = (text: string, up: boolean, since: number): AddressHealth => ({
  address: text,
  up,
  since,
  changeInMs: up ? 30_000 : Infinity,
  ...(up ? {} : { cause: 'api: connection refused' }),
  checks: [
    {
      check: 'api',
      up,
      run: 0,
      changeInMs: 30_000,
      lastAt: since,
      lastMs: 12,
      ...(up ? {} : { lastError: 'connection refused' }),
    },
  ],
})

test('the list has the document and the health side by side, in the order of the document', async () => {
  node.health = new Map([
    ['us-east', [address('192.0.2.1', false, 1_000)]],
    ['eu-central', [address('192.0.2.3', true, 2_000), address('2001:db8::3', false, 3_000)]],
  ])
  const reply = await node.call('GET', '/v1/regions')
  expect(reply.headers['etag']).toBe(`"${node.store.current().revision}"`)
  const [usEast, euCentral, spare] = reply.json().regions
  expect(usEast).toEqual({
    id: 'us-east',
    location: { latitude: 38.95, longitude: -77.45 },
    addresses: ['192.0.2.1'],
    checks: ['api'],
    weight: 100,
    enabled: true,
    state: 'down',
    since: '1970-01-01T00:00:01.000Z',
    cause: 'api: connection refused',
    health: [
      {
        address: '192.0.2.1',
        up: false,
        since: '1970-01-01T00:00:01.000Z',
        cause: 'api: connection refused',
        checks: [
          {
            check: 'api',
            up: false,
            run: 0,
            lastAt: '1970-01-01T00:00:01.000Z',
            lastMs: 12,
            lastError: 'connection refused',
          },
        ],
      },
    ],
  })
  expect(euCentral).toMatchObject({
    state: 'up',
    since: '1970-01-01T00:00:02.000Z',
    cause: '2001:db8::3 api: connection refused',
    weight: 50,
  })
  expect(spare).toMatchObject({
    id: 'spare',
    state: 'disabled',
    enabled: false,
    capacity: 10,
    description: 'in the cellar',
  })
  expect(spare).not.toHaveProperty('since')
})

test('of a region that is disabled it is told who did it and why, and no longer when it is back', async () => {
  const shown = async () => (await node.call('GET', '/v1/regions/us-east')).json()
  // The history begins with a document that has it disabled.
  expect((await node.call('GET', '/v1/regions/spare')).json().takenOut).toBeUndefined()
  await node.call('POST', '/v1/regions/us-east/disable', { payload: { reason: 'new switches' } })
  expect((await shown()).takenOut).toEqual({ at: expect.any(String), actor: 'admin', reason: 'new switches' })
  await node.call('PATCH', '/v1/regions/us-east', { payload: { weight: 7 } })
  expect((await shown()).takenOut.reason).toBe('new switches')
  await node.call('POST', '/v1/regions/us-east/enable')
  expect((await shown()).takenOut).toBeUndefined()
})

test('an unknown region is a problem that guesses what was meant', async () => {
  for (const [method, path] of [
    ['GET', ''],
    ['PATCH', ''],
    ['POST', '/enable'],
    ['POST', '/disable'],
  ] as const) {
    const reply = await node.call(method, `/v1/regions/us-eats${path}`, method === 'PATCH' ? { payload: {} } : {})
    expect(reply.statusCode).toBe(404)
    expect(reply.json()).toMatchObject({
      type: '/problems/region-not-found',
      detail: 'no region is named "us-eats" (did you mean "us-east"?)',
    })
  }
})

describe('a patch', () => {
  test.each<[string, string, object, string, string]>([
    ['writes a weight', 'us-east', { weight: 7 }, '    checks: [api]\n  eu', '    checks: [api]\n    weight: 7\n  eu'],
    ['replaces a weight', 'eu-central', { weight: 7 }, 'weight: 50', 'weight: 7'],
    ['writes 0, which is no default', 'eu-central', { weight: 0 }, 'weight: 50', 'weight: 0'],
    ['takes a weight out', 'eu-central', { weight: null }, ', weight: 50', ''],
    ['writes a TTL', 'eu-central', { ttl: 15 }, 'weight: 50', 'weight: 50, ttl: 15'],
    ['moves a region', 'us-east', { location: { latitude: 1, longitude: -2.5 } }, '[38.95, -77.45]', '[1, -2.5]'],
    ['replaces addresses', 'spare', { addresses: ['192.0.2.10'] }, '192.0.2.9', '192.0.2.10'],
    [
      'adds an address',
      'spare',
      { addresses: ['192.0.2.9', '2001:db8::9'] },
      '[192.0.2.9]',
      '[192.0.2.9, 2001:db8::9]',
    ],
    ['replaces a capacity', 'spare', { capacity: 11.5 }, 'capacity: 10', 'capacity: 11.5'],
    ['takes a capacity out', 'spare', { capacity: null }, ' capacity: 10,', ''],
    ['replaces a description', 'spare', { description: 'gone' }, 'in the cellar', 'gone'],
    ['enables', 'spare', { enabled: true }, 'enabled: false', 'enabled: true'],
    ['lets the default enable', 'spare', { enabled: null }, ' enabled: false,', ''],
    [
      'changes several values',
      'spare',
      { capacity: 12, description: 'up' },
      'capacity: 10, description: in the cellar',
      'capacity: 12, description: up',
    ],
  ])('%s and touches nothing else', async (_, id, payload, from, to) => {
    const reply = await node.call('PATCH', `/v1/regions/${id}`, { payload })
    expect(reply.statusCode, reply.body).toBe(200)
    expect(reply.json()).toMatchObject(
      Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== null)),
    )
    expect(await node.text()).toBe(changed(from, to))
    expect(reply.headers['etag']).toBe(`"${node.store.current().revision}"`)
  })

  test.each<[string, object]>([
    ['eu-central', {}],
    ['eu-central', { weight: 50 }],
    ['us-east', { weight: 100, enabled: true, addresses: ['192.0.2.1'] }],
    ['us-east', { location: { longitude: -77.45, latitude: 38.95 } }],
    ['us-east', { weight: null, ttl: null, capacity: null, description: null, enabled: null }],
  ])('of %s that changes nothing writes nothing: %j', async (id, payload) => {
    const { revision } = node.store.current()
    const reply = await node.call('PATCH', `/v1/regions/${id}`, { payload })
    expect([reply.statusCode, reply.headers['etag']]).toEqual([200, `"${revision}"`])
    expect(await node.text()).toBe(DOCUMENT)
    expect(node.lines).toEqual([])
  })

  test.each<[string, object, object]>([
    [
      'an address that is none',
      { addresses: ['10.0.0.300'] },
      { path: 'regions.us-east.addresses[0]', message: '"10.0.0.300" is not an IP address' },
    ],
    [
      'an address of another region',
      { addresses: ['192.0.2.9'] },
      { message: expect.stringContaining('"192.0.2.9" is already an address of region "us-east"') },
    ],
    ['a TTL of no time', { ttl: '0s' }, { path: 'regions.us-east.ttl', message: '"0s" is too short; 1s is the least' }],
    [
      'a TTL of parts of seconds',
      { ttl: 1.5 },
      { path: 'regions.us-east.ttl', message: '1.5 is not a whole number of seconds' },
    ],
    ['no address and no target', { addresses: null }, { message: 'needs the key "addresses"' }],
    [
      'addresses and a target',
      { target: 'lb.example.net' },
      { path: 'regions.us-east.target', message: 'a region has addresses or a target, and not both' },
    ],
  ])('with %s is refused, and says so', async (_, payload, error) => {
    const reply = await node.call('PATCH', '/v1/regions/us-east', { payload })
    expect(reply.statusCode).toBe(422)
    expect(reply.json()).toMatchObject({ type: '/problems/edit-refused', errors: [error] })
    expect(await node.text()).toBe(DOCUMENT)
  })

  test.each<[object]>([
    [{ weight: -1 }],
    [{ weight: '5' }],
    [{ addresses: [] }],
    [{ target: 5 }],
    [{ location: { latitude: 91, longitude: 0 } }],
    [{ location: { latitude: 1 } }],
    [{ location: [1, 2] }],
    [{ capacity: 0 }],
    [{ ttl: 'soon' }],
    [{ ttl: -1 }],
    [{ ttl: { max: '15s' } }],
    [{ checks: ['api'] }],
    [{ id: 'other' }],
  ])('of the form %j is invalid', async payload => {
    const reply = await node.call('PATCH', '/v1/regions/us-east', { payload })
    expect(reply.statusCode).toBe(400)
    expect(reply.json().errors.length).toBeGreaterThan(0)
  })

  test('of a TTL takes any duration, is told in seconds, is the same however it is written, and is taken back by null', async () => {
    const patch = (ttl: unknown) => node.call('PATCH', '/v1/regions/us-east', { payload: { ttl } })
    expect((await patch('1.5m')).json().ttl).toBe(90)
    expect(await node.text()).toBe(changed('    checks: [api]\n  eu', '    checks: [api]\n    ttl: 1.5m\n  eu'))
    const { revision } = node.store.current()
    for (const same of ['90s', 90, '1.5m']) await patch(same)
    expect(node.store.current().revision).toBe(revision)
    expect((await node.call('GET', '/v1/regions/us-east')).json().ttl).toBe(90)
    expect((await patch(null)).json()).not.toHaveProperty('ttl')
    expect(await node.text()).toBe(DOCUMENT)
  })

  test('may be sent as a merge patch', async () => {
    const headers = { 'content-type': 'application/merge-patch+json' }
    const reply = await node.call('PATCH', '/v1/regions/us-east', { headers, payload: '{"weight":3}' })
    expect(reply.json().weight).toBe(3)
  })
})

describe('enable and disable', () => {
  test('a disabled region gets no clients once the reply is there, and comments stay', async () => {
    const tokyo = '/v1/explain?name=api.example.com&client=128.143.2.0/24'
    expect((await node.call('GET', tokyo)).json().answer.addresses).toEqual(['192.0.2.1'])
    const reply = await node.call('POST', '/v1/regions/us-east/disable', { payload: { reason: 'drill 42' } })
    expect(reply.json()).toMatchObject({ id: 'us-east', enabled: false, state: 'disabled' })
    expect((await node.call('GET', tokyo)).json().answer.addresses).toEqual(['192.0.2.3'])
    expect(await node.text()).toBe(changed('    checks: [api]\n  eu', '    checks: [api]\n    enabled: false\n  eu'))
    await node.call('POST', '/v1/regions/us-east/enable')
    expect((await node.call('GET', tokyo)).json().answer.addresses).toEqual(['192.0.2.1'])
  })

  test.each([
    ['us-east', 'enable'],
    ['spare', 'disable'],
  ])('%s %sd again writes nothing', async (id, verb) => {
    const reply = await node.call('POST', `/v1/regions/${id}/${verb}`)
    expect(reply.statusCode).toBe(200)
    expect(await node.text()).toBe(DOCUMENT)
  })

  test.each([
    ['nothing', undefined, {}],
    ['an empty body that calls itself JSON', '', { 'content-type': 'application/json' }],
    ['an empty map', '{}', { 'content-type': 'application/json' }],
  ])('take %s for a body', async (_, payload, headers) => {
    const reply = await node.call('POST', '/v1/regions/us-east/disable', {
      headers,
      ...(payload === undefined ? {} : { payload }),
    })
    expect(reply.json().enabled).toBe(false)
  })
})

describe('revisions', () => {
  test('a change on the present revision is made, and on an old one it is not', async () => {
    const etag = (await node.call('GET', '/v1/regions/us-east')).headers['etag'] as string // set by the route
    const headers = { 'if-match': etag }
    expect((await node.call('PATCH', '/v1/regions/us-east', { headers, payload: { weight: 1 } })).statusCode).toBe(200)
    const reply = await node.call('PATCH', '/v1/regions/us-east', { headers, payload: { weight: 2 } })
    expect(reply.statusCode).toBe(412)
    expect(reply.json()).toMatchObject({ type: '/problems/revision-conflict', revision: node.store.current().revision })
    expect(node.store.current().document.regions.get('us-east')?.weight).toBe(1)
  })

  test('even a change that changes nothing is refused on an old revision', async () => {
    const headers = { 'if-match': '"000000000000"' }
    expect((await node.call('POST', '/v1/regions/us-east/enable', { headers })).statusCode).toBe(412)
  })

  test.each(['*', (etag: string) => `"older", ${etag}`])('If-Match %s fits', async tags => {
    const etag = `"${node.store.current().revision}"`
    const headers = { 'if-match': typeof tags === 'string' ? tags : tags(etag) }
    expect((await node.call('POST', '/v1/regions/us-east/disable', { headers })).statusCode).toBe(200)
  })

  test('without a revision, changes made at once are all made', async () => {
    const replies = await Promise.all([
      node.call('PATCH', '/v1/regions/us-east', { payload: { weight: 1 } }),
      node.call('PATCH', '/v1/regions/us-east', { payload: { capacity: 2 } }),
      node.call('PATCH', '/v1/regions/spare', { payload: { weight: 3 } }),
      node.call('POST', '/v1/regions/eu-central/disable'),
    ])
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200])
    const { regions } = node.store.current().document
    expect(regions.get('us-east')).toMatchObject({ weight: 1, capacity: 2 })
    expect(regions.get('spare')?.weight).toBe(3)
    expect(regions.get('eu-central')?.enabled).toBe(false)
  })

  test('a change by hand that nobody has read yet is the newest', async () => {
    const { writeFile } = await import('node:fs/promises')
    await writeFile(node.store.name, changed('weight: 50', 'weight: 50, enabled: false'))
    const reply = await node.call('POST', '/v1/regions/eu-central/enable')
    expect(reply.json().enabled).toBe(true)
    expect(await node.text()).toContain('weight: 50, enabled: true }')
  })

  test('while the file is broken nothing is changed, and the reply says where it is', async () => {
    await node.rewrite(`${DOCUMENT}nonsense: 1\n`)
    const reply = await node.call('POST', '/v1/regions/us-east/disable')
    expect(reply.statusCode).toBe(422)
    expect(reply.json()).toMatchObject({
      type: '/problems/document-broken',
      errors: [{ path: 'nonsense', at: { line: DOCUMENT.split('\n').length, column: 1 } }],
    })
    expect((await node.call('GET', '/v1/regions')).statusCode).toBe(200)
  })
})

test.each([
  ['in the body', { payload: { reason: 'drill 42' } }],
  ['as a header', { headers: { 'x-reason': 'drill 42' } }],
])('a change is logged with who, what, from, to, and why %s', async (_, options) => {
  const from = node.store.current().revision
  await node.call('POST', '/v1/regions/us-east/disable', options)
  expect(node.lines).toHaveLength(1)
  expect(node.lines[0]).toMatchObject({
    actor: 'admin',
    changes: [{ what: 'regions.us-east.enabled', to: false }],
    revision: { from, to: node.store.current().revision },
    reason: 'drill 42',
    msg: 'regions.us-east.enabled: unset → false',
  })
})
