import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LIMITS } from '../../../src/control-plane/admin/auth.js'
import { SCOPES, type Scope } from '../../../src/control-plane/admin/caller.js'
import { Tokens } from '../../../src/control-plane/admin/tokens.js'
import { verifyAudit } from '../../../src/control-plane/operate/audit.js'
import { readKept } from '../../../src/control-plane/state/kept-value.js'
import { OwnValue } from '../../../src/control-plane/state/own-value.js'
import { documentOf, fill } from './openapi-calls.js'
import { NO_LIMITS, startTestNode, type TestNode } from './world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

async function tokenFor(name: string, ...scopes: readonly Scope[]): Promise<string> {
  const reply = await node.call('POST', '/v1/tokens', { payload: { name, scopes } })
  expect(reply.statusCode, reply.body).toBe(200)
  return reply.json().secret
}
const as = (secret: string, method: string, url: string, payload?: object) =>
  node.app.inject({
    method: method as 'GET',
    url,
    headers: { authorization: `Bearer ${secret}` },
    ...(payload === undefined ? {} : { payload }),
  })
const auditLines = async () =>
  (await readFile(join(node.folder, 'audit.log'), 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

/** What each operation wants. A new one is a line here, so that nobody opens one by accident. */
const WANTED: Readonly<Record<string, Scope>> = {
  abortDrill: 'operate',
  cancelOverride: 'operate',
  createDrill: 'operate',
  createOverride: 'operate',
  createToken: 'admin',
  deleteEntry: 'edit',
  deleteRecords: 'edit',
  disableRegion: 'edit',
  enableRegion: 'edit',
  explain: 'read',
  exportZone: 'read',
  followEvents: 'read',
  foretellDrill: 'read',
  foretellPlannedDrill: 'read',
  getCatchment: 'read',
  getEntry: 'read',
  getFact: 'read',
  getDnssec: 'read',
  listDnssec: 'read',
  getDrill: 'read',
  getDrillReport: 'read',
  getHealth: 'read',
  getOverride: 'read',
  getRates: 'read',
  getRecords: 'read',
  getRegion: 'read',
  getRegionHealth: 'read',
  listIncidents: 'read',
  signal: 'operate',
  getIncident: 'read',
  getRevision: 'read',
  getRevisionText: 'read',
  getSafety: 'read',
  getStatus: 'read',
  getFleet: 'read',
  getTraffic: 'read',
  askParent: 'read',
  rollKeys: 'admin',
  cancelRollover: 'admin',
  listAudit: 'admin',
  listEntries: 'read',
  listFacts: 'read',
  listDrills: 'read',
  listOverrides: 'read',
  listPolicies: 'read',
  listRecords: 'read',
  listRegions: 'read',
  getLatency: 'read',
  getLatencyFile: 'read',
  getLatencyRows: 'read',
  listGeo: 'read',
  updateGeo: 'admin',
  listLatency: 'read',
  listLoad: 'read',
  reportLoad: 'report',
  putLatency: 'edit',
  reportLatency: 'report',
  listRevisions: 'read',
  listTokens: 'admin',
  listWrittenRecords: 'read',
  listZones: 'read',
  patchEntry: 'edit',
  patchOverride: 'operate',
  patchRecord: 'edit',
  patchRecords: 'edit',
  patchRegion: 'edit',
  patchTraffic: 'edit',
  putEntry: 'edit',
  putFact: 'operate',
  putRecords: 'edit',
  putTraffic: 'edit',
  releaseRegion: 'operate',
  revokeToken: 'admin',
  rollBack: 'edit',
  simulate: 'read',
  startDrill: 'operate',
  listSamples: 'read',
  getTop: 'read',
  getClients: 'read',
  tellCheck: 'operate',
}

/** What a token with one scope may do. */
const MAY: Readonly<Record<Scope, readonly Scope[]>> = {
  read: ['read'],
  report: ['read', 'report'],
  operate: ['read', 'operate'],
  edit: ['read', 'edit'],
  admin: ['read', 'report', 'operate', 'edit', 'admin'],
}

const operations = () =>
  Object.entries(documentOf(node.app).paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { operationId = '', security = [] }]) =>
      security.length === 0 ? [] : [{ method: method.toUpperCase(), path, operationId }],
    ),
  )

test('every operation says what scope it wants, and the documentation shows it', () => {
  expect(
    operations()
      .map(({ operationId }) => operationId)
      .sort(),
  ).toEqual(Object.keys(WANTED).sort())
  for (const methods of Object.values(documentOf(node.app).paths))
    for (const operation of Object.values(methods) as readonly { operationId?: string; 'x-scope'?: string }[])
      if (operation.operationId !== undefined && operation.operationId in WANTED)
        expect(operation['x-scope'], operation.operationId).toBe(WANTED[operation.operationId])
})

