// What the API needs of a running node, so that it can be served, and tested, without knowing how a node is put together.

import type { Member } from '../fleet/member.js'
import type { Standing } from '../fleet/replica.js'
import type { Voter } from '../fleet/votes.js'
import type { Locate } from '../geo/library.js'
import type { Health } from '../health/health.js'
import type { Prober } from '../health/prober.js'
import type { KeyStore } from '../keys/key-store.js'
import type { Parents } from '../keys/parents.js'
import type { Rollovers } from '../keys/rollovers.js'
import type { Audit } from '../operate/audit.js'
import type { BalanceFacts } from '../operate/balance-desk.js'
import type { Catchment } from '../operate/catchment.js'
import type { Drills } from '../operate/drills.js'
import type { NodeEvent } from '../operate/event.js'
import type { ExplainQuestion, Explanation } from '../operate/explain.js'
import type { GeoDesk } from '../operate/geo-desk.js'
import type { Incidents } from '../operate/incidents.js'
import type { LatencyDesk } from '../operate/latency-desk.js'
import type { Loads } from '../operate/loads.js'
import type { NetworkNear } from '../operate/networks-near.js'
import type { Overrides } from '../operate/overrides.js'
import type { Population } from '../operate/population.js'
import type { Series, Span } from '../operate/rates.js'
import type { SampleFilter } from '../operate/recent.js'
import type { Safety } from '../operate/safety.js'
import type { By, SampledQuery } from '../operate/sampled.js'
import type { SeenClients } from '../operate/seen-clients.js'
import type { Top, TrafficDemand, Window } from '../operate/top.js'
import type { Published, World } from '../publish/publisher.js'
import type { SignatureCounts } from '../publish/signing.js'
import type { Shelf } from '../state/shelf.js'
import type { Durations } from '../trace/durations.js'
import type { Location } from '../traffic/document/region.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { TrafficStore } from '../traffic/store.js'
import type { Tokens } from './tokens.js'

export interface AdminPort {
  /** The release that is running: `0.1.0`. */
  readonly release: string
  /** Epoch ms. */
  readonly startedAt: number
  readonly store: TrafficStore
  readonly overrides: Overrides
  readonly safety: Safety
  readonly drills: Drills
  readonly tokens: Tokens
  readonly audit: Audit
  /** Replies to requests that are made once. */
  readonly replies: Shelf
  readonly incidents: Pick<Incidents, 'list' | 'get'>
  /** Exchanges geo data, or looks what others would do. */
  readonly geo: Pick<GeoDesk, 'update' | 'consider'>
  /** What regions carry, as they report it. */
  readonly loads: Pick<Loads, 'report' | 'list'>
  /** Undefined while no policy balances. */
  readonly balance: () => BalanceFacts | undefined
  /** Latency tables: shown, reported to, exchanged. */
  readonly latency: Pick<LatencyDesk, 'report' | 'list' | 'facts' | 'about' | 'text' | 'propose' | 'exchange'>
  /** Undefined until the first answer can be given. */
  published(): Published | undefined
  health(): Health
  /** How probing gets on, the last results, and what may be said to it. */
  readonly prober: Pick<Prober, 'state' | 'recent' | 'poll' | 'tell' | 'signal' | 'release'>
  /** What happens from now on. Returns what ends it. */
  subscribe(listener: (event: NodeEvent) => void): () => void
  /** Messages to others about changes: those that arrived, and those that were given up. */
  webhooks(): { readonly delivered: number; readonly dead: number; readonly waiting: number }
  listeners(): readonly Listener[]
  databases(): readonly DatabaseStatus[]
  /** What the data plane has counted since the node started, zones and regions by name. */
  counts(): Counts
  /** How long requests to the API took, by method and status. */
  readonly requests: Durations
  /** ms by which the event loop of the control plane lagged, over the last while. */
  eventLoopLag(): { readonly meanMs: number; readonly p99Ms: number; readonly maxMs: number }
  /** The real answer and its reasons. */
  /** Where clients are, as the databases of now have it. */
  locate(): Promise<Locate>
  /** A client network near a place; undefined where none is known. */
  networkNear(place: Location): Promise<NetworkNear | undefined>
  /** Where the people of the world are, as the databases of now have it. */
  population(): Promise<Population>
  explain(question: ExplainQuestion): Promise<Explanation>
  /** Which regions each part of the world gets; undefined where the name is not steered. @throws ExplainError */
  catchment(name: string, type: string): Catchment | undefined
  rates(span: Span): Series
  /** What would be made of a document; none of it is served. */
  consider(document: TrafficDocument): Promise<World>
  /** Undefined where no queries are sampled. */
  readonly samples: SamplesPort | undefined
  /** Undefined where the node is alone. */
  fleet(): FleetState | undefined
  readonly dnssec: DnssecPort
  /** What became of what a collector was told; none where none is. */
  telemetry(): readonly TelemetryCount[]
}

