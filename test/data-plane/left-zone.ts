// A zone that leaves DNSSEC and comes back, below a parent that is really asked for its DS: both are served at one port.

import { dsFor } from '../../src/control-plane/publish/signed-zone.js'
import type { Zone } from '../../src/control-plane/traffic/document/zone.js'
import type { TrafficDocument } from '../../src/control-plane/traffic/document.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { askParent, askServer } from '../../src/node/parent-watch.js'
import { type KeyDesk, openDesk } from '../control-plane/keys/key-desk.js'
import { readDocument, World } from '../world.js'
import { type Served, serveWorld } from './served-world.js'
import { NOW } from './signed-world.js'

/** Seconds. */
export const DS_TTL = 7200
const LOOK = 1800

/** @param ds what is written in the parent for the zone; where nothing is, it has what the zone asks for */
const traffic = (signed: boolean, ds: readonly string[]): string => `
regions:
  one: { addresses: [192.0.2.1] }
zones:
  com:
    dnssec: true
    nameservers: [ns.com]
    ttl: ${DS_TTL}
    records:
      ns: { type: A, data: 127.0.0.1 }
      example: [ { type: NS, data: ns.com. }${ds.map(data => `, { type: DS, data: "${data}" }`).join('')} ]
  example.com:
    ${signed ? 'dnssec: true' : ''}
    nameservers: [ns.com]
    records:
      www: { steer: all, ttl: 60s }
      "*.wild": { type: TXT, data: '"wild"' }
`

export interface Left {
  readonly world: World
  readonly desk: KeyDesk
  readonly served: Served
  readonly clock: { wall: number }
  readonly zone: () => Zone
  /** Data of the DS records that the keys of the parent have. */
  readonly anchors: () => readonly string[]
  /** Those that the zone should have. */
  readonly ds: () => readonly string[]
  /** Serves another document. */
  serve(signed: boolean, ds: readonly string[]): Promise<void>
  /** Lets time pass, seconds, and looks as a node does, the parent being asked for its DS. */
  pass(seconds: number): Promise<void>
}

const ZONE = 'example.com.'

/** Rollovers go by a clock of their own, signatures by that of this machine, which validators have too. */
export async function serveLeft(folder: string): Promise<Left> {
  const clock = { wall: NOW }
  const real = { wall: Date.now() / 1000, steady: Date.now() / 1000 }
  const desk = await openDesk(folder, clock, async () => world.publisher.resign())
  let document: TrafficDocument = readDocument(traffic(true, []))
  const world: World = await World.of(document, [], new Map(), {
    prepare: document => desk.keys.prepare(document),
    keysOf: desk.keys.keysOf,
    time: () => ({ ...real }),
    serialOf: zone => zone.soa.serial,
  })
  const served = await serveWorld(world)
  const zoneOf = (name: string): Zone => document.zones.get(name)! // they are written above
  const dsOf = (zone: Zone): readonly string[] =>
    (dsFor(zone.origin, desk.keys.keysOf(zone)!, DS_TTL)?.rdatas ?? []).map(rdata => formatRdata(TYPE.DS, rdata))
  const resolver = { host: '127.0.0.1', port: served.port }
  return {
    world,
    desk,
    served,
    clock,
    zone: () => zoneOf(ZONE),
    anchors: () => dsOf(zoneOf('com.')),
    ds: () => dsOf(zoneOf(ZONE)),
    async serve(signed, ds) {
      document = readDocument(traffic(signed, ds))
      await world.publisher.setDocument(document)
    },
    async pass(seconds) {
      for (const end = clock.wall + seconds; clock.wall < end; ) {
        clock.wall += LOOK
        desk.parent = await askParent(parseName(ZONE), resolver, clock.wall, ({ host }, question) =>
          askServer({ host, port: served.port }, question),
        )
        await desk.rollovers.look(document)
      }
    },
  }
}
