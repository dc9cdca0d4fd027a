// The traffic document as the control plane works with it: parsed, checked, defaults filled in, references sound.
// The form that people write is in schema.ts; parse.ts is the only way from that one to this one.
import type { AddressBytes, Family, Prefix } from '../../dns/address.js'
import type { Name } from '../../dns/name.js'
import type { RecordTable } from '../../dns/record-table.js'
import type { ClientKey } from '../geo/client-key.js'
import type { LatencyTables } from '../geo/latency-table.js'

/** Everything that is served, and to whom. Maps keep the order of the file. */
export interface TrafficDocument {
  readonly checks: ReadonlyMap<string, CheckSpec>
  readonly regions: ReadonlyMap<string, Region>
  readonly policies: ReadonlyMap<string, PolicySpec>
  readonly latency: LatencyTables
  /** By `formatName(origin)` in lower case, so with the final dot. */
  readonly zones: ReadonlyMap<string, Zone>
  /** What must hold whenever somebody moves traffic, by id; nothing where absent. */
  readonly safety?: ReadonlyMap<string, SafetyRule>
}

/** Degrees; north and east are positive. */
export interface Location {
  readonly latitude: number
  readonly longitude: number
}

export interface Address {
  readonly text: string
  readonly bytes: AddressBytes
  readonly family: Family
}

/** A host name; `text` is its form with the final dot. */
export interface Target {
  readonly text: string
  readonly name: Name
}

/** One deployment behind its own load balancer. */
export interface Region {
  readonly id: string
  readonly description?: string
  readonly location?: Location
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string
  /** Words that policies may choose it by; none where absent. */
  readonly tags?: readonly string[]
  /** Its place in the order of failover, lowest first; 1 where absent. */
  readonly tier?: number
  /** None where it has a target. */
  readonly addresses: readonly Address[]
  /** The host name of its load balancer, which clients get as a CNAME. */
  readonly target?: Target
  /** Ids of checks; none means that the region is always taken to be up. */
  readonly checks: readonly string[]
  /** How many of its checks an address needs; all unless told. */
  readonly needs?: 'all' | 'any' | number
  /** Ids of checks with an address of their own: while one of them is down, so is the region. */
  readonly dependsOn?: readonly string[]
  /** The share of its addresses of a family, 0 to 1, that must be up for the region to be; any one unless told. */
  readonly minimumUp?: number
  readonly failback?: FailbackSpec
  /** Share among equals; 0 and more, 100 unless told. */
  readonly weight: number
  /** Requests a second, or any unit that the operator uses throughout. */
  readonly capacity?: number
  /** False: an operator has taken it out; it gets no clients, whatever its health. */
  readonly enabled: boolean
}

/** How a region gets its clients back after it was down. */
export interface FailbackSpec {
  /** Manual: not before somebody says so. */
  readonly mode: 'automatic' | 'manual'
  /** How long it must have been up again first, ms. */
  readonly delayMs: number
  /** Over how long it then gets them back, ms; 0 is all at once. */
  readonly rampMs: number
}

export type CheckSpec = ProbedCheckSpec | CalculatedCheckSpec

/** What is asked, or told, of each address by itself. */
export type ProbedCheckSpec =
  | HttpCheckSpec
  | TcpCheckSpec
  | TlsCheckSpec
  | GrpcCheckSpec
  | DnsCheckSpec
  | IcmpCheckSpec
  | MetricCheckSpec
  | ExecCheckSpec
  | PushCheckSpec
  | PassiveCheckSpec

/** What every check has that is probed: when it is run, and how its results are judged. */
interface CheckTiming {
  readonly id: string
  /** 0 where the check opens no connection. */
  readonly port: number
  /** A literal address that is probed instead of those of the regions. */
  readonly address?: string
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Within which the connection must be open, TLS included; as long as `timeoutMs` allows unless told. */
  readonly connectTimeoutMs?: number
  /** Within which the TLS handshake must be over, from the open connection on; as long as the others allow unless told. */
  readonly tlsTimeoutMs?: number
  /** From one probe to the next while a failure is being confirmed, ms; a fifth of the interval unless told. */
  readonly confirmMs?: number
  /** Failures in a row that take an address out. */
  readonly fall: number
  /** Passes in a row that bring it back. */
  readonly rise: number
  /** Passes in a row after which earlier failures are forgotten; 1 unless told. */
  readonly steady?: number
  readonly damping?: DampingSpec
  readonly latency?: LatencySpec
  /** True: it is probed and shown, and decides nothing. */
  readonly observe?: boolean
  /** True: it passes where the probe fails. */
  readonly inverted?: boolean
  /** False: it is not probed, and regions are judged as if they did not name it. */
  readonly enabled?: boolean
}

