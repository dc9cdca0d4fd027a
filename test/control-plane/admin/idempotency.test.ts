import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { REPEAT_LIMITS, Repeats } from '../../../src/control-plane/admin/repeats.js'
import { FolderShelf } from '../../../src/control-plane/state/folder-shelf.js'
import { startTestNode, type TestNode } from './world.js'

const REPLY = { status: 200, headers: {}, body: '{}' }

describe('a key', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meridian-repeats-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  /** Another one: the same node after a restart, or one that takes its place. */
  const open = (now: () => number = Date.now) => new Repeats(new FolderShelf(folder, REPEAT_LIMITS), now)

  test('is fresh once, then running, then known; with another request it is refused', async () => {
    const repeats = open()
    expect(await repeats.ask('k', 'one')).toEqual({ kind: 'fresh' })
    expect(await repeats.ask('k', 'one')).toEqual({ kind: 'running' })
    await repeats.tell('k', REPLY)
    expect(await repeats.ask('k', 'one')).toEqual({ kind: 'known', reply: REPLY })
    expect(await repeats.ask('k', 'two')).toEqual({ kind: 'other' })
    await repeats.forget('k')
    expect(await repeats.ask('k', 'two')).toEqual({ kind: 'fresh' })
  })

  test('is known after a restart', async () => {
    const before = open()
    await before.ask('k', 'one')
    await before.tell('k', REPLY)
    expect(await open().ask('k', 'one')).toEqual({ kind: 'known', reply: REPLY })
  })

  test('whose request another process makes is running for a minute, then nobody knows what became of it', async () => {
    let now = 1e12
    const [dying, other] = [open(() => now), open(() => now)]
    await dying.ask('k', 'one')
    expect((await other.ask('k', 'one')).kind).toBe('running')
    now += 60_000
    expect((await other.ask('k', 'one')).kind).toBe('lost')
    // The one that makes it knows better.
    expect((await dying.ask('k', 'one')).kind).toBe('running')
    await dying.tell('k', REPLY)
    expect((await other.ask('k', 'one')).kind).toBe('known')
  })

  test('is a name that a file can have, and does not tell what it is', async () => {
    await open().ask('admin ../../etc/passwd', 'one')
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  })

  test('whose reply was damaged on the disk is one that nobody knows about', async () => {
    const repeats = open()
    await repeats.ask('k', 'one')
    await repeats.tell('k', REPLY)
    const [name] = await readdir(folder)
    await writeFile(join(folder, name!), '{"print":"on')
    expect((await open().ask('k', 'one')).kind).toBe('lost')
  })
})

