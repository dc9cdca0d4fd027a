// The all-down ladder of a record: what it answers when no candidate is up (design: docs/steering.md).
import type { Rung } from '../../snapshot/choices.js'
import type { SteeredRecord } from '../traffic/document.js'
import type { CompactRanking } from './steering-map.js'

/** What settling has to know of a region for one family of addresses. */
export interface RegionState {
  readonly id: string
  /** False: an operator has taken it out. The ladder never revives it. */
  readonly enabled: boolean
  readonly weight: number
  /** Whether it has addresses of the family at all. */
  readonly hasAddresses: boolean
  readonly up: boolean
  /** Seconds until `up` could change; Infinity where nothing would change it. */
  readonly changeIn: number
  /** Percent of its clients, 0 to 100, that go where they would if it were not there. */
  readonly drain: number
  /** Set while an operator has said for a time that it is up or down, which is then what `up` says. */
  readonly forced?: 'up' | 'down'
}

/** Regions to answer with, and how many of them one answer holds. */
export interface Step {
  readonly rung: Rung
  readonly members: readonly RegionState[]
  readonly take: number
}

/** One rung after the other, until one holds; the last always does. */
export function climb(
  ranking: CompactRanking,
  candidates: readonly RegionState[],
  fallback: readonly RegionState[],
  { whenAllDown }: Pick<SteeredRecord, 'whenAllDown'>,
): Step {
  const saviour = fallback.find(region => usable(region) && region.up)
  if (saviour !== undefined) return { rung: 'fallback', members: [saviour], take: 1 }
  const tiers = ranking
    .map(tier => tier.map(place => candidates[place]!).filter(usable))
    .filter(tier => tier.length > 0)
  switch (whenAllDown) {
    case 'nodata':
    case 'servfail':
      return { rung: whenAllDown, members: [], take: 0 }
    case 'first-choice':
      if (tiers[0] !== undefined) return { rung: whenAllDown, members: tiers[0], take: 1 }
      break
    case 'serve-all':
      if (tiers.length > 0) return { rung: whenAllDown, members: tiers.flat(), take: tiers.flat().length }
  }
  // Every region has been taken out by hand: nothing may be revived, and a resolver should ask another server.
  return { rung: 'servfail', members: [], take: 0 }
}

// A region that is forced down is not revived: a drill on the last region would undo itself.
const usable = ({ enabled, hasAddresses, forced }: RegionState): boolean => enabled && hasAddresses && forced !== 'down'
