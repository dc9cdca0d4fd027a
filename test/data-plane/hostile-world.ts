// The line as hostile packets meet it: zones with something of everything, one buffer, and a look at what must not change.
import { COUNTER, makeCounters, SCALAR } from '../../src/data-plane/counters.js'
import { UDP_SIZE } from '../../src/data-plane/opt.js'
import { Peer, TRANSPORT } from '../../src/data-plane/peer.js'
import { Responder, TCP_SIZE } from '../../src/data-plane/respond.js'
import { decodeMessage } from '../../src/dns/message.js'
import { World } from '../world.js'

const text = (length: number): string => `"${'x'.repeat(length)}"`

const DOCUMENT = `
regions:
  east: { location: [38, -78], addresses: [192.0.2.1, "2001:db8::1"] }
  west: { location: [37, -122], addresses: [192.0.2.2] }
zones:
  example.com:
    nameservers: [ns1.example.com, ns.example.net]
    records:
      "@": [ { type: MX, data: 10 mail.example.com. }, { type: TXT, data: v=spf1 -all }, { type: A, data: 192.0.2.9 } ]
      ns1: { type: A, data: 192.0.2.53 }
      mail: [ { type: A, data: 192.0.2.25 }, { type: AAAA, data: "2001:db8::25" } ]
      api: { steer: nearest }
      hinted: { type: HTTPS, data: 1 api alpn=h2, hints: steer }
      "*.wild": { type: A, data: 192.0.2.4 }
      "*.steered": { steer: nearest }
      a.b.c: { type: TXT, data: deep }
      www: { type: CNAME, data: api.example.com. }
      chain: { type: CNAME, data: www.example.com. }
      loop: { type: CNAME, data: loop.example.com. }
      out: { type: CNAME, data: www.example.org. }
      "*.alias": { type: CNAME, data: chain.example.com. }
      child: [ { type: NS, data: ns.child.example.com. }, { type: NS, data: ns.example.net. } ]
      ns.child: { type: A, data: 192.0.2.5 }
      near-limit: { type: TXT, data: '${text(240)} ${text(200)}' }
      long: { type: TXT, data: '${text(250)} ${text(250)} ${text(250)} ${text(250)} ${text(150)}' }
      longer: { type: TXT, data: '${Array.from({ length: 60 }, () => text(250)).join(' ')}' }
  sub.example.com:
    nameservers: [ns.example.net]
    records: { host: { type: A, data: 192.0.2.6 } }
`

/** Without the final dot; the empty one is the root. */
export const NAMES: readonly string[] = [
  ...['', 'com', 'example.com', 'example.org', 'nowhere.example.com', 'mail.example.com', 'api.example.com'],
  ...['x.wild.example.com', 'y.steered.example.com', 'a.b.c.example.com', 'b.c.example.com', 'www.example.com'],
  ...['chain.example.com', 'loop.example.com', 'out.example.com', 'q.alias.example.com', 'child.example.com'],
  ...['x.child.example.com', 'near-limit.example.com', 'long.example.com', 'longer.example.com', 'sub.example.com'],
  ...['hinted.example.com', 'host.sub.example.com', 'nowhere.sub.example.com'],
]

/** Where the query lies in the buffer: what is before it is nobody's business. */
const AT = 100
const CANARY = 0xa5

export class HostileWorld {
  private readonly responder: Responder
  private readonly counters = makeCounters()
  private readonly peer = new Peer()
  private readonly buffer = new Uint8Array(AT + 2 * 65536)
  private readonly close: () => unknown

  private constructor(world: World) {
    this.responder = new Responder(world.publisher.current()!.snapshot, this.counters)
    this.peer.set(Uint8Array.from([192, 0, 2, 77]))
    this.close = () => world.publisher.close()
  }

  static async make(): Promise<HostileWorld> {
    return new HostileWorld(await World.make(DOCUMENT, [{ prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 }]))
  }

  /** The reply, which is empty where there is none. @throws Error where bytes before the query were touched */
  respond(query: Uint8Array, transport: 'udp' | 'tcp'): Uint8Array {
    const { buffer, peer } = this
    peer.transport = TRANSPORT[transport]
    buffer.fill(CANARY, 0, AT)
    buffer.set(query, AT)
    const length = this.responder.respond(buffer, AT, query.length, peer)
    for (let i = 0; i < AT; i++)
      if (buffer[i] !== CANARY) throw new Error(`byte ${i - AT} before the query was written`)
    return buffer.slice(AT, AT + length)
  }

  /** Queries that made the line throw. */
  faults(): number {
    return this.counters[COUNTER.scalars + SCALAR.faults]!
  }

  stop(): unknown {
    return this.close()
  }
}

export const LIMITS = { udp: UDP_SIZE, tcp: TCP_SIZE } as const

// A script of plain JavaScript: its types are what is written here.
const folder = new URL('../../scripts/proofs/fuzz/', import.meta.url)

export interface Random {
  below(end: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  bytes(length: number): Buffer
}

const load = <T>(file: string): Promise<T> => import(String(new URL(file, folder))) as Promise<T>

export const { seeded } = await load<{ seeded(seed: number): Random }>('random.mjs')
export const { hostilePacket } = await load<{
  hostilePacket(random: Random, names: readonly string[], id: number): Buffer
}>('mutate.mjs')
const { faultOf } = await load<{
  faultOf(query: Uint8Array, reply: Uint8Array, limit: number): string | undefined
}>('sound.mjs')

/** What is wrong with a reply, by a parser of the tests' own and by ours; undefined where nothing is. */
export function wrongWith(query: Uint8Array, reply: Uint8Array, transport: 'udp' | 'tcp'): string | undefined {
  if (reply.length === 0) return undefined
  const fault = faultOf(query, reply, LIMITS[transport])
  if (fault !== undefined) return fault
  try {
    decodeMessage(reply)
    return undefined
  } catch (error) {
    return String(error)
  }
}
