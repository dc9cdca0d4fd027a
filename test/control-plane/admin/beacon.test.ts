import { runInNewContext } from 'node:vm'
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

/** Runs the script as a page would, by a clock that each fetch moves on by what it takes. */
async function visit(times: Readonly<Record<string, readonly (number | Error)[]>>, saveData = false) {
  const targets = Object.fromEntries(Object.keys(times).map(region => [region, `https://${region}.example/ping`]))
  const asked: { readonly url: string; readonly options: Record<string, unknown> }[] = []
  let [clock, done] = [0, (): void => undefined]
  const finished = new Promise<void>(resolve => (done = resolve))
  const globals = {
    URL,
    Math,
    document: { currentScript: { src: 'https://beacon.example/beacon.js' }, readyState: 'complete' },
    navigator: { connection: { saveData } },
    performance: { now: () => clock },
    setTimeout: (measure: () => Promise<void>, ms: number) => {
      clock += ms
      void measure().then(done)
    },
    fetch: async (to: string | URL, options: Record<string, unknown>) => {
      const url = String(to)
      const turn = asked.filter(one => one.url === url).length
      asked.push({ url, options })
      const ms = times[new URL(url).hostname.split('.')[0]!]?.[turn] ?? 0
      if (ms instanceof Error) throw ms
      clock += ms
    },
  }
  runInNewContext(beaconScript(targets), globals)
  if (!saveData) await finished
  return { asked, posted: asked.filter(({ url }) => url === 'https://beacon.example/beacon') }
}

test('a region is asked three times, and the shorter of the last two is posted: the first has to open the connection', async () => {
  const { asked, posted } = await visit({ eu: [300, 80, 40.04], us: [1, 120, 500] })
  expect(asked.filter(({ url }) => url.includes('ping'))).toHaveLength(6)
  const { samples } = JSON.parse(String(posted[0]!.options.body))
  expect(samples.sort((a: { region: string }, b: { region: string }) => (a.region < b.region ? -1 : 1))).toEqual([
    { region: 'eu', rttMs: 40 },
    { region: 'us', rttMs: 120 },
  ])
})

test('neither what is measured nor the post carries cookies or a referrer, and no cache answers', async () => {
  const { asked, posted } = await visit({ eu: [] })
  for (const { options } of asked) expect(options).toMatchObject({ credentials: 'omit', referrerPolicy: 'no-referrer' })
  expect(asked[0]!.options).toMatchObject({ mode: 'no-cors', cache: 'no-store' })
  expect(posted[0]!.options).toMatchObject({ method: 'POST', keepalive: true })
})

test('no more than four regions are measured at a visit, and what cannot be reached is left out', async () => {
  const many = Object.fromEntries([...'abcdefgh'].map(region => [region, [5, 5, 5]]))
  expect(JSON.parse(String((await visit(many)).posted[0]!.options.body)).samples).toHaveLength(4)
  const some = await visit({ eu: [9, 9, 9], gone: [new Error('refused')], half: [5, new Error('reset')] })
  expect(JSON.parse(String(some.posted[0]!.options.body)).samples).toEqual([{ region: 'eu', rttMs: 9 }])
})

test('nothing is posted where nothing could be measured, and nothing is asked where the visitor saves data', async () => {
  expect((await visit({ gone: [new Error('refused')] })).posted).toEqual([])
  expect((await visit({ eu: [1, 1, 1] }, true)).asked).toEqual([])
})
