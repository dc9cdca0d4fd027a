// Latency that is learned from what others measured: moving averages by client network and region, in bounded memory.
import { type AddressBytes, formatPrefix, parseAddress, parsePrefix, truncate } from '../../dns/address.js'
import type { ClientKey } from './client-key.js'
import { nextRow, staysPlainly } from './latency-incumbent.js'
import type { LatencyRow, LearnedSpec } from './latency-table.js'

/** What somebody measured. */
export interface LatencySample {
  /** An address, or a network no larger than the bucket that it falls into. */
  readonly client: string
  readonly region: string
  /** The mean, where it is of several. */
  readonly rttMs: number
  /** Of how many measurements. */
  readonly samples: number
}

/** Networks are told apart this finely; what is routed is hardly ever smaller. */
const BUCKET_BITS = { 4: 24, 6: 48 } as const

/** The network by which a client is remembered; undefined where the text is no client, or one of too many networks. */
export function bucketOf(client: string): ClientKey | undefined {
  const whole = client.includes('/') ? parsePrefix(client) : withLength(parseAddress(client))
  if (whole === undefined) return undefined
  const { bytes, length } = unmapped(whole)
  const bits = BUCKET_BITS[bytes.length === 4 ? 4 : 6]
  return length < bits ? undefined : formatPrefix({ bytes: truncate(bytes, bits), length: bits })
}

const withLength = (bytes: AddressBytes | undefined) => bytes && { bytes, length: bytes.length * 8 }

/** A v4 address mapped into v6 (RFC 4291 §2.5.5.2) is the v4 address that it stands for, as it is to the line. */
function unmapped({ bytes, length }: { readonly bytes: AddressBytes; readonly length: number }) {
  const mapped = bytes.length === 16 && length >= 96 && bytes[10] === 255 && bytes[11] === 255
  return mapped && bytes.subarray(0, 10).every(byte => byte === 0)
    ? { bytes: bytes.slice(12), length: length - 96 }
    : { bytes, length }
}

/** An average forgets: a new sample counts at least this much of it. */
const NEWEST = 0.02
/** Longer times are those of a client that was asleep, ms. */
export const LONGEST_MS = 10_000
/** More samples than this say nothing more, and are remembered as so many. */
const MOST_SAMPLES = 1_000_000

/** Numbers of one region in the list of a network: region, average in ms, samples, time of the last one in s since 1970. */
const WORDS = 4

export class LearnedLatency {
  /** Flat lists, since a million small objects take five times the room. The one not heard of for longest comes first. */
  private readonly networks = new Map<ClientKey, number[]>()
  private readonly regions: string[] = []
  private readonly numbers = new Map<string, number>()
  /** Of the network that is being looked at: regions, and ms. Lists that are used again, since most rows stay as they are. */
  private readonly known = { ids: [] as string[], times: [] as number[] }
  private published: ReadonlyMap<ClientKey, LatencyRow> = new Map()
  private spec: LearnedSpec
  private heard = 0
  private evicted = 0

  constructor(spec: LearnedSpec) {
    this.spec = spec
  }

  configure(spec: LearnedSpec): void {
    this.spec = spec
    this.evict()
  }

  get refreshMs(): number {
    return this.spec.refreshMs
  }

  /** @param network what `bucketOf` made of the client  @param now epoch ms */
  add(network: ClientKey, { region, rttMs, samples }: Omit<LatencySample, 'client'>, now: number): void {
    const number = this.numberOf(region)
    const cells = this.networks.get(network) ?? []
    this.networks.delete(network)
    this.networks.set(network, cells)
    this.heard += samples
    const seconds = Math.floor(now / 1000)
    const at = placeOf(cells, number)
    if (at < 0) cells.push(number, rttMs, Math.min(samples, MOST_SAMPLES), seconds)
    else {
      const had = cells[at + 2]!
      const share = Math.max(samples / (had + samples), 1 - (1 - NEWEST) ** samples)
      cells[at + 1]! += share * (rttMs - cells[at + 1]!)
      cells[at + 2] = Math.min(had + samples, MOST_SAMPLES)
      cells[at + 3] = seconds
    }
    this.evict()
  }

  /**
   * The rows to be in force from now on: what enough samples say, as far as it differs clearly from what is in force. The
   * very rows of before where nothing does. @param now epoch ms
   */
  refresh(now: number): ReadonlyMap<ClientKey, LatencyRow> {
    this.expire(now)
    const { ids, times } = this.known
    const next = new Map<ClientKey, LatencyRow>()
    let changed = false
    for (const [network, cells] of this.networks) {
      this.lookAt(cells)
      if (ids.length === 0) continue
      const before = this.published.get(network)
      const row = before !== undefined && staysPlainly(before, ids, times) ? before : nextRow(before, rowOf(ids, times))
      changed ||= row !== before
      next.set(network, row)
    }
    if (changed || next.size !== this.published.size) this.published = next
    return this.published
  }