export interface DampingSpec {
  /** In which a penalty becomes half of what it was, ms. */
  readonly halfLifeMs: number
  /** Going down adds 1; at this much a target is held down. More than `reuse`. */
  readonly suppress: number
  /** Below this much it is let go. */
  readonly reuse: number
  /** It is held no longer than this after it last went down, ms. */
  readonly holdMs: number
}

export interface LatencySpec {
  /** The most that the 95th percentile may be, ms. */
  readonly limitMs: number
  /** How many probes it is taken over; fewer are not judged. */
  readonly window: number
}

/** Where TLS is spoken. */
export interface TlsSpec {
  /** The name that is asked for (SNI), and that the certificate must have; the host, or the address, unless told. */
  readonly serverName?: string
  /** Refuse a certificate that does not verify. */
  readonly verify: boolean
  /** Fail where the certificate ends in fewer days than this. */
  readonly minimumDays?: number
  /** Warn where it ends in fewer days than this. */
  readonly warningDays?: number
  /** What the client shows of itself: paths of PEM files on the node. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string }
}

export interface HttpCheckSpec extends CheckTiming, TlsSpec {
  readonly type: 'http' | 'https'
  readonly method: 'GET' | 'HEAD'
  readonly path: string
  /** The Host header and, with https, the name that the certificate is checked against; the address itself unless told. */
  readonly host?: string
  /** Sent besides Host and User-Agent. */
  readonly headers?: Readonly<Record<string, string>>
  /** Inclusive ranges of status codes that pass. */
  readonly expect: readonly (readonly [number, number])[]
  readonly body?: BodySpec
  /** https only: speak HTTP/2. */
  readonly http2?: boolean
  /** Ask on the connection of the probe before, where it is still open; HTTP/1.1 only. */
  readonly reuse?: boolean
}

/** What a body must be like; all of it. */
export interface BodySpec {
  /** A text that must be in it. */
  readonly contains?: string
  /** The source of a regular expression that must match. */
  readonly matches?: string
  /** Values that must be in it, by JSON pointer (RFC 6901). */
  readonly json?: Readonly<Record<string, string | number | boolean | null>>
  /** Bytes of it that are read; what lies beyond is not looked at. */
  readonly limit: number
}

export interface TcpCheckSpec extends CheckTiming {
  readonly type: 'tcp'
  /** Sent when the connection is open. */
  readonly send?: string
  /** A text that must come back. */
  readonly receive?: string
}

export interface TlsCheckSpec extends CheckTiming, TlsSpec {
  readonly type: 'tls'
}

/** The gRPC health checking protocol, `grpc.health.v1.Health/Check`. */
export interface GrpcCheckSpec extends CheckTiming, TlsSpec {
  readonly type: 'grpc'
  /** The service that is asked about; the empty name is the server as a whole. */
  readonly service: string
  readonly tls: boolean
  /** The authority of the request; the address unless told. */
  readonly host?: string
}

export interface DnsCheckSpec extends CheckTiming {
  readonly type: 'dns'
  readonly name: string
  readonly recordType: string
  /** The response code that passes, such as NOERROR. */
  readonly rcode: string
  /** An answer must hold this, as its data are written; anything will do unless told. */
  readonly answer?: string
}

/** A series of a Prometheus text endpoint against a threshold. */
export interface MetricCheckSpec extends CheckTiming, TlsSpec {
  readonly type: 'metric'
  readonly tls: boolean
  readonly path: string
  readonly host?: string
  /** Its name, with labels that it must have, as PromQL writes them: `queue_length{queue="mail"}`. */
  readonly series: string
  readonly max?: number
  readonly min?: number
}

/** A program on the node; runs only where its settings allow it. */
export interface ExecCheckSpec extends CheckTiming {
  readonly type: 'exec'
  /** Program and arguments, without a shell. The address is in MERIDIAN_ADDRESS. */
  readonly command: readonly string[]
}

/** A state that somebody tells through the API. */
export interface PushCheckSpec extends CheckTiming {
  readonly type: 'push'
  /** A state that was told longer ago than this is no state, ms. */
  readonly maxAgeMs: number
}

/** An ICMP echo. */
export interface IcmpCheckSpec extends CheckTiming {
  readonly type: 'icmp'
}

/** What others see of a region, told through the API: its load balancer, or the error rates of its users. */
export interface PassiveCheckSpec extends CheckTiming {
  readonly type: 'passive'
  /** What was told longer ago than this says nothing, ms. */
  readonly maxAgeMs: number
  /** The share of requests, 0 to 1, from which on their errors are a failure. */
  readonly errorRate: number
  /** Of fewer requests an error rate says nothing. */
  readonly samples: number
  /** How many failures of each other check one source that sees failures stands for; one of them is always the check's own. */
  readonly weight: number
  /** Whether it takes an address out by itself. */
  readonly alone: boolean
}

