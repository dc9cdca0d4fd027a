import { beforeAll, expect, test } from 'vitest'
import { makeCounters } from '../../src/data-plane/counters.js'
import { Peer, TRANSPORT } from '../../src/data-plane/peer.js'
import { Responder } from '../../src/data-plane/respond.js'
import { decodeMessage, encodeQuery, formatRecord } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import type { Snapshot } from '../../src/snapshot/snapshot.js'
import { World } from '../world.js'

let snapshot: Snapshot
beforeAll(async () => {
  const world = await World.make(`
regions: { east: { addresses: [192.0.2.11, 192.0.2.12, 192.0.2.13, "2001:db8::11", "2001:db8::12"] } }
zones:
  example.com:
    nameservers: [ns1.example.com, ns2.example.net]
    records:
      ns1: [ { type: A, data: 198.51.100.1 }, { type: A, data: 198.51.100.2 } ]
      three: [ { type: A, data: 192.0.2.1 }, { type: A, data: 192.0.2.2 }, { type: A, data: 192.0.2.3 } ]
      six: [ { type: AAAA, data: "2001:db8::1" }, { type: AAAA, data: "2001:db8::2" } ]
      "*.wild": [ { type: A, data: 192.0.2.1 }, { type: A, data: 192.0.2.2 }, { type: A, data: 192.0.2.3 } ]
      alias: { type: CNAME, data: three }
      mail: [ { type: MX, data: "10 ns1" }, { type: MX, data: "20 ns1" } ]
      text: [ { type: TXT, data: "a" }, { type: TXT, data: "b" } ]
      api: { steer: nearest }
`)
  snapshot = world.publisher.current()!.snapshot
})

/** All records of the answer to a query with this ID. */
function ask(name: string, type: keyof typeof TYPE, id: number, rotate = true): string[] {
  const responder = new Responder(snapshot, makeCounters(), undefined, { rotate })
  const query = encodeQuery({ name: parseName(name), type: TYPE[type], id })
  const message = new Uint8Array(2048)
  message.set(query)
  const peer = new Peer()
  peer.transport = TRANSPORT.udp
  const { answers, authorities, additionals } = decodeMessage(
    message.subarray(0, responder.respond(message, 0, query.length, peer)),
  )
  return [...answers, ...authorities, ...additionals].map(formatRecord)
}
const turned = <T>(list: readonly T[], by: number): T[] => [...list.slice(by), ...list.slice(0, by)]

test.each([
  ['three.example.com', 'A', 3],
  ['six.example.com', 'AAAA', 2],
  ['any.thing.wild.example.com', 'A', 3],
  ['api.example.com', 'A', 3],
  ['api.example.com', 'AAAA', 2],
] as const)('%s %s begins with each of its %d addresses in turn', (name, type, count) => {
  const still = ask(name, type, 0, false)
  expect(still).toHaveLength(count)
  for (const id of [0, 1, 2, 3, 4, 40_000, 65_535]) {
    expect(ask(name, type, id)).toEqual(turned(still, id % count))
    expect(ask(name, type, id, false)).toEqual(still)
  }
})

test('an alias stays in front of what it leads to', () => {
  const [cname, ...addresses] = ask('alias.example.com', 'A', 0, false)
  for (const id of [0, 1, 2]) expect(ask('alias.example.com', 'A', id)).toEqual([cname, ...turned(addresses, id)])
})

test.each([
  ['mail.example.com', 'MX'],
  ['text.example.com', 'TXT'],
  ['example.com', 'NS'],
  ['no.example.com', 'A'],
] as const)('%s %s never turns', (name, type) => {
  for (const id of [0, 1, 2, 3]) expect(ask(name, type, id)).toEqual(ask(name, type, 0, false))
})
