// The loop of a thread that serves UDP, with the system's own sockets at both ends: what it takes, answers and sends.
import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { makeCounters, total } from '../../src/data-plane/counters.js'
import { SnapshotFeed } from '../../src/data-plane/feed.js'
import { type Libc, loadLibc } from '../../src/data-plane/libc.js'
import { Limiter, makeLimitTable } from '../../src/data-plane/limit.js'
import { Responder } from '../../src/data-plane/respond.js'
import { AT, BATCH, HEADER_WORDS, NAME, SLOT, WORD } from '../../src/data-plane/udp-arena.js'
import { BatchServer } from '../../src/data-plane/udp-batch.js'
import { parsePrefix } from '../../src/dns/address.js'
import { announceVersion, makeVersionWord } from '../../src/snapshot/version.js'
import { query, World } from '../world.js'
import { garbageOf } from './garbage.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1, "2001:db8::1"] }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.4] }
zones:
  example.com:
    nameservers: [ns1.example.net]
    records: { api: { steer: nearest }, www: { type: CNAME, data: api }, "@": { type: MX, data: "10 api" } }
`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
]
const QUERIES = [
  query('api.example.com', 'A', '133.11.2.0/24'),
  query('www.example.com', 'A', '128.143.2.0/24'),
  query('example.com', 'MX'),
  query('nowhere.example.com', 'A'),
]
const LIMITS = { perSecond: 1, burst: 10_000, slip: 2, dryRun: false, exempt: [parsePrefix('198.51.101.1/32')!] }
/** The first address asks more than it may, the second is never limited; the others are many, and none of them asks much. */
const ADDRESSES = [
  [198, 51, 100, 1],
  [198, 51, 101, 1],
  ...Array.from({ length: 1000 }, (_, i) => [203, i & 127, i >> 7, 1]),
].map(address => Uint8Array.of(2, 0, 207, 8, ...address))
const MILLION = 1_000_000
/** A busy machine takes longer, and what is looked for is no time. */
const PATIENCE_MS = 180_000

/** In place of the system: hands out the same queries again and again, and counts what is sent. */
class Fed {
  taken = 0
  sent = 0
  readonly stop = new Int32Array(1)
  readonly libc: Libc = {
    ...loadLibc(),
    addressOf: memory => {
      this.bytes = memory
      this.words = new Int32Array(memory.buffer)
      return 0
    },
    recvmmsg: () => this.hand(),
    sendmmsg: (_fd, _messages, count) => {
      this.sent += count
      return count
    },
    sleep: () => 0,
  }
  private bytes: Uint8Array = new Uint8Array(0)
  private words: Int32Array = new Int32Array(0)
  private turns = 0
  private until = 0

  /** From here on until so many have been taken in all. */
  goOn(until: number): void {
    this.until = until
    this.stop[0] = 0
  }

  /** Now and then one comes by itself, otherwise as many as fit. */
  private hand(): number {
    const count = this.turns++ % 20 === 0 ? 1 : BATCH
    for (let i = 0; i < count; i++) this.lay(i, this.taken + i)
    this.taken += count
    if (this.taken >= this.until) this.stop[0] = 1
    return count
  }

  /** Puts a query where the system would put packet i. */
  private lay(i: number, number: number): void {
    const { bytes, words } = this
    const query = QUERIES[number % QUERIES.length]!
    // Half of them from the first two, several one after the other, so that some of their answers go together.
    const address = ADDRESSES[number & 8 ? 2 + (number % 1000) : (number >> 4) & 1]!
    for (let k = 0; k < query.length; k++) bytes[i * SLOT + k] = query[k]!
    words[AT.receiveHeaders / 4 + i * HEADER_WORDS + WORD.length] = query.length
    for (let k = 0; k < address.length; k++) bytes[AT.names + i * NAME + k] = address[k]!
  }
}

test(
  'a thread that takes a million queries, answers them and holds some back leaves nothing for the garbage collector',
  async () => {
    const world = await World.make(DOCUMENT, NETWORKS)
    await world.widened()
    const { snapshot } = world.publisher.current()!
    const [counters, word] = [makeCounters(), makeVersionWord()]
    announceVersion(word, snapshot.version)
    const { port1, port2 } = new MessageChannel()
    try {
      const limiter = new Limiter(LIMITS, makeLimitTable(1))
      const responder = new Responder(snapshot, counters, limiter)
      const feed = new SnapshotFeed(port2, word, counters)
      const fed = new Fed()
      const socket = { fd: -1, family: 4, wildcard: false, bound: { address: '', port: 0 }, receiveBuffer: 0 } as const
      const server = new BatchServer(socket, { responder, feed, counters }, fed.libc)
      fed.goOn(150_000)
      server.serve(fed.stop)
      const before = total([counters]).scalars

      const { collections, grown } = await garbageOf(() => {
        fed.goOn(fed.taken + MILLION)
        server.serve(fed.stop)
      })
      const { limited, limitedTruncated, together, socketErrors } = total([counters]).scalars

      expect(collections).toBe(0)
      // A single object a query would be tens of millions of bytes.
      expect(grown).toBeLessThan(MILLION)
      // All of it was done: a quarter of the queries was held back, and half of those got an answer of next to nothing.
      const held = limited - before.limited
      expect(held / MILLION).toBeCloseTo(1 / 4, 2)
      expect((limitedTruncated - before.limitedTruncated) / held).toBeCloseTo(1 / 2, 2)
      expect(together - before.together).toBeGreaterThan(MILLION / 10)
      expect(fed.sent).toBeGreaterThan(MILLION / 4)
      expect(socketErrors).toBe(0)
    } finally {
      port1.close()
    }
  },
  PATIENCE_MS,
)