/** So many of other checks of the same address. */
export interface CalculatedCheckSpec {
  readonly type: 'calculated'
  readonly id: string
  /** Ids of checks, calculated ones among them; without a circle. */
  readonly of: readonly string[]
  readonly needs: 'all' | 'any' | number
  readonly observe?: boolean
  readonly inverted?: boolean
  readonly enabled?: boolean
}

/** A policy is a list of steps, run in order. */
export interface PolicySpec {
  readonly id: string
  readonly steps: readonly StepSpec[]
}

/** Ids of regions and tags; a region is among them by its id or by any of its tags. */
export type Selection = readonly string[]

/** One step of a policy, with its options. Plain values: they name the map that is made of them. */
export type StepSpec =
  | { readonly step: 'distance'; readonly bias?: Readonly<Record<string, number>> }
  | {
      readonly step: 'latency'
      /** Absent where the document has no table. */
      readonly table?: string
      readonly withinMs: number
      readonly missing: 'distance' | 'skip'
    }
  | { readonly step: 'geo'; readonly rules?: readonly GeoRule[]; readonly others: 'keep' | 'drop' }
  | {
      readonly step: 'fence'
      /** The client's own country or continent, or the regions that are named. */
      readonly to: 'country' | 'continent' | Selection
      /** Whom it is for; everybody where it is empty. */
      readonly clients: readonly ClientKey[]
      readonly mode: 'prefer' | 'never-leave'
    }
  | { readonly step: 'prefer'; readonly regions: Selection }
  | { readonly step: 'avoid'; readonly regions: Selection }
  | { readonly step: 'tier'; readonly tiers?: readonly Selection[] }
  | { readonly step: 'order' }
  | { readonly step: 'spread'; readonly within: { readonly km: number } | { readonly percent: number } }
  | { readonly step: 'groups'; readonly groups: readonly GroupSpec[] }
  | { readonly step: 'weight'; readonly weights: Readonly<Record<string, number>> }
  | { readonly step: 'sticky'; readonly bits: Readonly<Record<Family, number>> }
  | { readonly step: 'round-robin' }
  /** Shares of the region's capacity, 1 being all of it. */
  | { readonly step: 'shed'; readonly low: number; readonly high: number }
  /** A share of the clients, 0 to 1; to the next tier where no regions are named. */
  | { readonly step: 'trickle'; readonly share: number; readonly to: Selection }
  | { readonly step: 'take'; readonly count: number | 'all' }

export interface GeoRule {
  readonly clients: ClientKey
  readonly regions: Selection
}

/** Regions that are chosen together, and only while enough of them are up. */
export interface GroupSpec {
  readonly regions: Selection
  readonly minHealthy: number
  /** Steps that order the regions within the group. */
  readonly steps: readonly StepSpec[]
}

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
}

/** The serial of a zone that does not write one; it must grow with the zone's content. */
export type CountSerial = (zone: Zone, document: TrafficDocument) => number

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

/** Who may override a safety rule: whoever may make the change, a token with the scope, or nobody. */
export type OverridableBy = 'caller' | 'edit' | 'admin' | 'nobody'

/** A rule that is asked before traffic moves. `of`: ids of regions, globs over them, and tags. */
export type SafetyRule = {
  readonly id: string
  readonly description?: string
  readonly overridableBy: OverridableBy
} & (
  | {
      readonly kind: 'count'
      readonly bound: 'at-least' | 'at-most' | 'exactly'
      readonly count: number
      readonly of: Targets
    }
  /** Of all capacity of the regions, 0 to 1, that must be there for clients. */
  | { readonly kind: 'capacity'; readonly share: number; readonly of: Targets }
  /** Of the clients of a name, 0 to 1, that may be answered from a lower rung of its ladder. `names` are globs. */
  | { readonly kind: 'ladder'; readonly share: number; readonly names: readonly string[] }
  /** What has to be true before the regions get more clients, fewer, or any others at all. */
  | {
      readonly kind: 'facts'
      readonly facts: Readonly<Record<string, boolean>>
      readonly when: 'gains' | 'loses' | 'any'
      readonly of: Targets
    }
  /** That has to pass between two changes. */
  | { readonly kind: 'wait'; readonly ms: number; readonly of: Targets }
  | { readonly kind: 'blackout'; readonly windows: readonly BlackoutWindow[]; readonly of: Targets }
)

export type Targets = readonly string[]

/** A time in which traffic stays where it is. */
export type BlackoutWindow =
  /** Minutes of the day by the clock of the time zone; `to` at or before `from` is on the day after. 0 is Sunday. */
  | {
      readonly kind: 'weekly'
      readonly days: readonly number[]
      readonly from: number
      readonly to: number
      readonly timeZone: string
    }
  /** Epoch ms. */
  | { readonly kind: 'once'; readonly start: number; readonly end: number }
