// The beacon in a real browser: a page of one origin, regions of others, and what is posted.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBeacon } from '../../src/control-plane/admin/beacon.js'
import type { LatencySample } from '../../src/control-plane/geo/learned-latency.js'

const BOUND = { timeout: 60_000 }
/** How long the far region takes to answer, ms. */
const FAR_MS = 150

const servers: Server[] = []
async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler)
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on an address
}

let browser: Browser
let close: () => Promise<void>
let page: string
let other: string
let beacon: string
const reported: LatencySample[][] = []
const cookies: (string | undefined)[] = []

beforeAll(async () => {
  const ping =
    (ms: number): RequestListener =>
    (request, response) => {
      cookies.push(request.headers.cookie)
      void pause(ms).then(() => response.end('pong'))
    }
  const targets = { near: await serve(ping(0)), far: await serve(ping(FAR_MS)), gone: 'http://127.0.0.1:1/' }
  const document: RequestListener = (request, response) => {
    response.setHeader('content-type', 'text/html')
    response.setHeader('set-cookie', 'visitor=7')
    const script = `<!doctype html><title>x</title><script async src="${beacon}/beacon.js"></script>`
    response.end(request.url === '/' ? script : '')
  }
  page = await serve(document)
  other = await serve(document)
  const app = await createBeacon(
    {
      report: (_table, samples) => {
        reported.push([...samples])
        return { accepted: samples.length, refused: [], refusedCount: 0 }
      },
    },
    { targets, origins: [page], perMinute: 100, proxies: [] },
    pino({ level: 'silent' }),
  )
  beacon = await app.listen({ host: '127.0.0.1', port: 0 })
  close = () => app.close()
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
})

afterAll(async () => {
  await browser?.close()
  await close?.()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

test('a page measures the regions that can be reached, without cookies, and posts it for the address it comes from', async () => {
  const context = await browser.newContext()
  const tab = await context.newPage()
  await tab.goto(page)
  await expect.poll(() => reported.length, BOUND).toBe(1)
  const found = new Map(reported[0]!.map(sample => [sample.region, sample]))
  expect([...found.keys()].sort()).toEqual(['far', 'near'])
  expect(found.get('far')!.rttMs).toBeGreaterThanOrEqual(FAR_MS)
  expect(found.get('near')).toMatchObject({ client: '127.0.0.1', samples: 1 })
  expect(cookies.length).toBeGreaterThanOrEqual(6)
  expect(new Set(cookies)).toEqual(new Set([undefined]))
  expect((await context.cookies(beacon)).filter(({ name }) => name !== 'visitor')).toEqual([])
  await context.close()
})

test('a page of another origin may include the script, and posts in vain', async () => {
  const tab = await browser.newPage()
  // To a page that may not read it, a refusal looks as if there were no answer.
  const refused = tab.waitForEvent('requestfailed', { predicate: one => one.url().endsWith('/beacon'), ...BOUND })
  await tab.goto(other)
  expect((await refused).method()).toBe('POST')
  expect(reported.length).toBe(1)
  await tab.close()
})
