// A small world for tests of explain: a real document, a real database, a real publisher and the real line.

import { openDatabase } from '../../../src/control-plane/geo/database.js'
import type { AddressHealth, Health } from '../../../src/control-plane/health/health.js'
import type { ExplainSources } from '../../../src/control-plane/operate/explain.js'
import { localMapMaker } from '../../../src/control-plane/publish/map-maker.js'
import { Publisher } from '../../../src/control-plane/publish/publisher.js'
import type { TrafficDocument } from '../../../src/control-plane/traffic/document.js'
import { readTraffic } from '../../../src/control-plane/traffic/parse.js'
import { makeCounters } from '../../../src/data-plane/counters.js'
import { Peer } from '../../../src/data-plane/peer.js'
import { Responder } from '../../../src/data-plane/respond.js'
import type { AddressBytes } from '../../../src/dns/address.js'
import { databaseFile, writeMmdb } from '../geo/mmdb-writer.js'

export const DATABASE = 'cities.mmdb'

const city = (country: string, name: string, latitude: number, longitude: number) => ({
  country: { iso_code: country },
  city: { names: { en: name } },
  location: { latitude, longitude },
})
const TOKYO = city('JP', 'Tokyo', 35.69, 139.69)
const BERLIN = city('DE', 'Berlin', 52.52, 13.41)
const ASHBURN = city('US', 'Ashburn', 39.04, -77.49)

/** 133.11/16 is Tokyo, 130.149/16 Berlin, 128.143/16 Ashburn; of 9/8 only the country is known, of 8/8 not even that. */
export const ENTRIES = [
  { prefix: '133.11.0.0/16', record: TOKYO },
  { prefix: '130.149.0.0/16', record: BERLIN },
  { prefix: '128.143.0.0/16', record: ASHBURN },
  { prefix: '9.0.0.0/8', record: { country: { iso_code: 'FR' } } },
  { prefix: '8.0.0.0/8', record: { city: { names: { en: 'Nowhere' } } } },
  { prefix: '10.20.0.0/16', record: BERLIN },
  { prefix: '2400:4000::/22', record: TOKYO },
  { prefix: '2a02:8100::/27', record: BERLIN },
] as const

export const DOCUMENT = `
checks:
  api: { type: http, port: 8080, path: /health }
regions:
  us-east:      { location: [38.95, -77.45], addresses: [192.0.2.1, "2001:db8::1"], checks: [api] }
  eu-central:   { location: [50.11, 8.68], addresses: [192.0.2.3, 192.0.2.33, "2001:db8::3"], checks: [api] }
  ap-northeast: { location: [35.68, 139.69], addresses: [192.0.2.4], checks: [api] }
  ap-twin:      { location: [35.68, 139.69], addresses: [192.0.2.5], checks: [api], weight: 300 }
  reserve:      { addresses: [192.0.2.9, "2001:db8::9"], checks: [api] }
zones:
  example.com:
    nameservers: [ns1.example.com]
    ttl: 1h
    negative-ttl: 60s
    records:
      ns1: { type: A, data: 192.0.2.53 }
      www: { type: CNAME, data: api.example.com. }
      out: { type: CNAME, data: example.org. }
      lost: { type: CNAME, data: nothing.example.com. }
      "*.any": { type: TXT, data: '"hello"' }
      sub: { type: NS, data: ns.elsewhere.org. }
      api:
        - steer: nearest
          ttl: { max: 60s, min: 5s }
          regions: [us-east, eu-central, ap-northeast, ap-twin]
          fallback: [reserve]
      all: { steer: nearest, regions: [us-east, eu-central] }
      none: { steer: nearest, regions: [us-east, eu-central], when-all-down: nodata }
      fail: { steer: nearest, regions: [us-east, eu-central], when-all-down: servfail }
      best: { steer: nearest, regions: [us-east, eu-central], when-all-down: first-choice }
  trusting.example:
    nameservers: [ns1.example.com]
    ecs-trust: [192.0.2.128/25]
    records:
      api: { steer: nearest, regions: [us-east, eu-central] }
      there: { type: CNAME, data: api.example.com. }
`

export function parse(text: string): TrafficDocument {
  const parsed = readTraffic(text, 'traffic.yaml', { serial: 1 })
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return parsed.document
}

/** The document with some regions changed, as an edit would. */
export const withRegions = (
  document: TrafficDocument,
  change: (id: string) => { readonly enabled?: boolean; readonly weight?: number; readonly ttl?: number },
): TrafficDocument => ({
  ...document,
  regions: new Map([...document.regions].map(([id, region]) => [id, { ...region, ...change(id) }])),
})

/** The health of one address. */
export const health = (address: string, up: boolean, changeInMs = 20_000): AddressHealth => ({
  address,
  up,
  since: 0,
  changeInMs,
  ...(up ? {} : { cause: 'api: connection refused' }),
  checks: [],
})

/** All addresses of the named regions are down. */
export const down = (document: TrafficDocument, ...ids: readonly string[]): Health =>
  new Map(
    ids.map(id => [id, document.regions.get(id)!.addresses.map(({ text }) => health(text, false))]), // a test names what is there
  )

export interface TestWorld {
  readonly publisher: Publisher
  readonly sources: () => ExplainSources
}

/** A world that serves the document; `entries` null: without a database. */
export async function makeWorld(
  document: TrafficDocument,
  entries: readonly { readonly prefix: string; readonly record: unknown }[] | null = ENTRIES,
): Promise<TestWorld> {
  const maps = localMapMaker()
  const bytes = entries === null ? undefined : writeMmdb(entries, { ipVersion: 6 })
  const database = bytes && openDatabase(bytes, DATABASE)
  const file = bytes && databaseFile(DATABASE, bytes)
  const onProblem = (what: string, error: unknown): void => {
    throw new Error(what, { cause: error })
  }
  const publisher = new Publisher({ maps, publish: () => {}, onProblem })
  await publisher.setDatabases({ 4: file, 6: file })
  await publisher.setDocument(document)
  return {
    publisher,
    sources: () => ({
      published: publisher.current()!, // setDocument has published
      locate: address => database && { ...database.lookup(address), database: DATABASE },
      answer: (query, source) => answer(publisher, query, source),
    }),
  }
}

function answer(publisher: Publisher, query: Uint8Array, source: AddressBytes): Uint8Array {
  const responder = new Responder(publisher.current()!.snapshot, makeCounters())
  const peer = new Peer()
  peer.set(source)
  const message = new Uint8Array(query.length + 1232)
  message.set(query)
  return message.slice(0, responder.respond(message, 0, query.length, peer))
}

/** Until all maps are uniform by choice; the local maker needs a few turns of the event loop. */
export async function widened({ publisher }: TestWorld): Promise<void> {
  for (let turns = 0; !publisher.current()!.widened; turns++) {
    if (turns > 1000) throw new Error('the maps were never widened')
    await new Promise(resolve => setImmediate(resolve))
  }
}