  /** The rows of the last refresh. */
  inForce(): ReadonlyMap<ClientKey, LatencyRow> {
    return this.published
  }

  /** What is known of a network, whether or not it is in force. */
  about(network: ClientKey): readonly (Omit<LatencySample, 'client'> & { readonly at: number })[] {
    const cells = this.networks.get(network) ?? []
    return Array.from({ length: cells.length / WORDS }, (_, i) => ({
      region: this.regions[cells[i * WORDS]!]!, // numbers that were given out
      rttMs: Math.round(cells[i * WORDS + 1]! * 10) / 10,
      samples: cells[i * WORDS + 2]!,
      at: cells[i * WORDS + 3]! * 1000,
    }))
  }

  counts(): { readonly networks: number; readonly samples: number; readonly evicted: number } {
    return { networks: this.networks.size, samples: this.heard, evicted: this.evicted }
  }

  /** Lines of text, one a network, from which `restore` makes the same again. The rows in force are among them. */
  *saved(): Generator<string> {
    yield JSON.stringify(this.regions)
    for (const [network, cells] of this.networks) {
      const row = this.published.get(network)
      yield JSON.stringify([network, cells.map(thousandths), row === undefined ? 0 : Object.fromEntries(row)])
    }
  }

  /** @throws where the lines are none of `saved` */
  restore(lines: readonly string[]): void {
    const [head = '[]', ...rest] = lines
    for (const region of listOf(JSON.parse(head))) this.numberOf(String(region))
    const published = new Map<ClientKey, LatencyRow>()
    for (const line of rest) {
      const [network, cells, row] = listOf(JSON.parse(line))
      const numbers = listOf(cells).map(Number)
      const sound = numbers.length % WORDS === 0 && numbers.every(Number.isFinite)
      if (typeof network !== 'string' || bucketOf(network) !== network || !sound)
        throw new Error('no line of latencies')
      if (!numbers.every((value, i) => i % WORDS !== 0 || this.regions[value] !== undefined))
        throw new Error('no such region')
      this.networks.set(network, numbers)
      if (row !== 0) published.set(network, new Map(Object.entries(row as object).map(([id, ms]) => [id, Number(ms)]))) // as it was written
    }
    this.published = published
    this.evict()
  }

  private numberOf(region: string): number {
    const known = this.numbers.get(region)
    if (known !== undefined) return known
    const number = this.regions.push(region) - 1
    this.numbers.set(region, number)
    return number
  }

  /** What is known of a network, as far as enough samples say it, into `known`. */
  private lookAt(cells: readonly number[]): void {
    const { ids, times } = this.known
    let found = 0
    for (let at = 0; at < cells.length; at += WORDS)
      if (cells[at + 2]! >= this.spec.minimumSamples) {
        ids[found] = this.regions[cells[at]!]!
        times[found++] = Math.round(cells[at + 1]! * 10) / 10
      }
    ids.length = times.length = found
  }

  private evict(): void {
    while (this.networks.size > this.spec.networks) {
      const oldest = this.networks.keys().next().value
      if (oldest === undefined) return
      this.networks.delete(oldest)
      this.evicted++
    }
  }

  private expire(now: number): void {
    const oldest = (now - this.spec.expireMs) / 1000
    for (const [network, cells] of this.networks) {
      if (!isAnyOlder(cells, oldest)) continue
      const kept = cells.filter((_, i) => cells[i - (i % WORDS) + 3]! >= oldest)
      if (kept.length === 0) this.networks.delete(network)
      else this.networks.set(network, kept)
    }
  }
}

function rowOf(ids: readonly string[], times: readonly number[]): LatencyRow {
  const row = new Map<string, number>()
  for (let i = 0; i < ids.length; i++) row.set(ids[i]!, times[i]!)
  return row
}

function placeOf(cells: readonly number[], region: number): number {
  for (let at = 0; at < cells.length; at += WORDS) if (cells[at] === region) return at
  return -1
}

function isAnyOlder(cells: readonly number[], oldest: number): boolean {
  for (let at = 3; at < cells.length; at += WORDS) if (cells[at]! < oldest) return true
  return false
}

const thousandths = (value: number): number => Math.round(value * 1000) / 1000

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('no list')
  return value
}
