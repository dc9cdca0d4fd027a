// What a thread counts, in a shared array that only it writes and the control plane reads. 64-bit floats: aligned, so
// never torn, and exact up to 2^53.
import { REGION_SLOTS, ZONE_SLOTS } from '../snapshot/slots.js'
import { TRANSPORTS } from './peer.js'

export type Counters = Float64Array

/** Query types that are counted by name; all others together. */
export const COUNTED_TYPES = [1, 28, 2, 5, 6, 12, 15, 16, 33, 65, 43, 48, 255, 257] as const
export const COUNTED_RCODES = 24
export const RUNG_SLOTS = 16
const SCALAR_SLOTS = 16
/** By powers of two of µs; the last holds all that took a second or more. */
export const DURATION_SLOTS = 21

const TYPE_BUCKETS = COUNTED_TYPES.length + 1
const QUERY_BUCKETS = TRANSPORTS.length * TYPE_BUCKETS

/** Where each family of counters begins. */
export const COUNTER = {
  /** By transport × type. */
  queries: 0,
  /** By zone × rcode. */
  responses: QUERY_BUCKETS,
  regions: QUERY_BUCKETS + ZONE_SLOTS * COUNTED_RCODES,
  rungs: QUERY_BUCKETS + ZONE_SLOTS * COUNTED_RCODES + REGION_SLOTS,
  scalars: QUERY_BUCKETS + ZONE_SLOTS * COUNTED_RCODES + REGION_SLOTS + RUNG_SLOTS,
  /** No count: the version of the snapshot that the thread answers from. */
  version: QUERY_BUCKETS + ZONE_SLOTS * COUNTED_RCODES + REGION_SLOTS + RUNG_SLOTS + SCALAR_SLOTS,
  /** Queries of batches that were timed, by how long answering took. */
  durations: QUERY_BUCKETS + ZONE_SLOTS * COUNTED_RCODES + REGION_SLOTS + RUNG_SLOTS + SCALAR_SLOTS + 1,
} as const

/** Single numbers, counted from `COUNTER.scalars` on. */
export const SCALAR = {
  dropped: 0,
  truncated: 1,
  unlocated: 2,
  withSubnet: 3,
  /** Our own bugs: queries answered with SERVFAIL because the line threw. */
  faults: 4,
  socketErrors: 5,
  tcpConnections: 6,
  tcpRefused: 7,
  /** Answers that rate limiting held back, or would have in a dry run; those sent truncated, or with BADCOOKIE, are among them. */
  limited: 8,
  limitedTruncated: 9,
  /** Queries whose server cookie was good. */
  withCookie: 10,
  /** Connections that were closed before anything was said in private. */
  tlsFailed: 11,
  /** Packets and connections of a proxy that did not say whom it speaks for. */
  proxyRefused: 12,
  /** Answers given to the system together with others to the same socket. */
  together: 13,
  /** Messages of several answers that the system would not take. */
  togetherRefused: 14,
  /** Connections closed since more waited for their clients than for others, and too much for all of them. */
  tcpSlow: 15,
} as const
export type Scalar = keyof typeof SCALAR

const LENGTH = COUNTER.durations + DURATION_SLOTS

export const makeCounters = (): Counters => new Float64Array(new SharedArrayBuffer(LENGTH * 8))

const BUCKETS = new Uint8Array(65536).fill(TYPE_BUCKETS - 1)
COUNTED_TYPES.forEach((type, bucket) => {
  BUCKETS[type] = bucket
})

export function countQuery(counters: Counters, transport: number, type: number): void {
  counters[COUNTER.queries + transport * TYPE_BUCKETS + BUCKETS[type]!]!++
}

export function countResponse(counters: Counters, zoneSlot: number, rcode: number): void {
  counters[COUNTER.responses + zoneSlot * COUNTED_RCODES + rcode]!++
}

export function countRegion(counters: Counters, regionSlot: number): void {
  counters[COUNTER.regions + regionSlot]!++
}

