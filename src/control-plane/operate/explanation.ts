// What is asked of explain, what it looks at, and what it tells: plain values, fit for JSON.
import type { AddressBytes } from '../../dns/address.js'
import type { Rung } from '../../snapshot/choices.js'
import type { Place } from '../geo/place.js'
import type { Forced } from '../publish/forced.js'
import type { Published } from '../publish/publisher.js'

export interface ExplainQuestion {
  readonly name: string
  /** `A` where it is absent. */
  readonly type?: string
  /** The client's network as a resolver would send it: an address or a prefix. */
  readonly client?: string
  /** The address that the query comes from; 127.0.0.1 where it is absent. */
  readonly resolver?: string
}

export interface ExplainSources {
  readonly published: Published
  /** The place of an address in the database that steering uses, and the network that it was found in; undefined: no database. */
  readonly locate: (address: AddressBytes) => Found | undefined
  /** The real line over the published snapshot: the response to a query in wire form from a source address. */
  readonly answer: (query: Uint8Array, source: AddressBytes) => Uint8Array
}

export interface Found {
  readonly place: Place | undefined
  readonly prefix: number
  readonly database: string
}

export interface Explanation {
  readonly question: ToldQuestion
  /** With the final dot; null: the name is in none of our zones. */
  readonly zone: string | null
  readonly found: ToldName
  /** Null where the answer does not depend on the client. */
  readonly steered: { readonly policy: string; readonly steps: readonly string[] } | null
  /** What the policy did for this client, one entry a step; empty where the answer does not depend on the client. */
  readonly steps: readonly ToldStep[]
  readonly location: ToldLocation
  /** By rank; after them what the policy dropped; fallback regions last. */
  readonly regions: readonly ToldRegion[]
  readonly choice: ToldChoice | null
  readonly answer: ToldAnswer
  readonly snapshot: {
    readonly version: number
    /** Epoch ms. */
    readonly publishedAt: number
    /** False for the moment in which scopes are still finer than they could be. */
    readonly widened: boolean
  }
  /** Where these reasons and the real answer disagree. Empty, or else it is a bug of ours. */
  readonly checks: readonly string[]
}

/** As it was understood, defaults filled in. */
export interface ToldQuestion {
  readonly name: string
  readonly type: string
  readonly client: string | null
  readonly resolver: string
}

export type NameKind =
  | 'steered'
  | 'static'
  | 'nodata'
  | 'nxdomain'
  | 'delegation'
  /** A CNAME or DNAME leads out of our zones. */
  | 'alias'
  /** CNAMEs and DNAMEs lead on and on, or in a circle. */
  | 'endless'
  /** A DNAME would make a name of more than 255 bytes. */
  | 'too-long'
  | 'outside'

export interface ToldName {
  readonly kind: NameKind
  /** The name in the document that the answer comes from: after aliases, `*.example.com.` for a wildcard; null: none. */
  readonly at: string | null
  /** Names whose CNAMEs or DNAMEs were followed, in order. */
  readonly aliases: readonly string[]
}

export interface ToldStep {
  readonly step: string
  /** What it went by; a sentence without its full stop. */
  readonly why: string
  /** The regions as they came out of it, equals side by side, best first. */
  readonly order: readonly (readonly string[])[]
  /** So many of these tiers, the first ones, are inside the fence. */
  readonly inside: number
  readonly dropped: readonly string[]
}

export interface ToldLocation {
  /** What told where the client is; `none` where it plays no part. */
  readonly source: 'client-subnet' | 'resolver' | 'none'
  readonly address: string | null
  /** The network in which the database has the address. */
  readonly network: string | null
  readonly place: ToldPlace | null
  readonly database: string | null
  readonly notes: readonly string[]
}

export interface ToldPlace {
  readonly country: string | null
  readonly subdivision: string | null
  readonly city: string | null
  /** The number of its autonomous system. */
  readonly asn: number | null
  readonly latitude: number | null
  readonly longitude: number | null
}

export type RegionVerdict =
  | 'chosen'
  | 'passed-over'
  | 'down'
  /** By an override. */
  | 'forced-down'
  | 'disabled'
  /** Up, but drained, above its load, or in a group that is below its minimum. */
  | 'held-back'
  /** The policy does not send this client there. */
  | 'dropped'
  | 'not-needed'
  | 'no-address'

export interface ToldRegion {
  readonly region: string
  /** From 1 on; equals share one. Null: a fallback, or dropped, so that it is not ranked. */
  readonly rank: number | null
  readonly kilometres: number | null
  readonly weight: number
  readonly enabled: boolean
  /** Whether it counts as up: as an override says, else whether it has an address of the asked family that is up. */
  readonly up: boolean
  /** Why it is down. */
  readonly cause: string | null
  /** What it carries by what it reports, as policies go by it: 1 is its capacity. Null: it has not reported. */
  readonly load: number | null
  /** The override that holds for it; null: it is as its checks find it. */
  readonly override: ToldOverride | null
  readonly state: RegionVerdict
  /** A sentence without its full stop. */
  readonly why: string
}

export interface ToldOverride {
  readonly id: string
  readonly state: Forced['state']
  /** Percent of its clients that go elsewhere. */
  readonly drain: number
  readonly actor: string
  readonly reason: string
  /** Epoch ms; null: until somebody takes it away. */
  readonly until: number | null
}

export interface ToldChoice {
  readonly rung: Rung
  /** Seconds; null: the answer is an error, which has none. */
  readonly ttl: number | null
  readonly ttlReason: string
  readonly regions: readonly string[]
}

export interface ToldAnswer {
  readonly rcode: string
  readonly authoritative: boolean
  /** It did not fit; a resolver would ask again by TCP. */
  readonly truncated: boolean
  /** Of the asked family. */
  readonly addresses: readonly string[]
  /** Presentation form. */
  readonly records: readonly string[]
  /** The whole response as it is sent, in hex. */
  readonly wire: string
  /** The authority section: who else knows, or the SOA of a denial. */
  readonly authority: readonly string[]
  /** What EDNS said beside it (RFC 8914). */
  readonly errors: readonly string[]
  /** Seconds: of the records asked for; failing these, the least of those that a resolver keeps. */
  readonly ttl: number | null
  readonly ttlReason: string
  /** Null where the query had no client subnet. */
  readonly scope: number | null
  readonly scopeReason: string
}
