// Policies of the traffic document: chains of steps, with their options.
import type { Family } from '../../../dns/address.js'
import type { ClientKey } from '../../geo/client-key.js'

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
  | { readonly step: 'geo'; readonly rules?: readonly GeoRule[]; readonly others: 'keep' | 'drop' | 'drop-broader' }
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
  /** A share of the region's capacity, for those that report no target. */
  | { readonly step: 'balance'; readonly target: number }
  /** A share of the clients, 0 to 1; to the next tier where no regions are named. */
  | { readonly step: 'trickle'; readonly share: number; readonly to: Selection }
  | { readonly step: 'take'; readonly count: number | 'all' }

export interface GeoRule {
  readonly clients: ClientKey
  readonly regions: Selection
  /** The order of failover among these regions, for these clients; equals where it is absent. */
  readonly tiers?: readonly Selection[]
}

/** Regions that are chosen together, and only while enough of them are up. */
export interface GroupSpec {
  readonly regions: Selection
  readonly minHealthy: number
  /** Steps that order the regions within the group. */
  readonly steps: readonly StepSpec[]
}
