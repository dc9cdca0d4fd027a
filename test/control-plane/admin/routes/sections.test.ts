import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DOCUMENT, startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

const at = (path: string) => `/v1/traffic/${path}`
const get = async (path: string) => (await node.call('GET', at(path))).json()
const put = (path: string, payload: object, query = '') => node.call('PUT', at(path) + query, { payload })

test('every thing of the document can be got, and put back without a change', async () => {
  for (const list of ['checks', 'regions', 'zones', 'safety', 'zones/example.com/records']) {
    const { entries } = await get(list)
    expect(entries.length, list).toBeGreaterThan(0)
    for (const { id, value } of entries) {
      const path = `${list}/${encodeURIComponent(id)}`
      expect(await get(path), path).toEqual(value)
      const reply = await put(path, value)
      expect(reply.json(), path).toMatchObject({ changes: [] })
    }
  }
  expect(await node.text()).toBe(DOCUMENT)
  expect(node.store.revisions?.list()).toHaveLength(1)
})

test('a thing is made, changed and taken away, and comments stay', async () => {
  const region = { addresses: ['198.51.100.7'], checks: ['api'] }
  const made = await put('regions/us-west', region)
  expect(made.statusCode, made.body).toBe(200)
  expect(made.json()).toMatchObject({ dryRun: false, number: 2 })
  expect(made.json().changes[0]).toMatchObject({ kind: 'added', path: 'regions.us-west' })
  expect(made.headers['etag']).toBe(`"${node.store.current().revision}"`)
  const patched = await node.call('PATCH', at('regions/us-west'), { payload: { weight: 7, checks: null } })
  expect(patched.json().changes).toMatchObject([{ path: 'regions.us-west.checks' }, { path: 'regions.us-west.weight' }])
  expect(await get('regions/us-west')).toEqual({ addresses: ['198.51.100.7'], weight: 7 })
  expect(await node.text()).toContain('# Frankfurt')
  expect((await node.call('DELETE', at('regions/us-west'))).statusCode).toBe(200)
  expect(await node.text()).toBe(DOCUMENT)
})

test.each([
  ['checks/tls', { type: 'tls', port: 443 }],
  ['policies/slow', ['order']],
  ['safety/one', { 'at-least': 1 }],
  ['latency/given', { file: 'rtt.csv' }],
  ['latency/measured', { learned: { expire: '2d' } }],
  ['zones/new.example', { nameservers: ['ns1.example.com'] }],
  ['zones/example.com/records/mail', [{ type: 'A', data: '192.0.2.25' }]],
])('%s can be put, got and taken away', async (path, value) => {
  expect((await put(path, value)).statusCode).toBe(200)
  expect(await get(path)).toEqual(value)
  expect((await put(path, value)).json().changes).toEqual([])
  expect((await node.call('DELETE', at(path))).statusCode).toBe(200)
  expect((await node.call('GET', at(path))).statusCode).toBe(404)
})

test('a latency table is put, changed, used, and not taken away while a policy needs it', async () => {
  expect((await put('latency/measured', { learned: { expire: '2d' } })).statusCode).toBe(200)
  const patch = (payload: object) => node.call('PATCH', at('latency/measured'), { payload })
  expect((await patch({ learned: { expire: '3d' }, file: 'rtt.csv' })).json().changes).not.toEqual([])
  expect(await get('latency/measured')).toEqual({ learned: { expire: '3d' }, file: 'rtt.csv' })
  expect((await patch({ learned: null })).statusCode).toBe(200)
  expect(await get('latency')).toEqual({ entries: [{ id: 'measured', value: { file: 'rtt.csv' } }] })
  expect((await patch({ file: 'nothing.csv' })).json()).toMatchObject({ type: '/problems/edit-refused' })
  await put('policies/fast', [{ latency: { table: 'measured' } }])
  const remove = () => node.call('DELETE', at('latency/measured'))
  expect((await remove()).json()).toMatchObject({ type: '/problems/still-used' })
  await node.call('DELETE', at('policies/fast'))
  expect((await remove()).statusCode).toBe(200)
})

