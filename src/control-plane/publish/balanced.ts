// What balancing has decided: of which rankings the clients are shared out otherwise than their policy alone would, so that no
// region carries more than it should. Data that settling reads; it is worked out in ../balance.
import type { Sharing } from '../policies/step.js'
import type { RegionState } from './ladder.js'
import type { CompactRanking } from './rankings.js'
import type { SteeringSpec } from './steerings.js'

/** Shares of clients by region id, adding up to 1. */
export type Shares = ReadonlyMap<string, number>

/** To so many parts clients are shared out exactly enough. */
const PARTS = 1000

/** The weight of a region that has this share. */
export const weightOf = (share: number): number => Math.round(share * PARTS)

/** By ranking (rankingKey), where the clients of it go; those of the others go where their policy says. */
export type BalancedRankings = ReadonlyMap<string, Shares>

/** By steering (balanceKey). */
export type Balance = ReadonlyMap<string, BalancedRankings>

export const NO_BALANCE: Balance = new Map()

/** How a choice is made of a ranking, with what balancing has decided. */
export interface BalancedSharing extends Sharing {
  readonly balanced?: BalancedRankings | undefined
}

/** Survives whatever makes a map anew: what was decided holds for each client whose ranking is the same as before. */
export const balanceKey = ({ record, gives }: Pick<SteeringSpec, 'record' | 'gives'>): string =>
  [record.policy, gives, ...record.regions].join(' ')

/** A ranking by the ids of its regions. */
export const rankingKey = ({ tiers, inside }: CompactRanking, candidates: readonly Pick<RegionState, 'id'>[]): string =>
  `${inside}|${tiers.map(tier => tier.map(place => candidates[place]!.id).join()).join('|')}`

export function balancedSharing(spec: SteeringSpec, balance: Balance): BalancedSharing {
  const balanced = spec.sharing.balance === undefined ? undefined : balance.get(balanceKey(spec))
  return balanced === undefined ? spec.sharing : { ...spec.sharing, balanced }
}