test.each(SCOPES)('a token for %s may do what it says, and nothing else', async scope => {
  const secret = await tokenFor(`only-${scope}`, scope)
  for (const { method, path, operationId } of operations()) {
    // What is followed has no end to wait for; its scope is read like all others.
    if (operationId === 'followEvents') continue
    // Names that lead nowhere: what is let in does no harm.
    const reply = await as(
      secret,
      method,
      fill(path, { section: 'regions', id: 'nothing', number: '99', zone: 'nothing', name: 'nothing' }),
    )
    const allowed = MAY[scope].includes(WANTED[operationId]!)
    expect(reply.statusCode === 403, `${scope}: ${operationId} ${reply.statusCode}`).toBe(!allowed)
    if (!allowed) expect(reply.json().type).toBe('/problems/forbidden')
  }
})

test('what is not allowed changes nothing, and says what it takes', async () => {
  const before = await node.text()
  const reply = await as(await tokenFor('alice', 'operate'), 'POST', '/v1/regions/us-east/disable')
  expect(reply.json()).toMatchObject({ status: 403, detail: 'this needs the scope edit; alice has operate' })
  expect(await node.text()).toBe(before)
})

describe('a token', () => {
  test('gives its name to what its holder does', async () => {
    const secret = await tokenFor('alice', 'edit', 'operate')
    await as(secret, 'PATCH', '/v1/regions/us-east', { weight: 7 })
    const override = { targets: ['spare'], state: 'up', reason: 'x', for: '1m' }
    expect((await as(secret, 'POST', '/v1/overrides', override)).json().actor).toBe('alice')
    expect(node.store.revisions?.latest()?.actor).toBe('alice')
  })

  test('is kept without its secret, and is good after a restart', async () => {
    const secret = await tokenFor('alice', 'read')
    const file = join(node.folder, 'tokens.json')
    expect(await readFile(file, 'utf8')).not.toContain(secret)
    const again = new Tokens(new OwnValue(file, (await readKept(file, Tokens.isKept)) ?? Tokens.NONE))
    expect(again.find(secret)).toEqual({ id: '1', name: 'alice', scopes: ['read'] })
    const other = secret.endsWith('A') ? 'B' : 'A'
    expect(again.find(secret.slice(0, -1) + other)).toBeUndefined()
  })

  test('is listed without its secret', async () => {
    const secret = await tokenFor('alice', 'read', 'operate', 'read')
    await as(secret, 'GET', '/v1/regions')
    const { tokens } = (await node.call('GET', '/v1/tokens')).json()
    expect(tokens).toMatchObject([
      { id: '1', name: 'alice', scopes: ['read', 'operate'], createdBy: 'admin', ended: false },
    ])
    expect(tokens[0].usedAt).toMatch(/Z$/)
    expect(JSON.stringify(tokens)).not.toMatch(/mrd_|hash/)
  })

  test('is no good once it is revoked', async () => {
    const secret = await tokenFor('alice', 'admin')
    expect((await as(secret, 'GET', '/v1/tokens')).statusCode).toBe(200)
    expect((await node.call('DELETE', '/v1/tokens/1')).json()).toMatchObject({ id: '1', name: 'alice' })
    expect((await as(secret, 'GET', '/v1/tokens')).statusCode).toBe(401)
    expect((await node.call('DELETE', '/v1/tokens/1')).json().type).toBe('/problems/token-not-found')
    expect((await node.call('POST', '/v1/tokens', { payload: { name: 'alice', scopes: ['read'] } })).json().id).toBe(
      '2',
    )
  })

  test('ends by the clock', async () => {
    let now = 0
    const tokens = new Tokens(new OwnValue(join(node.folder, 'more.json'), Tokens.NONE), () => now)
    const { secret } = await tokens.create({ name: 'a', scopes: ['read'], expiresAt: 1000 }, 'admin')
    now = 999
    expect(tokens.find(secret)).toBeDefined()
    now = 1000
    expect(tokens.find(secret)).toBeUndefined()
    expect((await tokens.create({ name: 'a', scopes: ['read'] }, 'admin')).token.id).toBe('2')
  })

  test.each([
    ['the name of another one', { name: 'alice', scopes: ['read'] }, 409],
    ['the name of the node’s own', { name: 'admin', scopes: ['read'] }, 409],
    ['the name of whoever edits by hand', { name: 'file', scopes: ['read'] }, 409],
    ['no scope', { name: 'bob', scopes: [] }, 400],
    ['an unknown scope', { name: 'bob', scopes: ['root'] }, 400],
    ['an odd name', { name: 'bob\n', scopes: ['read'] }, 400],
    ['no name', { scopes: ['read'] }, 400],
  ])('is not made with %s', async (_, payload, status) => {
    await tokenFor('alice', 'read')
    expect((await node.call('POST', '/v1/tokens', { payload })).statusCode).toBe(status)
  })

  test('that cannot be kept is not handed out', async () => {
    const tokens = new Tokens(new OwnValue(join(node.folder, 'none', 'tokens.json'), Tokens.NONE))
    await expect(tokens.create({ name: 'a', scopes: ['read'] }, 'admin')).rejects.toThrow('ENOENT')
    expect(tokens.list()).toEqual([])
  })
})