test('a zone and a name are found however they are written', async () => {
  expect(await get('zones/EXAMPLE.com.')).toEqual(await get('zones/example.com'))
  const deep = await get('zones/example.com/records/deep.api')
  expect(deep).toEqual({ steer: 'nearest' })
  await put('zones/example.com./records/DEEP.api', { steer: 'nearest', ttl: '20s' })
  expect(await node.text()).toContain('deep.api.example.com.: { steer: nearest, ttl: 20s }')
})

test('a name that is written twice is put in one place', async () => {
  await node.rewrite(
    DOCUMENT.replace('      www:', '      api.example.com.: { type: MX, data: "10 mail.example.net." }\n      www:'),
  )
  const all = await get('zones/example.com/records/api')
  expect(all).toHaveLength(3)
  const reply = await put('zones/example.com/records/api', all)
  expect(reply.json().changes).toEqual([])
  expect(await node.text()).not.toContain('api.example.com.: { type: MX')
})

describe('what is refused', () => {
  test('a thing that something needs stays, and the reply says who needs it', async () => {
    const reply = await node.call('DELETE', at('checks/api'))
    expect(reply.statusCode).toBe(409)
    expect(reply.json()).toMatchObject({
      type: '/problems/still-used',
      detail: 'api cannot go while it is needed',
      errors: [{ path: 'regions.us-east.checks[0]' }, { path: 'regions.eu-central.checks[0]' }],
    })
    expect(await node.text()).toBe(DOCUMENT)
  })

  test('what would not be sound is told with its place', async () => {
    const reply = await put('regions/us-west', { addresses: ['nowhere'], check: ['api'] })
    expect(reply.statusCode).toBe(422)
    expect(reply.json().errors).toMatchObject([
      { path: 'regions.us-west.addresses[0]', message: '"nowhere" is not an IP address' },
      { path: 'regions.us-west.check', suggestion: 'checks' },
    ])
  })

  test.each([
    [404, 'GET', 'regions/us-eats', undefined, 'the document has no region "us-eats" (did you mean "us-east"?)'],
    [404, 'PATCH', 'checks/apy', {}, 'the document has no check "apy" (did you mean "api"?)'],
    [404, 'DELETE', 'policies/nearest', undefined, 'the document has no policy "nearest"'],
    [
      404,
      'GET',
      'zones/example.com/records/wwww',
      undefined,
      'the document has no records at "wwww" in example.com (did you mean "www"?)',
    ],
    [
      404,
      'PUT',
      'zones/example.net/records/www',
      {},
      'the document has no zone "example.net" (did you mean "example.com"?)',
    ],
    [400, 'PATCH', 'zones/example.com/records/api', {}, 'api is a list, which can only be put as a whole'],
  ])('%i for %s %s', async (status, method, path, payload, detail) => {
    const reply = await node.call(method, at(path), payload === undefined ? {} : { payload })
    expect(reply.statusCode, reply.body).toBe(status)
    expect(reply.json().detail).toBe(detail)
  })

  test.each([
    ['GET', 'nonsense', undefined],
    ['PUT', 'nonsense/x', {}],
    ['PUT', 'regions/x', 'text'],
    ['PUT', 'regions/x?dryRun=maybe', {}],
    ['GET', 'regions?limit=0', undefined],
    ['GET', 'regions?limit=1001', undefined],
    ['GET', 'regions?cursor=bm9ib2R5', undefined],
    ['GET', 'regions?page=2', undefined],
  ])('400 for %s %s', async (method, path, payload) => {
    const options =
      payload === undefined ? {} : { payload: JSON.stringify(payload), headers: { 'content-type': 'application/json' } }
    expect((await node.call(method, at(path), options)).statusCode).toBe(400)
  })

  test('a change on top of another revision than the newest', async () => {
    const headers = { 'if-match': '"000000000000"' }
    expect((await node.call('DELETE', at('safety/thaw'), { headers })).statusCode).toBe(412)
    expect((await node.call('PUT', at('safety/one'), { headers, payload: { 'at-least': 1 } })).statusCode).toBe(412)
  })
})

