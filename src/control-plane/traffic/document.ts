// The traffic document as the control plane works with it: parsed, checked, defaults filled in, references sound.
// The form that people write is in schema.ts; parse.ts is the only way from that one to this one. Its parts are beside it.
import type { LatencyTables } from '../geo/latency-table.js'
import type { Steps } from '../threads/steps.js'
import type { CheckSpec } from './document/check.js'
import type { PolicySpec } from './document/policy.js'
import type { Region } from './document/region.js'
import type { SafetyRule } from './document/safety.js'
import type { Zone } from './document/zone.js'

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

/** The serial of a zone that does not write one; it must grow with the zone's content. */
export interface CountSerial {
  (zone: Zone, document: TrafficDocument): number
  /** The same in steps: it takes long to find out whether a large zone has changed. */
  readonly inSteps?: (zone: Zone, document: TrafficDocument) => Steps<number>
}
