import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { merged } from '../../../../src/control-plane/admin/merge-patch.js'
import { DOCUMENT, startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

const weigh = (weight: number) =>
  node.call('PATCH', '/v1/regions/us-east', { payload: { weight }, headers: { 'x-reason': `make it ${weight}` } })
const put = (text: string, url = '/v1/traffic', headers: Record<string, string> = {}) =>
  node.call('PUT', url, { headers: { 'content-type': 'application/yaml', ...headers }, payload: text })

describe('the list', () => {
  test('tells of every change, newest first, with who, why and what', async () => {
    await weigh(7)
    await node.rewrite((await node.text()).replace('weight: 7', 'weight: 8'))
    const { revisions } = (await node.call('GET', '/v1/revisions')).json()
    expect(revisions).toMatchObject([
      { number: 3, actor: 'file', summary: ['regions.us-east.weight: 7 → 8'], changeCount: 1 },
      { number: 2, actor: 'admin', reason: 'make it 7', summary: ['regions.us-east.weight: 100 → 7'] },
      { number: 1, actor: 'file', note: 'the document as it was found', summary: [], changeCount: 0 },
    ])
    expect(revisions[0].revision).toBe(node.store.current().revision)
  })

  test('comes in pages', async () => {
    for (let weight = 2; weight <= 6; weight++) await weigh(weight)
    const page = async (query: string) => {
      const { revisions, next } = (await node.call('GET', `/v1/revisions?${query}`)).json()
      return [revisions.map(({ number }: { number: number }) => number), next]
    }
    expect(await page('limit=4')).toEqual([[6, 5, 4, 3], 3])
    expect(await page('limit=4&before=3')).toEqual([[2, 1], undefined])
    expect(await page('before=1')).toEqual([[], undefined])
  })

  test.each(['limit=x', 'limit=-1', 'before=1.5', 'after=3'])('is not asked for with %s', async query => {
    expect((await node.call('GET', `/v1/revisions?${query}`)).statusCode).toBe(400)
  })
})

describe('one revision', () => {
  test('tells what it changed, as data and in words', async () => {
    await weigh(7)
    expect((await node.call('GET', '/v1/revisions/2')).json()).toMatchObject({
      number: 2,
      current: true,
      changes: [
        { kind: 'changed', path: 'regions.us-east.weight', from: 100, to: 7, text: 'regions.us-east.weight: 100 → 7' },
      ],
    })
    expect((await node.call('GET', '/v1/revisions/1')).json()).toMatchObject({ current: false, changes: [] })
  })

  test('is compared with any other that is asked for', async () => {
    await weigh(7)
    await node.call('POST', '/v1/regions/eu-central/disable')
    const { changes, since } = (await node.call('GET', '/v1/revisions/1?since=3')).json()
    expect(since).toBe(3)
    expect(changes.map(({ text }: { text: string }) => text)).toEqual([
      'regions.us-east.weight: 7 → 100',
      'regions.eu-central.enabled: false → true',
    ])
  })

  test('has its text, comments and all', async () => {
    await weigh(7)
    const reply = await node.call('GET', '/v1/revisions/1/text')
    expect(reply.headers['content-type']).toBe('application/yaml; charset=utf-8')
    expect(reply.body).toBe(DOCUMENT)
  })

  test.each([
    ['GET', '/v1/revisions/9'],
    ['GET', '/v1/revisions/1?since=9'],
    ['GET', '/v1/revisions/9/text'],
    ['POST', '/v1/revisions/9/rollback'],
  ])('that is not there is a problem that says which are: %s %s', async (method, url) => {
    const reply = await node.call(method, url)
    expect(reply.json()).toMatchObject({
      type: '/problems/revision-not-found',
      status: 404,
      detail: 'there is no revision 9; those from 1 to 1 are kept',
    })
  })
})

describe('going back', () => {
  test('restores the text and what is served, and is a revision itself', async () => {
    await weigh(7)
    await node.call('POST', '/v1/regions/us-east/disable')
    const reply = await node.call('POST', '/v1/revisions/1/rollback', { payload: { reason: 'it was wrong' } })
    expect(reply.json()).toMatchObject({ number: 4, dryRun: false, revision: node.store.current().revision })
    expect(reply.json().changes).toHaveLength(2)
    expect(await node.text()).toBe(DOCUMENT)
    expect(node.store.current().document.regions.get('us-east')).toMatchObject({ weight: 100, enabled: true })
    const { revisions } = (await node.call('GET', '/v1/revisions?limit=1')).json()
    expect(revisions).toMatchObject([{ actor: 'admin', reason: 'back to revision 1: it was wrong' }])
  })

  test('in a dry run tells what would change, and changes nothing', async () => {
    await weigh(7)
    const before = await node.text()
    const reply = await node.call('POST', '/v1/revisions/1/rollback?dryRun=true')
    expect(reply.json()).toMatchObject({ dryRun: true, changes: [{ text: 'regions.us-east.weight: 7 → 100' }] })
    expect(reply.json()).not.toHaveProperty('number')
    expect(await node.text()).toBe(before)
  })

  test('to what is there already changes nothing', async () => {
    expect((await node.call('POST', '/v1/revisions/1/rollback')).json()).toMatchObject({ number: 1, changes: [] })
    expect(node.store.revisions?.list()).toHaveLength(1)
  })
})

describe('the whole document', () => {
  test('is replaced as it is written, and again changes nothing', async () => {
    const anew = DOCUMENT.replace('weight: 50', 'weight: 51').replace('# The document', '# The new document')
    const reply = await put(anew, '/v1/traffic', { 'x-reason': 'because' })
    expect(reply.json()).toMatchObject({ number: 2, changes: [{ text: 'regions.eu-central.weight: 50 → 51' }] })
    expect(reply.headers['etag']).toBe(`"${node.store.current().revision}"`)
    expect(await node.text()).toBe(anew)
    expect(node.store.revisions?.latest()).toMatchObject({ actor: 'admin', reason: 'because' })
    expect((await put(anew)).json()).toMatchObject({ number: 2, changes: [] })
  })

  test('in a dry run is checked and compared, and nothing is written', async () => {
    const reply = await put(DOCUMENT.replace('weight: 50', 'weight: 51'), '/v1/traffic?dryRun=true')
    expect(reply.json()).toMatchObject({ dryRun: true, changes: [{ path: 'regions.eu-central.weight' }] })
    expect(reply.headers['etag']).toBeUndefined()
    expect(await node.text()).toBe(DOCUMENT)
  })

  test('that is not sound is refused with every problem and its place', async () => {
    const reply = await put(DOCUMENT.replace('192.0.2.1]', '192.0.2.300]').replace('nearest, ttl: 30s', 'nowhere'))
    expect(reply.statusCode).toBe(422)
    expect(reply.json().errors).toHaveLength(2)
    expect(reply.json().errors[0]).toMatchObject({ at: { line: 8 } })
    expect(await node.text()).toBe(DOCUMENT)
  })

  test.each([
    ['as JSON', 'application/json', '{}', 400],
    ['as text', 'text/plain', DOCUMENT, 415],
    ['that is no YAML', 'application/yaml', '{', 422],
    ['that is empty', 'application/yaml', '', 422],
  ])('is not taken %s', async (_, type, payload, status) => {
    const reply = await node.call('PUT', '/v1/traffic', { headers: { 'content-type': type }, payload })
    expect(reply.statusCode).toBe(status)
    expect(await node.text()).toBe(DOCUMENT)
  })

  test('is patched in several places at once, and what is not named stays, comments too', async () => {
    const reply = await node.call('PATCH', '/v1/traffic', {
      payload: {
        regions: {
          'us-east': { weight: 7 },
          spare: null,
          new: { addresses: ['192.0.2.77'], location: [1, 2] },
        },
        checks: { api: { port: 9090 } },
      },
    })
    expect(reply.statusCode, reply.body).toBe(200)
    const text = await node.text()
    expect(text).toContain('# Virginia')
    expect(text).toContain('weight: 50 } # Frankfurt')
    expect(text).not.toContain('in the cellar')
    expect(node.store.current().document.regions.get('new')?.location).toEqual({ latitude: 1, longitude: 2 })
    expect(node.store.current().document.checks.get('api')).toMatchObject({ port: 9090 })
    expect(node.store.revisions?.list()).toHaveLength(2)
  })

  test('of which one part would break it is not patched at all', async () => {
    const payload = { regions: { 'us-east': { weight: 7 }, spare: { addresses: ['nowhere'] } } }
    const reply = await node.call('PATCH', '/v1/traffic', { payload })
    expect(reply.json()).toMatchObject({
      type: '/problems/edit-refused',
      errors: [{ path: 'regions.spare.addresses[0]' }],
    })
    expect(await node.text()).toBe(DOCUMENT)
  })
})

test('who comes too late is told what has happened meanwhile', async () => {
  const { revision } = node.store.current()
  await weigh(7)
  await node.call('POST', '/v1/regions/us-east/disable')
  const headers = { 'if-match': `"${revision}"` }
  const reply = await node.call('PATCH', '/v1/regions/us-east', { headers, payload: { weight: 9 } })
  expect(reply.statusCode).toBe(412)
  expect(reply.json()).toMatchObject({
    type: '/problems/revision-conflict',
    revision: node.store.current().revision,
    changes: ['regions.us-east.weight: 100 → 7', 'regions.us-east.enabled: true → false'],
  })
})

test('also where what happened was done to the file by hand', async () => {
  const { revision } = node.store.current()
  await node.rewrite((await node.text()).replace('weight: 50', 'weight: 51'))
  const headers = { 'if-match': `"${revision}"` }
  const reply = await node.call('PATCH', '/v1/regions/us-east', { headers, payload: { weight: 9 } })
  expect(reply.statusCode).toBe(412)
  expect(reply.json().changes).toEqual(['regions.eu-central.weight: 50 → 51'])
})

// The 50/50 bug: a patch that was sent with an empty map in it must not set back what it does not name.
test('an empty map in a patch resets nothing', async () => {
  const reply = await node.call('PATCH', '/v1/traffic', { payload: { regions: { 'eu-central': {} } } })
  expect(reply.json()).toMatchObject({ changes: [] })
  expect(await node.text()).toBe(DOCUMENT)
})

// RFC 7396, Appendix A.
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('the merge of %j and %j is %j', (target, patch, result) => {
  expect(merged(target, patch)).toEqual(result)
})
