// Response rate limiting: how much one client, and the networks around it, may ask for by UDP, where a source address
// can be forged and the answer be meant for a victim. A leaky bucket for each of several prefix lengths, after the
// lengths and multiples of Knot DNS's mod-rrl; all threads pour into the same buckets.
import type { Prefix } from '../dns/address.js'
import { mix } from '../snapshot/draw.js'
import { isFrom, type Peer } from './peer.js'

export interface LimitOptions {
  /** Answers a second to one address, in the long run. */
  readonly perSecond: number
  /** Answers beyond that which it may get at once. */
  readonly burst: number
  /** Of the answers that are held back each nth is sent truncated, so that an honest client comes by TCP; 0: none. */
  readonly slip: number
  /** Counts, and holds nothing back. */
  readonly dryRun: boolean
  /** Never limited. */
  readonly exempt: readonly Prefix[]
}

/** What a query is to get. */
export const LIMIT = { pass: 0, truncate: 1, drop: 2 } as const

/** Prefix lengths from short to long, each with how many times one address's share a network of that length may have. */
const LENGTHS = {
  4: Int32Array.of(18, 768, 20, 256, 24, 32, 32, 1),
  6: Int32Array.of(32, 64, 48, 4, 56, 3, 64, 2, 128, 1),
} as const

/** Buckets come in sets of four, of which a prefix may use any: 2^14 sets, 768 KiB in all. */
const WAYS = 4
const SETS = 1 << 14

/** The buckets, shared by all threads; a count that two of them add to at once may be lost, which only lets one more pass. */
export interface LimitTable {
  readonly tags: Int32Array
  readonly levels: Float32Array
  /** When the level was last brought up to date, ms. */
  readonly times: Int32Array
  /** The last network that was held back: family, four words of address; for the log. */
  readonly last: Int32Array
  /** Nobody outside knows which networks share a bucket. */
  readonly secret: number
}

export function makeLimitTable(secret: number): LimitTable {
  const size = SETS * WAYS * 4
  return {
    tags: new Int32Array(new SharedArrayBuffer(size)),
    levels: new Float32Array(new SharedArrayBuffer(size)),
    times: new Int32Array(new SharedArrayBuffer(size)),
    last: new Int32Array(new SharedArrayBuffer(20)),
    secret,
  }
}

/** Clock values wrap at 2^30 ms, twelve days: a bucket that seems to be filled in the future has long been drained. */
const WRAP = 2 ** 30

export class Limiter {
  readonly dryRun: boolean
  private readonly options: LimitOptions
  private readonly table: LimitTable
  private now = 0
  private held = 0
  private readonly found = new Int32Array(5)

  constructor(options: LimitOptions, table: LimitTable) {
    this.options = options
    this.dryRun = options.dryRun
    this.table = table
  }

  /** To be called once a batch, with the time in ms; all threads must take it from the same clock. */
  setTime(ms: number): void {
    this.now = ms % WRAP
  }

  /** Counts a query from `peer`. @returns a LIMIT, which a dry run only counts */
  check(peer: Peer): number {
    if (!this.pour(peer) || this.isExempt(peer)) return LIMIT.pass
    this.remember(peer)
    const { slip } = this.options
    if (slip === 0) return LIMIT.drop
    this.held = (this.held + 1) % slip
    return this.held === 0 ? LIMIT.truncate : LIMIT.drop
  }

  /**
   * Adds one to the bucket of each prefix, unless one of them is full: what is held back costs the neighbours nothing.
   * @returns whether one is full
   */
  private pour({ family, address }: Peer): boolean {
    const { perSecond, burst } = this.options
    const lengths = LENGTHS[family]
    const { found } = this
    let hash = this.table.secret
    let at = 0
    for (let i = 0; i < lengths.length; i += 2) {
      const bits = lengths[i]!
      const times = lengths[i + 1]!
      for (; at * 8 + 8 <= bits; at++) hash = Math.imul(hash ^ address[at]!, 0x01000193)
      const rest = at * 8 === bits ? 0 : address[at]! & (0xff00 >> (bits - at * 8)) & 0xff
      const bucket = this.bucketOf(mix(hash ^ rest ^ (bits << 8)), perSecond * times)
      if (this.table.levels[bucket]! + 1 > burst * times) return true
      found[i >> 1] = bucket
    }
    for (let i = 0; i < lengths.length; i += 2) this.table.levels[found[i >> 1]!]!++
    return false
  }

  /** The bucket of a prefix, drained up to now; where it has none yet, the emptiest of its set becomes it. */
  private bucketOf(tag: number, perSecond: number): number {
    const { tags, levels, times } = this.table
    const { now } = this
    const first = (tag & (SETS - 1)) * WAYS
    let emptiest = first
    let lowest = Infinity
    for (let i = first; i < first + WAYS; i++) {
      const elapsed = now - times[i]!
      const level = elapsed < 0 ? 0 : Math.max(0, levels[i]! - (elapsed * perSecond) / 1000)
      if (tags[i] === tag) {
        levels[i] = level
        times[i] = now
        return i
      }
      if (level < lowest) {
        lowest = level
        emptiest = i
      }
    }
    tags[emptiest] = tag
    levels[emptiest] = 0
    times[emptiest] = now
    return emptiest
  }

  private isExempt(peer: Peer): boolean {
    const { exempt } = this.options
    for (let i = 0; i < exempt.length; i++) if (isFrom(exempt[i]!, peer)) return true
    return false
  }

  private remember({ family, address }: Peer): void {
    const { last } = this.table
    last[0] = family
    for (let i = 0; i < 4; i++) {
      last[i + 1] =
        (address[i * 4]! << 24) | (address[i * 4 + 1]! << 16) | (address[i * 4 + 2]! << 8) | address[i * 4 + 3]!
    }
  }
}
