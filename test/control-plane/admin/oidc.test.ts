// Tokens of an OpenID Connect issuer, at a real API that fetches the keys of a real issuer.
import { createHmac } from 'node:crypto'
import { rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJwt, exportSPKI, importJWK } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OidcOptions } from '../../../src/control-plane/admin/oidc.js'
import { looksLikeJwt, openOidc } from '../../../src/control-plane/admin/oidc.js'
import { SESSION_COOKIE, Sessions } from '../../../src/control-plane/admin/sessions.js'
import { AUDIENCE, forged, type Issuer, type Key, makeKey, startIssuer } from './issuer.js'
import { DOCUMENT, startTestNode, type TestNode, TOKEN } from './world.js'

let issuer: Issuer
let key: Key
let node: TestNode
beforeEach(async () => {
  issuer = await startIssuer()
  key = await makeKey('one')
  issuer.served = [key.jwk]
  node = await startTestNode(DOCUMENT, { oidc: options(), limits: { guesses: { most: 3, lockMs: 60_000 } } })
})
afterEach(async () => {
  await node.close()
  await issuer.close()
})

const options = (more: Partial<OidcOptions> = {}): OidcOptions => ({
  issuer: issuer.url,
  audience: AUDIENCE,
  keys: issuer.keys,
  claim: 'groups',
  name: 'email',
  grants: { sre: ['operate', 'edit'], looks: ['read'] },
  within: { eu: { zones: [], regions: ['eu-*'] }, web: { zones: ['other.example'], regions: [] } },
  ...more,
})

const alice = (more: object = {}) => ({
  iss: issuer.url,
  aud: AUDIENCE,
  sub: 'u-17',
  email: 'alice@example.com',
  groups: ['sre', 'all'],
  ...more,
})

const call = (token: string, method: 'GET' | 'POST' = 'GET', url = '/v1/regions') =>
  node.app.inject({ method, url, headers: { authorization: `Bearer ${token}` } })

describe('a token of the issuer', () => {
  test('lets its holder do what the words of its claim grant, under a name of its own', async () => {
    const token = await key.sign(alice())
    expect((await call(token, 'POST', '/v1/regions/us-east/disable')).statusCode).toBe(200)
    expect((await call(token)).statusCode).toBe(200)
    const forbidden = await call(token, 'GET', '/v1/tokens')
    expect([forbidden.statusCode, forbidden.json().detail]).toEqual([
      403,
      expect.stringContaining('oidc:alice@example.com'),
    ])
    const { revisions } = (await call(token, 'GET', '/v1/revisions')).json()
    expect(revisions[0].actor).toBe('oidc:alice@example.com')
    expect(issuer.fetched()).toBe(1)
  })

  test('whose claim has a word with bounds keeps its holder within them, whatever its other words grant', async () => {
    const token = await key.sign(alice({ groups: ['sre', 'eu', 'web'] }))
    expect((await call(token, 'POST', '/v1/regions/eu-central/disable')).statusCode).toBe(200)
    const outside = await call(token, 'POST', '/v1/regions/us-east/disable')
    expect([outside.statusCode, outside.json().detail]).toEqual([
      403,
      'oidc:alice@example.com may change zone other.example, region eu-* only, and not regions.us-east.enabled',
    ])
    // A session that begins with it has the same bounds.
    const begun = await node.app.inject({ method: 'POST', url: '/session', payload: { token } })
    const headers = { cookie: String(begun.headers['set-cookie']).split(';')[0]!, 'x-csrf-token': begun.json().csrf }
    const post = (url: string) => node.app.inject({ method: 'POST', url, headers })
    expect((await post('/v1/regions/eu-central/enable')).statusCode).toBe(200)
    expect((await post('/v1/regions/us-east/disable')).json().detail).toMatch(/^oidc:alice@example.com may change/)
  })

  test.each([
    ['words with blanks between them', 'openid looks', 200],
    ['a list with things that are no words', ['looks', 7, null], 200],
    ['words that grant nothing', ['constructor', 'others'], 403],
    ['no such claim', undefined, 403],
    ['a number', 7, 403],
  ])('whose claim is %s gets %s: %d', async (_, groups, status) => {
    expect((await call(await key.sign(alice({ groups })))).statusCode).toBe(status)
  })

  test('signed with a key that came later is good: the keys are fetched anew', async () => {
    expect((await call(await key.sign(alice()))).statusCode).toBe(200)
    const verify = openOidc(options(), 0)
    expect(await verify(await key.sign(alice()), Date.now())).toMatchObject({ kind: 'caller' })
    const next = await makeKey('two', 'RS256')
    issuer.served = [next.jwk]
    expect(await verify(await next.sign(alice()), Date.now())).toMatchObject({ kind: 'caller' })
    expect(await verify(await key.sign(alice()), Date.now())).toEqual({ kind: 'wrong' })
  })

  test('with invented names of keys does not make us ask the issuer again and again', async () => {
    await call(await key.sign(alice()))
    const other = await makeKey('invented')
    await Promise.all([1, 2].map(async () => call(await other.sign(alice()))))
    expect(issuer.fetched()).toBe(1)
  })

  test('begins a session that ends with it', async () => {
    const token = await key.sign(alice({ groups: ['looks'] }), 300)
    const begun = await node.app.inject({ method: 'POST', url: '/session', payload: { token } })
    const cookie = String(begun.headers['set-cookie']).split(';')[0]!
    expect((await node.app.inject({ url: '/v1/regions', headers: { cookie } })).statusCode).toBe(200)
    const { exp = 0 } = decodeJwt(token)
    expect(Date.parse(begun.json().expiresAt)).toBe(exp * 1000)
    const sessions = new Sessions()
    const { secret } = sessions.begin({ id: 'oidc:u-17', name: 'oidc:alice', scopes: [], expiresAt: 2000 }, 1000)
    const header = `${SESSION_COOKIE}=${secret}`
    expect([sessions.find(header, 1999)?.expiresAt, sessions.find(header, 2000)]).toEqual([2000, undefined])
  })
})

