// What a step of a policy is: pure functions over tiers of regions, and words on how a choice is to be made of them.
import type { Family } from '../../dns/address.js'
import type { ClientClass } from '../geo/client-class.js'
import type { LatencyTables } from '../geo/latency-table.js'
import type { StepSpec } from '../traffic/document/policy.js'
import type { Location } from '../traffic/document/region.js'

/** A region as policies see it: no health, no addresses. */
export interface Candidate {
  readonly id: string
  readonly location?: Location
  readonly country?: string
  readonly continent?: string
  /** None where it is absent. */
  readonly tags?: readonly string[]
  /** 1 where it is absent. */
  readonly tier?: number
  readonly weight: number
}

/** Equals, which share the clients by weight. Never empty. */
export type Tier = readonly Candidate[]

/** Tiers from best to worst. */
export type Ranking = readonly Tier[]

export interface Question {
  /** What the steps before left over, best first. */
  readonly tiers: Ranking
  /** What is known of this client network. */
  readonly client: ClientClass
}

/** How a choice is made of a ranking when health and load are known. Regions by their ids. */
export interface Sharing {
  /** What goes before the weights of the regions themselves. */
  readonly weights: ReadonlyMap<string, number>
  /** Whether a network keeps its region, or each query is drawn anew. */
  readonly by: 'network' | 'query'
  /** Bits of an address that are one network where clients are shared out. */
  readonly bits: Readonly<Record<Family, number>>
  /** Regions that one answer holds; Infinity: all that are up. */
  readonly take: number
  /** A share of the clients, 0 to 1, that goes to the regions named, or to the next tier where `to` is absent. */
  readonly trickle?: { readonly share: number; readonly to?: ReadonlySet<string> }
  /** Between which loads a region gives clients away; 1 is its capacity. */
  readonly shed?: { readonly low: number; readonly high: number }
  /** Groups that are held back while fewer of their regions are up; inner ones before outer ones. */
  readonly groups: readonly Minimum[]
}

export interface Minimum {
  readonly regions: ReadonlySet<string>
  readonly least: number
}

/** Where a region lies as to a fence; unknown where nothing tells. */
export type Side = 'inside' | 'outside' | 'unknown'

/**
 * A step, ready to be run. Pure: no health, no clock, no randomness. Never invents or repeats a region; drops one only
 * where its options say so.
 */
export type Step =
  /** Splits each tier in its place, or orders all of them anew. */
  | { readonly kind: 'order'; rank(question: Question): Ranking; tell: Tell; readonly sharing?: Partial<Sharing> }
  /** Keeps clients on one side; undefined where the fence is not there for a client. */
  | {
      readonly kind: 'fence'
      readonly mode: 'prefer' | 'never-leave'
      sideFor(client: ClientClass): ((candidate: Candidate) => Side) | undefined
      tell: Tell
    }
  /** Orders nothing; says how the choice is made. */
  | { readonly kind: 'share'; readonly sharing: Partial<Sharing>; tell: Tell }

/** What a step goes by for a client, in words; a sentence without its full stop. */
export type Tell = (question: Question) => string

/** What steps may look at when they are made ready, besides their own options. */
export interface Surroundings {
  /** All candidates of the policy. */
  readonly candidates: Tier
  readonly tables: LatencyTables
  /** How inner steps are made ready. */
  readonly prepare: (specs: readonly StepSpec[], candidates: Tier) => readonly Step[]
}

export type SpecOf<Name extends StepSpec['step']> = Extract<StepSpec, { readonly step: Name }>

/** Makes a step ready; done once for a map of hundreds of thousands of networks. */
export type Maker<Name extends StepSpec['step']> = (spec: SpecOf<Name>, surroundings: Surroundings) => Step
