// A policy: an ordered list of pure steps that turns (regions, client class) into a ranking.
import type { ClientClass } from '../geo/client-class.js'
import type { Location, PolicySpec, StepSpec } from '../traffic/document.js'
import { distance } from './distance.js'

/** A region as policies see it: no health, no addresses. */
export interface Candidate {
  readonly id: string
  readonly location?: Location
  readonly weight: number
}

/** Equals, which share the clients by weight. Never empty. */
export type Tier = readonly Candidate[]

/** Tiers from best to worst. */
export type Ranking = readonly Tier[]

export interface Question {
  /** What the steps before left over, best first; never empty. */
  readonly tiers: Ranking
  /** What is known of this client network. */
  readonly client: ClientClass
}

/** One step of a policy. Pure: no health, no clock, no randomness. Never invents, drops or repeats a region. */
export type Step = (question: Question) => Ranking

/** Every step there is. A new one is a file and a line here. */
export const STEPS = { distance } satisfies Record<StepSpec['step'], Step>

/** Policies that need not be written down. */
export const BUILT_IN: readonly PolicySpec[] = [{ id: 'nearest', steps: [{ step: 'distance' }] }]

/** The ranking of the candidates for a client: each step refines what the one before left. */
export function rank(policy: PolicySpec, candidates: Tier, client: ClientClass): Ranking {
  return policy.steps.reduce<Ranking>((tiers, { step }) => STEPS[step]({ tiers, client }), [candidates])
}