test('a dry run tells differences, consequence and rules, and changes nothing', async () => {
  await node.rewrite(DOCUMENT.replace('thaw: ', 'two: { at-least: 2 }\n  thaw: '))
  const before = await node.text()
  const reply = await node.call('PATCH', at('regions/us-east?dryRun=true'), { payload: { enabled: false } })
  expect(reply.json()).toMatchObject({
    dryRun: true,
    changes: [{ text: 'regions.us-east.enabled: true → false' }],
    rules: [{ rule: 'two' }],
  })
  const { names } = reply.json().simulation
  const api = names.find(
    ({ name, type }: { name: string; type: string }) => name === 'api.example.com.' && type === 'A',
  )
  expect(api.moves).toMatchObject([{ from: 'us-east', to: 'eu-central' }])
  expect(await node.text()).toBe(before)
})

const MOVED_TO_BERLIN = { location: [52.52, 13.41], addresses: ['192.0.2.1'], checks: ['api'] }
const IN_TOKYO = { location: [35.68, 139.69], addresses: ['192.0.2.5'], checks: ['api'] }

test.each([
  ['another policy', 'zones/example.com/records/deep.api', { steer: 'all' }, 'deep.api.example.com.'],
  ['another place of a region', 'regions/us-east', MOVED_TO_BERLIN, 'api.example.com.'],
  ['a region more', 'regions/ap-east', IN_TOKYO, 'api.example.com.'],
  ['a steered name more', 'zones/example.com/records/fresh', { steer: 'nearest' }, 'fresh.example.com.'],
])('a dry run of %s tells who would move where, and leaves what is served', async (_, path, value, name) => {
  const { snapshot } = node.port.published()!
  const reply = await put(path, value, '?dryRun=true')
  expect(reply.json()).toMatchObject({ dryRun: true, rules: [] })
  const told = reply.json().simulation.names.find((one: { name: string }) => one.name === name)
  expect(told.moves.length).toBeGreaterThan(0)
  expect(node.port.published()!.snapshot).toBe(snapshot)
  const brief = await put(path, value, '?dryRun=true&simulation=false')
  expect(brief.json()).toMatchObject({ dryRun: true, changes: reply.json().changes })
  expect(brief.json().simulation).toBeUndefined()
})

test('a dry run of the whole document and of a patch of it tells who would move where as well', async () => {
  const patched = await node.call('PATCH', '/v1/traffic?dryRun=true', {
    payload: { regions: { 'ap-east': IN_TOKYO } },
  })
  const text = (await node.text()).replace('location: [38.95, -77.45]', 'location: [52.52, 13.41]')
  const headers = { 'content-type': 'application/yaml' }
  const whole = await node.call('PUT', '/v1/traffic?dryRun=true', { payload: text, headers })
  for (const reply of [patched, whole]) {
    const { names } = reply.json().simulation
    expect(names.flatMap(({ moves }: { moves: object[] }) => moves).length).toBeGreaterThan(0)
  }
})

test('a list comes in pages that hold each thing once, in the order of the document', async () => {
  const seen: string[] = []
  let next: string | undefined
  let pages = 0
  do {
    const cursor = next === undefined ? '' : `&cursor=${next}`
    const page = await get(`zones/example.com/records?limit=2${cursor}`)
    expect(page.entries.length).toBeLessThanOrEqual(2)
    seen.push(...page.entries.map(({ id }: { id: string }) => id))
    next = page.next
    pages++
  } while (next !== undefined)
  expect(pages).toBe(3)
  expect(seen).toEqual(['ns1', '@', 'api', 'deep.api.example.com.', 'www'])
  expect((await get('regions?match=us-*')).entries).toMatchObject([{ id: 'us-east' }])
})