describe('a session', () => {
  const signIn = (token: string) => node.app.inject({ method: 'POST', url: '/session', payload: { token } })

  test('has the rights and the name of the token that it was begun with, and ends with it', async () => {
    const reply = await signIn(await tokenFor('alice', 'operate'))
    expect(reply.statusCode).toBe(200)
    const headers = { cookie: String(reply.headers['set-cookie']).split(';')[0]!, 'x-csrf-token': reply.json().csrf }
    const payload = { targets: ['spare'], state: 'up', reason: 'x', for: '1m' }
    expect((await node.app.inject({ method: 'POST', url: '/v1/overrides', headers, payload })).json().actor).toBe(
      'alice',
    )
    const edit = { method: 'PATCH', url: '/v1/regions/spare', headers, payload: { weight: 7 } } as const
    expect((await node.app.inject(edit)).statusCode).toBe(403)
    await node.call('DELETE', '/v1/tokens/1')
    expect((await node.app.inject({ url: '/v1/regions', headers })).statusCode).toBe(401)
  })

  test('is no way around the lock-out', async () => {
    await node.close()
    node = await startTestNode(undefined, { limits: { ...NO_LIMITS, guesses: { most: 3, lockMs: 60_000 } } })
    for (let i = 0; i < 3; i++) expect((await signIn('nonsense')).statusCode).toBe(401)
    expect((await signIn('nonsense')).statusCode).toBe(429)
  })
})

describe('limits', () => {
  const restart = async (limits: object) => {
    await node.close()
    node = await startTestNode(undefined, { limits: { ...NO_LIMITS, ...limits } })
  }

  test('changes are limited for each token, and reading has a limit of its own', async () => {
    await restart({ changesPerMinute: 3 })
    const other = await tokenFor('alice', 'edit')
    const change = () => node.call('POST', '/v1/regions/us-east/enable')
    expect([(await change()).statusCode, (await change()).statusCode]).toEqual([200, 200])
    const reply = await change()
    expect(reply.json()).toMatchObject({ type: '/problems/too-many-requests', status: 429 })
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0)
    expect((await node.call('GET', '/v1/regions')).statusCode).toBe(200)
    expect((await as(other, 'POST', '/v1/regions/us-east/enable')).statusCode).toBe(200)
  })

  test('whoever guesses is locked out, also with a right token, and whoever was in before stays in', async () => {
    await restart({ guesses: { most: 3, lockMs: 60_000 } })
    const known = await tokenFor('alice', 'read')
    const stolen = await tokenFor('bob', 'read')
    await as(known, 'GET', '/v1/regions')
    for (let i = 0; i < 3; i++) expect((await as('nonsense', 'GET', '/v1/regions')).statusCode).toBe(401)
    const reply = await as(stolen, 'GET', '/v1/regions')
    expect(reply.json()).toMatchObject({ type: '/problems/too-many-guesses', status: 429 })
    expect(reply.headers['retry-after']).toBe('60')
    expect((await as(known, 'GET', '/v1/regions')).statusCode).toBe(200)
    expect((await node.app.inject({ url: '/livez' })).statusCode).toBe(200)
    expect(node.lines.some(({ msg }) => String(msg).includes('is locked out'))).toBe(true)
  })

  test('a minute of a dashboard is within them', () => {
    expect(LIMITS.readsPerMinute).toBeGreaterThan(60 * 10)
  })
})

describe('the audit log', () => {
  test('has every change with who, what, from where, why and what came of it', async () => {
    await node.call('POST', '/v1/regions/us-east/disable', { payload: { reason: 'drill 42' } })
    await node.call('PATCH', '/v1/regions/us-east', { payload: { weight: -1 } })
    expect(await auditLines()).toMatchObject([
      {
        actor: 'admin',
        what: 'POST /v1/regions/us-east/disable',
        address: '127.0.0.1',
        status: 200,
        reason: 'drill 42',
        revision: node.store.current().revision,
      },
      { what: 'PATCH /v1/regions/us-east', status: 400, problem: '/problems/request-invalid', body: { weight: -1 } },
    ])
  })

  test('has every refusal, also of reading, and no token', async () => {
    const secret = await tokenFor('alice', 'read')
    await as(secret, 'DELETE', '/v1/tokens/1')
    await as('nonsense', 'GET', '/v1/regions')
    const lines = await auditLines()
    expect(lines.slice(1)).toMatchObject([
      { actor: 'alice', status: 403, problem: '/problems/forbidden' },
      { actor: 'nobody', what: 'GET /v1/regions', status: 401, problem: '/problems/unauthorized' },
    ])
    expect(JSON.stringify(lines)).not.toMatch(/nonsense|mrd_/)
  })

  test('has nothing of reading and of dry runs', async () => {
    await node.call('GET', '/v1/regions')
    await node.call('POST', '/v1/revisions/1/rollback?dryRun=true')
    expect(await readFile(join(node.folder, 'audit.log'), 'utf8')).toBe('')
  })

  test('is whole', async () => {
    for (let i = 0; i < 5; i++) await node.call('POST', '/v1/regions/us-east/enable')
    expect(await verifyAudit(join(node.folder, 'audit.log'))).toMatchObject({ lines: 5, faults: [] })
  })
})
