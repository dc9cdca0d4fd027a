// Settling: ranking + health to choice. Pure; run for every ranking at every change, a few thousand times in a few ms.
import type { SteeredRecord } from '../traffic/document.js'
import { climb, type RegionState, type Step } from './ladder.js'
import type { CompactRanking } from './steering-map.js'

/** What a client with this ranking gets now, and why for no longer than `ttl`. */
export interface Choice extends Step {
  /** Seconds. */
  readonly ttl: number
  /** The region whose next possible change limits the TTL; absent where the record's own bounds do. */
  readonly ttlLimitedBy?: string
}

/**
 * The best tier that has a region up; its regions that are up share the clients by weight. The TTL is the earliest time
 * in which the choice could change: that of every region looked at, also those passed over as down (after gdnsd, whose
 * rule this is), within the record's bounds.
 */
export function settle(
  ranking: CompactRanking,
  candidates: readonly RegionState[],
  fallback: readonly RegionState[],
  record: Pick<SteeredRecord, 'ttl' | 'whenAllDown'>,
): Choice {
  const visited: RegionState[] = []
  for (const tier of ranking) {
    const regions = tier.map(place => candidates[place]!).filter(({ hasAddresses }) => hasAddresses)
    visited.push(...regions)
    const members = regions.filter(({ enabled, up }) => enabled && up)
    if (members.length > 0) return { rung: 'healthy', members: sharing(members), take: 1, ...limit(visited, record) }
  }
  const step = climb(ranking, candidates, fallback, record)
  return { ...step, ...limit([...visited, ...fallback], record) }
}

/** Weight 0 gets nothing while another has more; where all have it, they are equals. */
function sharing(members: readonly RegionState[]): readonly RegionState[] {
  const weighted = members.filter(({ weight }) => weight > 0)
  return weighted.length > 0 ? weighted : members.map(member => ({ ...member, weight: 1 }))
}

function limit(
  visited: readonly RegionState[],
  { ttl }: Pick<SteeredRecord, 'ttl'>,
): Pick<Choice, 'ttl' | 'ttlLimitedBy'> {
  // What an operator has taken out does not come back by itself.
  const soonest = visited
    .filter(({ enabled }) => enabled)
    .reduce<RegionState | undefined>(
      (best, region) => (region.changeIn < (best?.changeIn ?? Infinity) ? region : best),
      undefined,
    )
  if (soonest === undefined || soonest.changeIn >= ttl.max) return { ttl: ttl.max }
  return { ttl: Math.max(ttl.min, Math.floor(soonest.changeIn)), ttlLimitedBy: soonest.id }
}