describe('a token is no good', () => {
  test.each<[string, () => Promise<string>]>([
    ['for others', () => key.sign(alice({ aud: 'somebody-else' }))],
    ['of another issuer', () => key.sign(alice({ iss: 'https://login.example.com' }))],
    ['without an end', () => key.sign(alice(), Infinity)],
    ['that is not signed', async () => forged({ alg: 'none' }, { ...alice(), exp: 9_999_999_999 })],
    ['that is signed with our own public key as a secret', () => confused()],
    ['of nobody', () => key.sign({ ...alice(), sub: undefined as never })],
    ['whose holder has no name', () => key.sign(alice({ email: undefined }))],
    ['whose holder has a name with a line end', () => key.sign(alice({ email: 'a\nb' }))],
    ['that begins later', () => key.sign(alice({ nbf: 9_999_999_999 }))],
    ['of a key that the issuer does not have', async () => (await makeKey('one')).sign(alice())],
  ])('%s', async (_, make) => {
    expect((await call(await make())).statusCode).toBe(401)
  })

  test('when it is over; its holder is told, and is not locked out as one who guesses', async () => {
    const over = await key.sign(alice(), -60)
    for (let i = 0; i < 5; i++) {
      const reply = await call(over)
      expect([reply.statusCode, reply.json().detail]).toEqual([401, 'the token is over'])
    }
  })

  test('again and again: then it is guessing', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) statuses.push((await call(forged({ alg: 'none' }, alice()))).statusCode)
    expect(statuses).toEqual([401, 401, 401, 429])
  })
})

/** HS256 over the text of the public key: what a library does that takes the algorithm from the token. */
async function confused(): Promise<string> {
  const pem = await exportSPKI((await importJWK(key.jwk)) as Parameters<typeof exportSPKI>[0]) // of a public key
  const [head, body] = forged({ alg: 'HS256', kid: 'one' }, { ...alice(), exp: 9_999_999_999 }).split('.')
  const signature = createHmac('sha256', pem).update(`${head}.${body}`).digest('base64url')
  return `${head}.${body}.${signature}`
}

describe('while the keys cannot be had', () => {
  test.each([503, 200])(
    'for the issuer answers %d without keys, nobody judges its tokens, and others are good',
    async status => {
      issuer.served = status === 200 ? ('none' as never) : status
      const reply = await call(await key.sign(alice()))
      expect([reply.statusCode, reply.json().type]).toEqual([503, '/problems/issuer-away'])
      expect((await call(TOKEN)).statusCode).toBe(200)
      issuer.served = [key.jwk]
      expect((await call(await key.sign(alice()))).statusCode).toBe(200)
    },
  )

  test('for nobody is there, it is the same', async () => {
    const verify = openOidc(options({ keys: 'http://127.0.0.1:9/jwks.json' }))
    expect(await verify(await key.sign(alice()), Date.now())).toMatchObject({ kind: 'unknown' })
  })
})

test('keys in a file are read again when it has changed', async () => {
  const path = join(node.folder, 'jwks.json')
  const verify = openOidc(options({ keys: path }))
  expect(await verify(await key.sign(alice()), Date.now())).toMatchObject({ kind: 'unknown' })
  await writeFile(path, JSON.stringify({ keys: [key.jwk] }))
  expect(await verify(await key.sign(alice()), Date.now())).toMatchObject({ kind: 'caller' })
  const next = await makeKey('two', 'EdDSA')
  await writeFile(path, JSON.stringify({ keys: [next.jwk] }))
  await utimes(path, 1, 1)
  expect(await verify(await next.sign(alice()), Date.now())).toMatchObject({ kind: 'caller' })
  expect(await verify(await key.sign(alice()), Date.now())).toEqual({ kind: 'wrong' })
  await rm(path)
})

test('a token of this server is not taken for one of the issuer', () => {
  expect([TOKEN, `mrd_1_${'a'.repeat(32)}`, 'a.b', 'a.b.c.d', 'a.b.c', 'a.b.'].map(looksLikeJwt)).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
  ])
})
