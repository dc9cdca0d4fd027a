import { expect, test } from 'vitest'
import { ADMIN } from '../../../src/control-plane/admin/caller.js'
import { requireCsrf, SESSION_MS, Sessions, sessionCookie } from '../../../src/control-plane/admin/sessions.js'
import { startTestNode, TOKEN } from './world.js'

const NOW = 1_800_000_000_000

test('a session is found by its cookie, wherever that stands in the header', () => {
  const sessions = new Sessions()
  const { secret, session } = sessions.begin(ADMIN, NOW)
  for (const header of [`meridian_session=${secret}`, `a=b; meridian_session=${secret}; c=d`])
    expect(sessions.find(header, NOW)).toBe(session)
})

test.each([undefined, '', 'meridian_session', 'meridian_session=', 'meridian_session=guess', 'other=1'])(
  'there is no session for the cookies %j',
  header => {
    const sessions = new Sessions()
    sessions.begin(ADMIN, NOW)
    expect(sessions.find(header, NOW)).toBeUndefined()
  },
)

test('a session ends by itself, or when it is ended', () => {
  const sessions = new Sessions()
  const { secret } = sessions.begin(ADMIN, NOW)
  const cookie = `meridian_session=${secret}`
  expect(sessions.find(cookie, NOW + SESSION_MS - 1)).toBeDefined()
  expect(sessions.find(cookie, NOW + SESSION_MS)).toBeUndefined()
  sessions.end(cookie)
  expect(sessions.find(cookie, NOW)).toBeUndefined()
})

test('beyond a thousand the oldest session ends', () => {
  const sessions = new Sessions()
  const cookies = Array.from({ length: 1001 }, () => `meridian_session=${sessions.begin(ADMIN, NOW).secret}`)
  expect(sessions.find(cookies[0], NOW)).toBeUndefined()
  expect(sessions.find(cookies[1], NOW)).toBeDefined()
  expect(sessions.find(cookies[1000], NOW)).toBeDefined()
})

test('a change needs the word of the session, and looking does not', () => {
  const { session } = new Sessions().begin(ADMIN, NOW)
  expect(() => requireCsrf(session, 'GET', undefined)).not.toThrow()
  expect(() => requireCsrf(session, 'POST', session.csrf)).not.toThrow()
  for (const wrong of [undefined, '', 'guess', `${session.csrf}x`, [session.csrf]])
    expect(() => requireCsrf(session, 'POST', wrong)).toThrow(/X-CSRF-Token/)
})

test('the cookie is out of reach of scripts and other sites, and wants TLS where there is some', () => {
  expect(sessionCookie('s', 60, true)).toBe('meridian_session=s; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure')
  expect(sessionCookie('s', 60, false)).not.toContain('Secure')
})

test('signing in, changing and signing out by a browser', async () => {
  const node = await startTestNode()
  try {
    const wrong = await node.app.inject({ method: 'POST', url: '/session', payload: { token: 'guess' } })
    expect(wrong.statusCode).toBe(401)
    expect(wrong.headers['set-cookie']).toBeUndefined()

    const signedIn = await node.app.inject({ method: 'POST', url: '/session', payload: { token: TOKEN } })
    expect(signedIn.statusCode).toBe(200)
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0]!
    const { csrf } = signedIn.json()
    expect((await node.app.inject({ url: '/session', headers: { cookie } })).json()).toMatchObject({ csrf })
    expect((await node.app.inject({ url: '/v1/regions', headers: { cookie } })).statusCode).toBe(200)

    const disable = { method: 'POST', url: '/v1/regions/us-east/disable' } as const
    expect((await node.app.inject({ ...disable, headers: { cookie } })).json().type).toBe('/problems/csrf')
    const done = await node.app.inject({ ...disable, headers: { cookie, 'x-csrf-token': csrf } })
    expect(done.json()).toMatchObject({ state: 'disabled' })

    await node.app.inject({ method: 'DELETE', url: '/session', headers: { cookie } })
    expect((await node.app.inject({ url: '/v1/regions', headers: { cookie } })).statusCode).toBe(401)
    expect((await node.app.inject({ url: '/session', headers: { cookie } })).json()).toEqual({ signedIn: false })
  } finally {
    await node.close()
  }
})
