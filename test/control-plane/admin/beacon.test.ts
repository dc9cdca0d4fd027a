import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type BeaconOptions, createBeacon } from '../../../src/control-plane/admin/beacon.js'
import { beaconScript } from '../../../src/control-plane/admin/beacon-script.js'
import type { LatencySample } from '../../../src/control-plane/geo/learned-latency.js'

const OPTIONS: BeaconOptions = {
  targets: { eu: 'https://eu.example/ping' },
  origins: ['https://www.example'],
  perMinute: 2,
  proxies: ['127.0.0.1'],
  table: 'rum',
}

let reported: (readonly [string | undefined, readonly LatencySample[]])[]
let now: number
let app: Awaited<ReturnType<typeof createBeacon>>
beforeEach(async () => {
  reported = []
  now = 0
  const report = (table: string | undefined, samples: readonly LatencySample[]) => {
    reported.push([table, samples])
    return { accepted: samples.length, refused: [], refusedCount: 0 }
  }
  app = await createBeacon({ report }, OPTIONS, pino({ level: 'silent' }), () => now)
})
afterEach(() => app.close())

const post = (body: string, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: '/beacon',
    headers: { origin: 'https://www.example', 'content-type': 'text/plain;charset=UTF-8', ...headers },
    payload: body,
  })
const GOOD = JSON.stringify({ samples: [{ region: 'eu', rttMs: 12 }] })

test('a post of an allowed page counts once, for the address that it comes from', async () => {
  const reply = await post(GOOD, { 'x-forwarded-for': '203.0.113.7' })
  expect(reply.statusCode).toBe(204)
  expect(reply.headers['access-control-allow-origin']).toBe('https://www.example')
  expect(reply.headers['set-cookie']).toBeUndefined()
  expect(reported).toEqual([['rum', [{ client: '203.0.113.7', region: 'eu', rttMs: 12, samples: 1 }]]])
})

test.each([
  ['comes from another page', GOOD, { origin: 'https://evil.example' }, 403],
  ['is no JSON', '{', {}, 400],
  ['claims a client of its own', JSON.stringify({ samples: [{ region: 'eu', rttMs: 1, client: '1.2.3.4' }] }), {}, 400],
  ['claims more weight', JSON.stringify({ samples: [{ region: 'eu', rttMs: 1, samples: 1000 }] }), {}, 400],
  ['has no samples', JSON.stringify({ samples: [] }), {}, 400],
  ['is too large', JSON.stringify({ samples: [{ region: 'e'.repeat(5000), rttMs: 1 }] }), {}, 413],
  ['is of another type', GOOD, { 'content-type': 'application/xml' }, 415],
])('a post is refused where it %s', async (_, body, headers, status) => {
  const reply = await post(body, headers)
  expect([reply.statusCode, reported]).toEqual([status, []])
  expect(reply.headers['content-type']).toContain('application/problem+json')
})

test('a network may post so often in a minute, and then again', async () => {
  const from = (client: string) => post(GOOD, { 'x-forwarded-for': client }).then(({ statusCode }) => statusCode)
  expect([await from('203.0.113.7'), await from('203.0.113.8'), await from('203.0.113.9')]).toEqual([204, 204, 429])
  expect(await from('203.0.114.9')).toBe(204)
  now += 61_000
  expect(await from('203.0.113.9')).toBe(204)
})

test('a preflight of an allowed page is granted, and of another it is not', async () => {
  const preflight = (origin: string) => app.inject({ method: 'OPTIONS', url: '/beacon', headers: { origin } })
  expect((await preflight('https://www.example')).headers).toMatchObject({ 'access-control-allow-methods': 'POST' })
  expect((await preflight('https://evil.example')).statusCode).toBe(403)
})

test('there is nothing but the script and the place to post to', async () => {
  expect((await app.inject('/beacon.js')).headers['content-type']).toContain('text/javascript')
  for (const url of ['/', '/v1/regions', '/metrics', '/openapi.json'])
    expect((await app.inject(url)).statusCode).toBe(404)
})

test('the script is tiny, touches no cookies and no storage, and no target can break out of it', () => {
  const script = beaconScript({ eu: 'https://eu.example/</script>' })
  expect(script.length).toBeLessThan(1800)
  expect(script.replaceAll(/^\/\/.*$/gm, '')).not.toMatch(/cookie|localStorage|sessionStorage|indexedDB/i)
  expect(script).not.toContain('</script>')
})
