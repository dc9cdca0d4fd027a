// A document that is exported to PowerDNS, served by its own server and by ours: both look at the same programs, which go and come back.
import { createServer, type Server as HttpServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportPowerdns } from '../../../src/control-plane/export/powerdns.js'
import { ask, UdpClient } from '../../end-to-end/dns-client.js'
import { freePort } from '../../end-to-end/ports.js'
import { Server, until } from '../../end-to-end/server.js'
import { readDocument } from '../../world.js'
import { drawn } from '../answers.js'
import { CLIENTS, PLACES, PowerDns } from '../power-dns.js'

const documentFor = (port: number): string => `
checks:
  port: { type: tcp, port: ${port}, interval: 1s, timeout: 500ms, fall: 1, rise: 1 }
  page: { type: http, port: ${port}, path: /health, host: www.example.com, expect: [200], interval: 1s, timeout: 500ms, fall: 1, rise: 1 }
regions:
  a: { addresses: [127.0.12.1], checks: [port] }
  b: { addresses: [127.0.12.2], checks: [port] }
  c: { addresses: [127.0.12.3], checks: [port] }
  p: { addresses: [127.0.12.4], checks: [page] }
  q: { addresses: [127.0.12.5], checks: [page] }
  x: { addresses: [192.0.2.1] }
  y: { addresses: [192.0.2.2, 192.0.2.3] }
policies:
  place:
    - geo: { rules: { 36.1.8.0/24: { tier: [c, b] }, DE: { tier: [a, b] }, "continent:EU": { tier: [b, c] }, "*": { tier: [c, a] } }, others: drop-broader }
    - round-robin
  still:
    - geo: { rules: { DE: y, "*": x }, others: drop-broader }
    - take: all
zones:
  example.com:
    nameservers: [ns1.example.net]
    records:
      order: { steer: failover, regions: [a, b, c], ttl: 30s, when-all-down: first-choice }
      pages: { steer: failover, regions: [p, q], ttl: 30s }
      equal: { steer: round-robin, regions: [a, b, c], ttl: 30s }
      place: { steer: place, regions: [a, b, c], ttl: 30s, when-all-down: first-choice }
      still: { steer: still, regions: [x, y], ttl: 30s }
      mail: { type: A, data: 192.0.2.77, ttl: 300s }
`
const NAMES = ['order', 'pages', 'equal', 'place', 'still', 'mail']
const HOSTS = [1, 2, 3, 4, 5].map(last => `127.0.12.${last}`)

let port: number
let server: Server
let client: UdpClient
let theirs: PowerDns
const programs = new Map<string, HttpServer>()

async function up(...hosts: readonly string[]): Promise<void> {
  for (const host of hosts) {
    const program = createServer((_, response) => response.end('fine'))
    await new Promise<void>(resolve => program.listen(port, host, resolve))
    programs.set(host, program)
  }
}

async function down(...hosts: readonly string[]): Promise<void> {
  for (const host of hosts) {
    const program = programs.get(host)
    program?.closeAllConnections()
    await new Promise<void>(resolve => (program === undefined ? resolve() : void program.close(() => resolve())))
    programs.delete(host)
  }
}

beforeAll(async () => {
  port = await freePort()
  await up(...HOSTS)
  const traffic = documentFor(port)
  const [zone] = exportPowerdns(readDocument(traffic)).files
  theirs = await PowerDns.start(zone!.text)
  server = await Server.start({
    traffic,
    files: { 'places.mmdb': PLACES },
    settings: () => 'geo: { databases: [places.mmdb] }',
  })
  client = await UdpClient.open(server)
})
afterAll(async () => {
  client?.close()
  await server?.close()
  await theirs?.stop()
  await down(...HOSTS)
})

/** By name what each client gets; each answer that is drawn is there. */
async function everything(askOne: (name: string, subnet: string) => Parameters<typeof drawn>[0]): Promise<unknown> {
  const seen: Record<string, readonly (readonly string[])[]> = {}
  for (const name of NAMES) {
    const clients = name === 'order' || name === 'pages' || name === 'equal' ? CLIENTS.slice(0, 1) : CLIENTS
    seen[name] = []
    for (const subnet of clients)
      seen[name] = [...seen[name], await drawn(askOne(`${name}.example.com`, subnet), name === 'equal' ? 40 : 2)]
  }
  return seen
}

const ours = () =>
  everything((name, subnet) => async () => {
    const message = await client.ask(ask(name, 'A', subnet))
    if (message === undefined) throw new Error('no answer')
    return message
  })
const ofPowerDns = () => everything((name, subnet) => () => theirs.ask(name, 'A', subnet))

/** The names that go by health, as both answer them once they have seen it. */
async function expectBoth(order: readonly string[], pages: readonly string[], equal: readonly string[]): Promise<void> {
  const written = (hosts: readonly string[]): string => hosts.map(host => `1 30 ${host}`).join('\n')
  const wanted = { order: [[written(order)]], pages: [[written(pages)]], equal: [equal.map(host => written([host]))] }
  for (const [who, look] of [
    ['we', ours],
    ['PowerDNS', ofPowerDns],
  ] as const)
    await until(`${who} see it`, 30_000, async () => {
      const { order: o, pages: p, equal: e } = (await look()) as typeof wanted // as everything() makes it
      return JSON.stringify({ order: o, pages: p, equal: e }) === JSON.stringify(wanted) ? true : undefined
    })
  expect(await ofPowerDns()).toEqual(await ours())
}

const [A = '', B = '', C = '', P = '', Q = ''] = HOSTS

test('while all is up, while some is down and once it is back, its answers are ours, to every client', async () => {
  await expectBoth([A], [P], [A, B, C])
  await down(A, P)
  await expectBoth([B], [Q], [B, C])
  await down(C)
  await expectBoth([B], [Q], [B])
  await up(A, C, P)
  await expectBoth([A], [P], [A, B, C])
})
