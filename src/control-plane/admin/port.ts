// What the API needs of a running node, so that it can be served, and tested, without knowing how a node is put together.

import type { Name } from '../../dns/name.js'
import type { Health } from '../health/health.js'
import type { Prober } from '../health/prober.js'
import type { StoredKey } from '../keys/key-store.js'
import type { Audit } from '../operate/audit.js'
import type { Catchment } from '../operate/catchment.js'
import type { Drills } from '../operate/drills.js'
import type { NodeEvent } from '../operate/event.js'
import type { ExplainQuestion, Explanation } from '../operate/explain.js'
import type { Overrides } from '../operate/overrides.js'
import type { Series, Span } from '../operate/rates.js'
import type { Safety } from '../operate/safety.js'
import type { Published, SignatureCounts } from '../publish/publisher.js'
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
  /** Undefined until the first answer can be given. */
  published(): Published | undefined
  health(): Health
  /** How probing gets on, the last results, and what may be said to it. */
  readonly prober: Pick<Prober, 'state' | 'recent' | 'tell' | 'release'>
  /** What happens from now on. Returns what ends it. */
  subscribe(listener: (event: NodeEvent) => void): () => void
  /** Messages to others about changes: those that arrived, and those that were given up. */
  webhooks(): { readonly delivered: number; readonly dead: number; readonly waiting: number }
  listeners(): readonly Listener[]
  databases(): readonly DatabaseStatus[]
  /** What the data plane has counted since the node started, zones and regions by name. */
  counts(): Counts
  /** ms by which the event loop of the control plane lagged, over the last while. */
  eventLoopLag(): { readonly meanMs: number; readonly p99Ms: number; readonly maxMs: number }
  /** The real answer and its reasons. */
  explain(question: ExplainQuestion): Promise<Explanation>
  /** Which regions each part of the world gets; undefined where the name is not steered. @throws ExplainError */
  catchment(name: string, type: string): Catchment | undefined
  rates(span: Span): Series
  readonly dnssec: DnssecPort
}

/** What there is of signed zones. */
export interface DnssecPort {
  /** None where the zone has not been signed. */
  keysOf(origin: Name): readonly StoredKey[]
  signatures(): SignatureCounts
  /** By how much the system's clock has jumped, seconds; 0 where it has not. */
  jump(): number
}

export interface Listener {
  readonly transport: 'udp' | 'tcp' | 'tls'
  readonly address: string
  readonly port: number
  /** How packets are moved: by batched system calls, by Node's dgram, or by its net. */
  readonly by: 'batch' | 'dgram' | 'net' | 'tls'
  readonly workers: number
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
  /** dropped, truncated, unlocated, withSubnet, faults, threadCrashes, socketErrors, tcpConnections, tcpRefused, limited, limitedTruncated, withCookie, tlsFailed, proxyRefused */
  readonly scalars: Readonly<Record<string, number>>
}
