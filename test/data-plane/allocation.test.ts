import { PerformanceObserver } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { makeCounters } from '../../src/data-plane/counters.js'
import { Peer } from '../../src/data-plane/peer.js'
import { Responder } from '../../src/data-plane/respond.js'
import { healthOf, query, World } from '../world.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1, "2001:db8::1"] }
  twin: { location: [38.9, -77], addresses: [192.0.2.2], weight: 50 }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.4, "2001:db8::4"] }
  lb: { target: api.example.com }
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      "@": { type: MX, data: "10 ns1" }
      ns1: { type: A, data: 198.51.100.1 }
      api: { steer: nearest, regions: [east, twin, tokyo] }
      lb: { steer: nearest, regions: [lb] }
      alias: { type: ALIAS, data: api }
      old: { type: DNAME, data: example.com. }
      www: { type: CNAME, data: api }
      "*.wild": { type: A, data: 198.51.100.4 }
      child: { type: NS, data: ns1 }
`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
]
const QUERIES = [
  query('api.example.com', 'A', '133.11.2.0/24'),
  query('API.example.com', 'A', '128.143.2.0/24'),
  query('api.example.com', 'AAAA', '2400:1::/48'),
  query('api.example.com', 'A', '10.1.2.0/24'),
  query('api.example.com', 'A', undefined, false),
  query('www.example.com', 'A', '133.11.2.0/24'),
  query('x.wild.example.com', 'A'),
  query('example.com', 'MX'),
  query('x.child.example.com', 'A'),
  query('nowhere.example.com', 'A', '133.11.2.0/24'),
  query('example.com', 'TXT'),
  query('lb.example.com', 'A', '133.11.2.0/24'),
  query('alias.example.com', 'A', '133.11.2.0/24'),
  query('api.old.example.com', 'A', '133.11.2.0/24'),
  query('x.child.old.old.example.com', 'A'),
  query('example.org', 'A'),
  Uint8Array.from(query('api.example.com', 'A')).fill(0xff, 30),
]
const SLOT = 2048
const MILLION = 1_000_000

test('a million answers of every kind leave nothing for the garbage collector, also when all regions are down', async () => {
  const world = await World.make(DOCUMENT, NETWORKS)
  world.publisher.setHealth(healthOf(world.document, ['tokyo'], 20_000))
  await world.widened()
  const up = world.publisher.current()!.snapshot
  world.publisher.setHealth(healthOf(world.document, ['east', 'twin', 'tokyo'], 20_000))
  await world.widened()
  const down = world.publisher.current()!.snapshot
  const responder = new Responder(up, makeCounters())
  const peer = new Peer()
  peer.set(Uint8Array.of(128, 143, 9, 9))
  const arena = new Uint8Array(new SharedArrayBuffer(SLOT))

  const answer = (count: number): number => {
    let bytes = 0
    for (let i = 0; i < count; i++) {
      const query = QUERIES[i % QUERIES.length]!
      for (let k = 0; k < query.length; k++) arena[k] = query[k]!
      responder.snapshot = i % 1000 < 500 ? up : down
      bytes += responder.respond(arena, 0, query.length, peer)
    }
    return bytes
  }
  answer(300_000)
  await turn()

  let collections = 0
  const observer = new PerformanceObserver(list => {
    collections += list.getEntries().length
  })
  observer.observe({ entryTypes: ['gc'] })
  const before = process.memoryUsage().heapUsed
  const bytes = answer(MILLION)
  const grown = process.memoryUsage().heapUsed - before
  await turn()
  await turn()
  observer.disconnect()

  expect(bytes / MILLION).toBeGreaterThan(40)
  expect(collections).toBe(0)
  // A single object a query would be tens of millions of bytes.
  expect(grown).toBeLessThan(MILLION)
})
