// A small world for tests: a real document, a real database file, the real publisher, the real line.
import dnsPacket from 'dns-packet'
import { endpoints } from '../src/control-plane/health/endpoints.js'
import type { AddressHealth, Health } from '../src/control-plane/health/health.js'
import { localMapMaker } from '../src/control-plane/publish/map-maker.js'
import { Publisher } from '../src/control-plane/publish/publisher.js'
import type { SigningSource } from '../src/control-plane/publish/signing.js'
import type { TrafficDocument } from '../src/control-plane/traffic/document.js'
import { readTraffic } from '../src/control-plane/traffic/parse.js'
import { formatProblem } from '../src/control-plane/traffic/problem.js'
import type { ReadText } from '../src/control-plane/traffic/watched-texts.js'
import { type Counters, makeCounters, type Totals, total } from '../src/data-plane/counters.js'
import { Peer, TRANSPORT } from '../src/data-plane/peer.js'
import { Responder } from '../src/data-plane/respond.js'
import { SampleRhythm } from '../src/data-plane/sample-rhythm.js'
import { makeSampleRing, type SampleRing } from '../src/data-plane/sample-ring.js'
import { Sampler } from '../src/data-plane/sampler.js'
import { parseAddress } from '../src/dns/address.js'
import { databaseFile, writeMmdb } from './control-plane/geo/mmdb-writer.js'

export interface PlacedNetwork {
  readonly prefix: string
  readonly latitude: number
  readonly longitude: number
  /** Upper case. */
  readonly country?: string
}

export interface Asked {
  readonly source?: string
  readonly tcp?: boolean
}

/** What dns-packet makes of a response. Its types leave out most of what it decodes. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of a decoded packet depends on the packet
export type Decoded = any

export class World {
  readonly publisher: Publisher
  readonly document: TrafficDocument
  readonly counters: Counters = makeCounters()
  /** Each query is written down here. */
  readonly samples: SampleRing = makeSampleRing(true)
  private readonly peer = new Peer()
  private responder: Responder | undefined

  private constructor(document: TrafficDocument, signing: SigningSource | undefined) {
    this.document = document
    this.publisher = new Publisher({
      maps: localMapMaker(),
      publish: snapshot => {
        const sampler = new Sampler(this.samples, new SampleRhythm(1, 1))
        this.responder ??= new Responder(snapshot, this.counters, undefined, {
          sampler,
          online: this.publisher.online,
        })
        this.responder.snapshot = snapshot
      },
      onProblem: (what, error) => {
        throw new Error(what, { cause: error })
      },
      ...(signing === undefined ? {} : { signing }),
    })
  }

  /** @param readText how to come by the latency tables that the document names */
  static make(
    yaml: string,
    networks: readonly PlacedNetwork[] = [],
    health: Health = new Map(),
    readText?: ReadText,
  ): Promise<World> {
    return World.of(readDocument(yaml, readText), networks, health)
  }

  static async of(
    document: TrafficDocument,
    networks: readonly PlacedNetwork[] = [],
    health: Health = new Map(),
    signing?: SigningSource,
  ): Promise<World> {
    const world = new World(document, signing)
    const file = (ipVersion: 4 | 6) => {
      const own = networks.filter(({ prefix }) => prefix.includes(':') === (ipVersion === 6))
      const entries = own.map(({ prefix, latitude, longitude, country }) => ({
        prefix,
        record: { latitude, longitude, city: 'x', ...(country === undefined ? {} : { country_code: country }) },
      }))
      return databaseFile(`v${ipVersion}.mmdb`, writeMmdb(entries, { ipVersion }))
    }
    world.publisher.setHealth(health)
    if (networks.length > 0) await world.publisher.setDatabases({ 4: file(4), 6: file(6) })
    await world.publisher.setDocument(world.document)
    return world
  }

  /** Resolves when all maps are as wide as the health of the moment allows. */
  async widened(): Promise<void> {
    while (this.publisher.current()?.widened !== true) await new Promise(resolve => setImmediate(resolve))
  }

  /** The bytes that the line answers with. */
  respond(query: Uint8Array, { source = '127.0.0.1', tcp = false }: Asked = {}): Uint8Array {
    this.peer.set(parseAddress(source)!)
    this.peer.transport = tcp ? TRANSPORT.tcp : TRANSPORT.udp
    const message = new Uint8Array(query.length + 65535)
    message.set(query)
    return message.slice(0, this.responder!.respond(message, 0, query.length, this.peer))
  }

  ask(
    name: string,
    type: string,
    { subnet, edns = true, ...asked }: Asked & { subnet?: string; edns?: boolean } = {},
  ): Decoded {
    return decode(this.respond(query(name, type, subnet, edns), asked))
  }

  totals(): Totals {
    return total([this.counters])
  }
}

export function readDocument(yaml: string, readText?: ReadText): TrafficDocument {
  const outcome = readTraffic(yaml, 'traffic.yaml', { serial: 1, readText })
  if ('problems' in outcome) throw new Error(outcome.problems.map(formatProblem).join('\n'))
  return outcome.document
}

/** A query as dig would send it; without EDNS if told so. */
export function query(name: string, type: string, subnet?: string, edns = true): Uint8Array {
  const [ip, bits] = subnet?.split('/') ?? []
  const options =
    ip === undefined
      ? []
      : [{ code: 'CLIENT_SUBNET', family: ip.includes(':') ? 2 : 1, sourcePrefixLength: Number(bits), ip }]
  const packet: Decoded = {
    id: 4711,
    type: 'query',
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type, name }],
    additionals: edns ? [{ type: 'OPT', name: '.', udpPayloadSize: 4096, flags: 0, options }] : [],
  }
  return dnsPacket.encode(packet)
}

export const decode = (bytes: Uint8Array): Decoded => dnsPacket.decode(Buffer.from(bytes))

/** The client subnet of a response: source/scope. */
export function subnetOf({ additionals }: Decoded): { source: number; scope: number; ip: string } | undefined {
  const opt = additionals.find(({ type }: Decoded) => type === 'OPT')
  const option = opt?.options.find(({ type }: Decoded) => type === 'CLIENT_SUBNET')
  return option && { source: option.sourcePrefixLength, scope: option.scopePrefixLength, ip: option.ip }
}

/** Health in which the regions named are down and all others up; `changeInMs` for all. */
export function healthOf(document: TrafficDocument, down: readonly string[], changeInMs = Infinity): Health {
  return new Map(
    [...document.regions.values()].map(region => [
      region.id,
      endpoints(region).map(
        ({ text }): AddressHealth => ({
          address: text,
          up: !down.includes(region.id),
          since: 0,
          changeInMs,
          checks: [],
        }),
      ),
    ]),
  )
}