export interface TelemetryCount {
  /** `traces` are counted by spans, `metrics` by how often all of them were told. */
  readonly signal: 'traces' | 'metrics'
  readonly sent: number
  readonly lost: number
}

/** What is known of queries by samples of them. */
export interface SamplesPort {
  /** One query in so many at the least. */
  readonly oneIn: number
  top(by: By, window: Window, limit: number): Top
  /** Newest first. */
  recent(filter: SampleFilter, limit: number): readonly SampledQuery[]
  /** Where those are who ask most, and which region they are sent to. */
  clients(window: Window): Promise<SeenClients>
  /** How much each client network asks of each steered name. */
  demand(window: Window): TrafficDemand
  counts(): {
    readonly read: number
    readonly skipped: number
    /** Of the query log, and of dnstap, where there are any. */
    readonly sinks: readonly { readonly sink: string; readonly written: number; readonly lost: number }[]
  }
}

/** A fleet as one of its nodes sees it. */
export interface FleetState {
  /** What this node is called. */
  readonly node: string
  /** Whether etcd can be reached. */
  readonly standing: Standing
  /** Those that are here, in order of their names; what was known last while etcd is away. */
  readonly members: readonly Member[]
  /** Those whose votes are heard, this node too. */
  readonly voters: readonly Voter[]
  /** By node, ms by which its clock is ahead of the one here; those of whom it is known. */
  readonly clocks: ReadonlyMap<string, number>
}

/** What there is of signed zones. */
export interface DnssecPort {
  readonly keys: Pick<KeyStore, 'storedOf' | 'stateOf' | 'rolloverOf' | 'unreadOf' | 'unreadCount'>
  readonly rollovers: Pick<Rollovers, 'plan' | 'begin' | 'cancel' | 'calendarOf'>
  readonly parents: Pick<Parents, 'of' | 'ask'>
  signatures(): SignatureCounts
  /** By how much the system's clock has jumped, seconds; 0 where it has not. */
  jump(): number
  /** Why the command that signs with keys elsewhere did not do so last. */
  signerProblem(): string | undefined
  /** While a node hears nothing of its fleet: since when, and until when its keys surely are those of the others, seconds since 1970. */
  cutOff(zone: Zone): { readonly since: number; readonly sureUntil: number } | undefined
}

export interface Listener {
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly address: string
  readonly port: number
  /** How packets are moved: by batched system calls, by Node's dgram, or by its net. */
  readonly by: 'batch' | 'dgram' | 'net' | 'tls'
  readonly workers: number
  /** What its threads were granted before others on the same core; data-plane/precedence.ts tells what the words mean. */
  readonly precedence: 'ahead' | 'prompt' | 'none'
}

export interface DatabaseStatus {
  readonly file: string
  readonly type: string
  readonly families: readonly (4 | 6)[]
  /** Epoch ms. */
  readonly builtAt: number
  readonly ageDays: number
  /** Why an operator should look at it, in words: too old, or a newer file that was refused. */
  readonly warning?: string
}

export interface Counts {
  readonly queries: readonly { readonly transport: string; readonly type: string; readonly count: number }[]
  /** `zone` is "" for names in none of our zones. */
  readonly responses: readonly { readonly zone: string; readonly rcode: string; readonly count: number }[]
  readonly regions: readonly { readonly region: string; readonly count: number }[]
  /** Answers that were not found among healthy candidates, by rung of the ladder. */
  readonly rungs: readonly { readonly rung: string; readonly count: number }[]
  /** What came of requests to the office: transfers, updates, notifications, signed queries. */
  readonly office: readonly { readonly work: string; readonly outcome: string; readonly count: number }[]
  /** Of queries that were timed: each count took less than `belowUs` to answer, and half of it at least. */
  readonly durations: readonly { readonly belowUs: number; readonly count: number }[]
  /** dropped, truncated, unlocated, withSubnet, faults, threadCrashes, socketErrors, tcpConnections, tcpRefused, limited, limitedTruncated, withCookie, tlsFailed, proxyRefused, together, togetherRefused, tcpSlow */
  readonly scalars: Readonly<Record<string, number>>
}
