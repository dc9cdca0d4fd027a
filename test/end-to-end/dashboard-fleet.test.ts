// A fleet in a real browser: two nodes over an etcd, one of which cannot reach a region.
import { createServer, type Server as HttpServer } from 'node:http'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EtcdCluster } from '../etcd.js'
import { openBrowser, SOON, signIn, type Visit } from './browser.js'
import { inEveryLook, takePicture } from './dashboard-pictures.js'
import { freePort } from './ports.js'
import { Server } from './server.js'

const NODES = ['ns1', 'ns2'] as const
/** The addresses that each of them probes from. */
const SOURCES = { ns1: '127.0.8.11', ns2: '127.0.8.12' }
const REGIONS = ['127.0.10.1', '127.0.10.2'] as const

const documentOf = (port: number): string => `
checks:
  web: { type: http, port: ${port}, interval: 1s, timeout: 900ms, fall: 2, rise: 1, votes: { quorum: majority, hold: 60s } }
regions:
  eu: { addresses: [${REGIONS[0]}], checks: [web] }
  us: { addresses: [${REGIONS[1]}], checks: [web] }
zones:
  example.com: { nameservers: [ns1.example.net], records: { api: { steer: all } } }
`

let etcd: EtcdCluster
let regions: readonly HttpServer[]
const servers: Server[] = []
/** Whose probes of the first region are turned away. */
const blocked = new Set<string>()
let visit: Visit
let page: Page

beforeAll(async () => {
  etcd = await EtcdCluster.start()
  const port = await freePort()
  regions = await Promise.all(REGIONS.map(address => listen(address, port)))
  for (const node of NODES) servers.push(await Server.start({ traffic: '', settings: () => settingsOf(node) }))
  await apply(servers[0]!, documentOf(port))
  visit = await openBrowser()
  page = visit.page
  await signIn(page, servers[0]!)
})

afterAll(async () => {
  await visit?.browser.close()
  for (const server of servers) await server.close()
  await etcd?.stop()
  for (const region of regions ?? []) region.close()
})

const settingsOf = (node: keyof typeof SOURCES): string => `workers: 1
health: { source: [${SOURCES[node]}] }
fleet:
  node: ${node}
  silence: 5s
  etcd: { endpoints: ${JSON.stringify(etcd.endpoints)}, timeout: 4s }
`

async function listen(address: string, port: number): Promise<HttpServer> {
  const server = createServer((_, response) => response.setHeader('connection', 'close').end('ok'))
  server.on('connection', socket => {
    if (address === REGIONS[0] && blocked.has(socket.remoteAddress ?? '')) socket.destroy()
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve))
  return server
}

async function apply(server: Server, document: string): Promise<void> {
  const reply = await fetch(`${server.admin}/v1/traffic`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${await server.token()}`, 'content-type': 'application/yaml' },
    body: document,
  })
  expect(reply.status, await reply.text()).toBe(200)
}

const node = (name: string) => page.locator('table.fleet tr', { hasText: name })

test('every node is there, with its release, the version that all serve, what it sees and how far it is behind', async () => {
  await page.goto(`${servers[0]!.admin}/#/fleet`)
  await page.getByText('all 2 give the same answers').waitFor(SOON)
  await node('ns1').getByText('this one').waitFor(SOON)
  const versions = []
  for (const name of NODES) {
    await node(name).getByText('all 2 up').waitFor(SOON)
    await node(name).getByText('nothing').waitFor(SOON)
    expect(await node(name).locator('td.number').textContent()).toMatch(/^\d+ ms$/)
    versions.push(await node(name).locator('code').textContent())
  }
  expect(versions[0]).toBe(versions[1])
  const { body } = await servers[0]!.api('GET', '/v1/status')
  expect(await node('ns2').textContent()).toContain(body.release)
})

test('a node that sees a region down shows so at once, and each word is told beside the check', async () => {
  blocked.add(SOURCES.ns2)
  await node('ns2').getByText('1 of 2 down').waitFor(SOON)
  await node('ns1').getByText('all 2 up').waitFor(SOON)
  await inEveryLook(page, 'fleet-votes')
  await page.goto(`${servers[0]!.admin}/#/regions`)
  const eu = page.locator('table.regions tr', { hasText: REGIONS[0] })
  await eu.getByText('ns1 ● up; ns2 ▼ down').waitFor(SOON)
  await eu.getByText('by 1 of 2 votes').waitFor(SOON)
  await takePicture(page, 'regions-votes', 800)
  blocked.clear()
  await eu.getByText('ns1 ● up; ns2 ● up').waitFor(SOON)
})

test('a node that goes leaves the table, and where the store is away the page says since when', async () => {
  await page.goto(`${servers[0]!.admin}/#/fleet`)
  await node('ns2').waitFor(SOON)
  await servers[1]!.program.stop()
  await expect.poll(() => node('ns2').count(), SOON).toBe(0)
  await etcd.stop()
  await page.getByText('The store cannot be reached since').waitFor({ timeout: 60_000 })
  await inEveryLook(page, 'fleet-away')
})

test('in all of this the browser had nothing to complain of', () => {
  expect(visit.complaints).toEqual([])
})
