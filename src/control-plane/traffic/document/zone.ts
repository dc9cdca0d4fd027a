// Zones of the traffic document: their records, who may have them whole, and who may change them.
import type { Prefix } from '../../../dns/address.js'
import type { Name } from '../../../dns/name.js'
import type { RecordTable } from '../../../dns/record-table.js'
import type { Address } from './region.js'

export interface Zone {
  readonly origin: Name
  readonly soa: Soa
  /** Seconds. What a static record has unless it says otherwise. */
  readonly ttl: number
  /** The NS records at the apex. */
  readonly nameservers: readonly Name[]
  /** Static records, the apex SOA and NS not among them; no two are the same. */
  readonly records: readonly StaticRecord[]
  readonly steered: readonly SteeredRecord[]
  readonly aliases: readonly AliasRecord[]
  /**
   * The records of its zone file, SOA and NS of the apex included: these are `soa` and `nameservers` as well. Kept
   * apart from `records`, since there may be a million of them.
   */
  readonly file?: RecordTable
  /** Seconds. What the zone file says of the apex records that it has, or the document of the SOA; `ttl` where neither does. */
  readonly apexTtl?: { readonly soa?: number; readonly ns?: number }
  /** Resolvers whose EDNS Client Subnet option is believed. */
  readonly ecsTrust: readonly Prefix[]
  /** Where the serial of the SOA comes from: it is written in the document, in the zone file, or counted here. */
  readonly serialFrom: 'document' | 'file' | 'count'
  readonly transfer: Transfer
  /** Absent where the zone is not signed. */
  readonly dnssec?: DnssecSpec
  /** What keys may change by dynamic update (RFC 2136). */
  readonly update: readonly Grant[]
}

/** How a zone is signed. */
export interface DnssecSpec {
  /** By its number: that of a key that is made for the zone. */
  readonly algorithm: number
  /** Whether two keys are made, one for the keys and one for the rest. */
  readonly split: boolean
  /** Until all servers of the zone, and of its parent, have a change, seconds. */
  readonly propagation: number
  readonly denial: Denial
}

/** What proves that a name or a type does not exist: NSEC (RFC 4034), NSEC3 (RFC 5155), or NSEC made when it is asked for (RFC 9824). */
export type Denial = 'nsec' | 'nsec3' | 'compact'

/** Who gets whole zones, and who is told of changes. */
export interface Transfer {
  /** Each of them is enough. */
  readonly allow: readonly Permit[]
  readonly notify: readonly Secondary[]
}

export type Permit =
  | { readonly kind: 'network'; readonly prefix: Prefix }
  | { readonly kind: 'key'; readonly key: Name }

/** Who is told of changes. */
export interface Secondary {
  readonly host: string
  readonly port: number
  /** What the message is signed with. */
  readonly key?: Name
}

/** What a key may change: types at names. */
export interface Grant {
  readonly key: Name
  /** Whole names; a label `*` stands for any one label. */
  readonly names: readonly Name[]
  readonly types: readonly number[]
}

/** RFC 1035 §3.3.13; times in seconds. */
export interface Soa {
  readonly mname: Name
  readonly rname: Name
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  /** Also the TTL of negative answers (RFC 2308 §4). */
  readonly minimum: number
}

export interface StaticRecord {
  readonly owner: Name
  readonly type: number
  /** Seconds; equal for all records of one owner and type (RFC 2181 §5.2). */
  readonly ttl: number
  /** Wire form, names uncompressed. */
  readonly rdata: Uint8Array
  /** Of HTTPS and SVCB: its address hints, of which `rdata` has none, are what its target, a steered name, has for the client. */
  readonly hints?: 'steer'
}

/** A name that has the addresses of another one in our zones as if they were its own, steered or not. */
export interface AliasRecord {
  readonly owner: Name
  readonly target: Name
  /** Seconds. Static addresses are given for no longer than this. */
  readonly ttl: number
}

/**
 * A name whose A and AAAA records are those of the region that the policy chooses; where its regions have targets, it has a
 * CNAME to the target of the region. All of its regions are of one kind.
 */
export interface SteeredRecord {
  readonly owner: Name
  readonly policy: string
  /** Candidates, in the document's order. */
  readonly regions: readonly string[]
  /** Seconds. */
  readonly ttl: { readonly min: number; readonly max: number }
  /** Regions to use, in this order, when no candidate is up; they are no candidates themselves. */
  readonly fallback: readonly string[]
  readonly whenAllDown: WhenAllDown
  /** What it answers when all is down, where `whenAllDown` is `fixed`. */
  readonly fixed?: readonly Address[]
}

/** The last rung of the ladder: what a name answers when neither a candidate nor a fallback is up. */
export type WhenAllDown = (typeof WHEN_ALL_DOWN)[number]

export const WHEN_ALL_DOWN = ['serve-all', 'last-good', 'first-choice', 'fixed', 'nodata', 'servfail'] as const