describe('a request with Idempotency-Key', () => {
  let node: TestNode
  beforeEach(async () => {
    node = await startTestNode()
  })
  afterEach(() => node.close())

  const DOWN = { targets: ['us-east'], state: 'drain', percent: 10, reason: 'once', for: '10m' }
  const post = (key: string, payload: object = DOWN, headers: Readonly<Record<string, string>> = {}) =>
    node.call('POST', '/v1/overrides', { payload, headers: { 'idempotency-key': key, ...headers } })
  const made = async () => (await node.call('GET', '/v1/overrides')).json().overrides

  test('is made once, and answered the same each time', async () => {
    const first = await post('a')
    const again = await post('a')
    expect(again.statusCode).toBe(200)
    expect(again.body).toBe(first.body)
    expect(again.headers['content-type']).toBe(first.headers['content-type'])
    expect([first.headers['idempotent-replay'], again.headers['idempotent-replay']]).toEqual([undefined, 'true'])
    expect(await made()).toHaveLength(1)
    const lines = (await readFile(join(node.folder, 'audit.log'), 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(1)
  })

  test('is made once also where both are on their way at the same time', async () => {
    const replies = await Promise.all([post('a'), post('a'), post('a')])
    expect(await made()).toHaveLength(1)
    for (const { statusCode } of replies) expect([200, 409]).toContain(statusCode)
  })

  test('keeps the revision of its reply', async () => {
    const headers = { 'idempotency-key': 'a' }
    const first = await node.call('POST', '/v1/regions/us-east/disable', { headers })
    await node.call('POST', '/v1/regions/us-east/enable')
    const again = await node.call('POST', '/v1/regions/us-east/disable', { headers })
    expect(again.headers['etag']).toBe(first.headers['etag'])
    expect(node.store.current().document.regions.get('us-east')?.enabled).toBe(true)
  })

  test('is refused where the key came with another one', async () => {
    await post('a')
    const reply = await post('a', { ...DOWN, percent: 20 })
    expect(reply.json()).toMatchObject({ status: 422, type: '/problems/idempotency-key-reused' })
  })

  test('is made again after a refusal', async () => {
    expect((await post('a', { ...DOWN, targets: ['nothing'] })).statusCode).toBe(422)
    expect((await post('a')).statusCode).toBe(200)
  })

  test('is another one from another caller', async () => {
    const token = await node.call('POST', '/v1/tokens', { payload: { name: 'alice', scopes: ['operate'] } })
    await post('a')
    await post('a', DOWN, { authorization: `Bearer ${token.json().secret}` })
    expect(await made()).toHaveLength(2)
  })

  test('is refused where its maker is gone and told nobody what came of it', async () => {
    await post('a')
    const [name] = await readdir(join(node.folder, 'replies'))
    const file = join(node.folder, 'replies', name!)
    const { reply: _, ...kept } = JSON.parse(await readFile(file, 'utf8'))
    await writeFile(file, JSON.stringify(kept))
    const again = await post('a')
    expect(again.json()).toMatchObject({ status: 409, type: '/problems/idempotency-key-lost' })
    expect(await made()).toHaveLength(1)
  })

  test('is not made where it could not be told later what came of it', async () => {
    await writeFile(join(node.folder, 'replies'), 'a file in place of the folder')
    expect((await post('a')).json()).toMatchObject({ status: 503, type: '/problems/not-writable' })
    expect(await made()).toHaveLength(0)
    expect((await node.call('POST', '/v1/overrides', { payload: DOWN })).statusCode).toBe(200)
  })

  test('is not kept where it only looks', async () => {
    const simulate = () =>
      node.call('POST', '/v1/simulate', {
        payload: { down: ['us-east'] },
        headers: { 'idempotency-key': 'a' },
      })
    expect((await simulate()).headers['idempotent-replay']).toBeUndefined()
    expect((await simulate()).headers['idempotent-replay']).toBeUndefined()
    await expect(readdir(join(node.folder, 'replies'))).rejects.toThrow('ENOENT')
  })

  test('never gets a secret twice', async () => {
    const make = () =>
      node.call('POST', '/v1/tokens', {
        payload: { name: 'alice', scopes: ['read'] },
        headers: { 'idempotency-key': 'a' },
      })
    expect((await make()).statusCode).toBe(200)
    expect((await make()).statusCode).toBe(409)
  })

  test.each(['', 'a b', 'é', 'x'.repeat(201)])('is refused where the key is %j', async key => {
    // Node writes no header beyond Latin-1, and an empty one is none.
    expect((await post(key)).statusCode).toBe(400)
  })
})

describe('lists', () => {
  let node: TestNode
  beforeEach(async () => {
    node = await startTestNode()
  })
  afterEach(() => node.close())
  const get = async (url: string) => (await node.call('GET', url)).json()

  test('of regions can be chosen by state and tag, in pages, with some fields', async () => {
    expect(await get('/v1/regions?state=disabled&fields=id,state')).toEqual({
      regions: [{ id: 'spare', state: 'disabled' }],
    })
    expect(await get('/v1/regions?tag=none')).toEqual({ regions: [] })
    const page = await get('/v1/regions?limit=2&fields=id')
    expect(page.regions).toEqual([{ id: 'us-east' }, { id: 'eu-central' }])
    expect(await get(`/v1/regions?limit=2&fields=id&cursor=${page.next}`)).toEqual({ regions: [{ id: 'spare' }] })
  })

  test('of zones and records come in pages too', async () => {
    expect(await get('/v1/zones?fields=zone&match=other*')).toEqual({ zones: [{ zone: 'other.example.' }] })
    const page = await get('/v1/zones/example.com/records?limit=1')
    expect([page.records.length, page.steered.length]).toEqual([1, 3])
    const rest = await get(`/v1/zones/example.com/records?cursor=${page.next}`)
    expect([rest.records.length, rest.steered.length, rest.next]).toEqual([2, 0, undefined])
    expect((await get('/v1/zones/example.com/records?type=CNAME')).records).toMatchObject([{ type: 'CNAME' }])
    expect((await get('/v1/zones/example.com/records?match=api.*')).steered).toHaveLength(1)
  })

  test('of overrides, drills, tokens, policies, facts and incidents do as well', async () => {
    for (const name of ['ann', 'bob', 'eve'])
      await node.call('POST', '/v1/tokens', { payload: { name, scopes: ['read'] } })
    const wish = { targets: ['us-east'], reason: 'why' }
    for (const percent of [10, 20])
      await node.call('POST', '/v1/overrides', { payload: { ...wish, state: 'drain', percent, for: '5m' } })
    for (const _ of [1, 2]) await node.call('POST', '/v1/drills', { payload: wish })
    await node.call('POST', '/v1/drills/1/abort')
    expect(await get('/v1/tokens?match=2&fields=name')).toEqual({ tokens: [{ name: 'bob' }] })
    const tokens = await get('/v1/tokens?limit=2&fields=name')
    expect(tokens).toMatchObject({ tokens: [{ name: 'ann' }, { name: 'bob' }] })
    expect(await get(`/v1/tokens?cursor=${tokens.next}&fields=name`)).toEqual({ tokens: [{ name: 'eve' }] })
    const { next, ...page } = await get('/v1/overrides?limit=1&fields=id,percent')
    expect(page).toEqual({ overrides: [{ id: '1', percent: 10 }] })
    expect(await get(`/v1/overrides?cursor=${next}&fields=id`)).toEqual({ overrides: [{ id: '2' }] })
    expect(await get('/v1/drills?fields=id,phase')).toEqual({
      drills: [
        { id: '2', phase: 'planned' },
        { id: '1', phase: 'over' },
      ],
    })
    expect(await get('/v1/drills?phase=over&fields=id')).toEqual({ drills: [{ id: '1' }] })
    expect(await get('/v1/policies?match=near*&fields=id')).toEqual({ policies: [{ id: 'nearest' }] })
    expect(await get('/v1/facts?limit=1&fields=name')).toEqual({ facts: [{ name: 'frozen' }] })
    expect(await get('/v1/incidents?limit=5&fields=id')).toEqual({ incidents: [] })
  })

  test('of records, things of the document and revisions have only the fields that are asked for', async () => {
    const records = await get('/v1/zones/example.com/records?fields=owner,data,policy&match=api.*')
    expect(records.records).toEqual([{ owner: 'api.example.com.', data: '"hello"' }])
    expect(records.steered).toEqual([{ owner: 'api.example.com.', policy: 'nearest' }])
    expect(await get('/v1/traffic/checks?fields=id')).toEqual({ entries: [{ id: 'api' }, { id: 'told' }] })
    expect(await get('/v1/traffic/zones/example.com/records?fields=id&match=w*')).toEqual({ entries: [{ id: 'www' }] })
    expect(await get('/v1/revisions?fields=number,actor')).toEqual({ revisions: [{ number: 1, actor: 'file' }] })
  })

  test('of revisions can be chosen by who made them, and when, page by page', async () => {
    const before = new Date(Date.now() - 60_000).toISOString()
    for (const weight of [1, 2, 3]) await node.call('PATCH', '/v1/regions/us-east', { payload: { weight } })
    const numbers = async (query: string) => {
      const { revisions, next } = await get(`/v1/revisions?fields=number&${query}`)
      return [revisions.map(({ number }: { number: number }) => number), next]
    }
    expect(await numbers('actor=admin')).toEqual([[4, 3, 2], undefined])
    expect(await numbers('actor=file')).toEqual([[1], undefined])
    expect(await numbers('actor=admin&limit=2')).toEqual([[4, 3], 3])
    expect(await numbers('actor=admin&limit=2&before=3')).toEqual([[2], undefined])
    expect(await numbers(`from=${before}`)).toEqual([[4, 3, 2, 1], undefined])
    expect(await numbers(`until=${before}`)).toEqual([[], undefined])
  })

  test.each([
    '/v1/overrides?fields=stat',
    '/v1/zones/example.com/records?fields=stat',
    '/v1/traffic/checks?fields=type',
    '/v1/revisions?fields=odd',
    '/v1/revisions?from=yesterday',
    '/v1/revisions?until=2026-13-45T99:99:99Z',
    '/v1/tokens?limit=0',
    '/v1/drills?cursor=bm9uZQ',
    '/v1/regions?fields=stat',
    '/v1/regions?state=odd',
    '/v1/zones?limit=x',
    '/v1/zones/example.com/records?type=a',
  ])('%s is refused', async url => {
    expect((await node.call('GET', url)).statusCode).toBe(400)
  })
})