export function countRung(counters: Counters, rung: number): void {
  counters[COUNTER.rungs + rung]!++
}

export function count(counters: Counters, scalar: number): void {
  counters[COUNTER.scalars + scalar]!++
}

/** So many queries took less than two to the power of the slot in µs, and not less than half of it. */
export function countDuration(counters: Counters, us: number, queries: number): void {
  const slot = Math.min(DURATION_SLOTS - 1, 32 - Math.clz32(us))
  counters[COUNTER.durations + slot]! += queries
}

/** Called before a snapshot is first answered from, and not for each query. */
export function noteVersion(counters: Counters, version: number): void {
  counters[COUNTER.version] = version
}

export const versionOf = (counters: Counters): number => counters[COUNTER.version]!

/** How many answers held each of these regions, and how many held any, in this thread. */
export function regionCounts(
  counters: Counters,
  slots: readonly number[],
): { readonly each: readonly number[]; readonly any: number } {
  let any = 0
  for (let at = COUNTER.regions; at < COUNTER.regions + REGION_SLOTS; at++) any += counters[at]!
  return { each: slots.map(slot => counters[COUNTER.regions + slot]!), any }
}

/** The numbers of all threads together, named. */
export interface Totals {
  /** A TRANSPORT; type number, or −1 for all others. */
  readonly queries: readonly { readonly transport: number; readonly type: number; readonly count: number }[]
  readonly responses: readonly { readonly zoneSlot: number; readonly rcode: number; readonly count: number }[]
  readonly regions: readonly { readonly regionSlot: number; readonly count: number }[]
  readonly rungs: readonly { readonly rung: number; readonly count: number }[]
  /** Of queries that were timed: each count took less than `belowUs`, and half of it at least. */
  readonly durations: readonly { readonly belowUs: number; readonly count: number }[]
  readonly scalars: Readonly<Record<Scalar, number>>
}

/** One of the single numbers, of all threads together. */
export const totalOf = (all: readonly Counters[], scalar: Scalar): number =>
  all.reduce((sum, counters) => sum + counters[COUNTER.scalars + SCALAR[scalar]]!, 0)

/** Adds up the counters of all threads; zeroes are left out, but for the scalars. */
export function total(all: readonly Counters[]): Totals {
  const sum = (at: number): number => {
    let value = 0
    for (const counters of all) value += counters[at]!
    return value
  }
  // Of tens of thousands of counters hardly any has counted something: nothing is made for the others.
  const nonZero = <Row>(length: number, at: number, row: (i: number, count: number) => Row): Row[] => {
    const rows: Row[] = []
    for (let i = 0; i < length; i++) {
      const count = sum(at + i)
      if (count > 0) rows.push(row(i, count))
    }
    return rows
  }
  return {
    queries: nonZero(QUERY_BUCKETS, COUNTER.queries, (i, count) => ({
      transport: Math.floor(i / TYPE_BUCKETS),
      type: COUNTED_TYPES[i % TYPE_BUCKETS] ?? -1,
      count,
    })),
    responses: nonZero(ZONE_SLOTS * COUNTED_RCODES, COUNTER.responses, (i, count) => ({
      zoneSlot: Math.floor(i / COUNTED_RCODES),
      rcode: i % COUNTED_RCODES,
      count,
    })),
    regions: nonZero(REGION_SLOTS, COUNTER.regions, (regionSlot, count) => ({ regionSlot, count })),
    rungs: nonZero(RUNG_SLOTS, COUNTER.rungs, (rung, count) => ({ rung, count })),
    durations: nonZero(DURATION_SLOTS, COUNTER.durations, (slot, count) => ({ belowUs: 2 ** slot, count })),
    scalars: Object.fromEntries(Object.entries(SCALAR).map(([name, i]) => [name, sum(COUNTER.scalars + i)])) as Record<
      Scalar,
      number
    >, // made of the keys of SCALAR
  }
}
