// The ladder of a record: what it answers when no candidate that should serve is up (design: docs/steering.md).
import type { Rung } from '../../snapshot/choices.js'
import type { Address } from '../traffic/document/region.js'
import type { SteeredRecord } from '../traffic/document/zone.js'
import type { CompactRanking } from './rankings.js'
import type { Standing } from './standing.js'

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
  /** The most for which answers with it are kept, seconds; no bound of its own where absent. */
  readonly ttl?: number
  /** Percent of its clients, 0 to 100, that go where they would if it were not there. */
  readonly drain: number
  /** Clients that stay get different addresses of it, each network its own. */
  readonly divided?: true
  /** Set while an operator has said for a time that it is up or down, which is then what `up` says. */
  readonly forced?: 'up' | 'down'
  /** What it carries, 1 being its capacity; absent where nobody says. */
  readonly load?: number
  /** Epoch ms at which it was up last, where it is down; absent where that is not known. */
  readonly lastUp?: number
}

/** Regions to answer with, and how many of them one answer holds. */
export interface Step {
  readonly rung: Rung
  readonly members: readonly Pick<RegionState, 'id' | 'weight'>[]
  readonly take: number
}

/** One rung after the other, until one holds; the last always does. */
export function climb(
  { tiers: ranked }: CompactRanking,
  candidates: readonly Standing[],
  fallback: readonly RegionState[],
  { whenAllDown, fixed = [] }: Pick<SteeredRecord, 'whenAllDown' | 'fixed'>,
): Step {
  const saviour = fallback.find(region => usable(region) && region.up)
  if (saviour !== undefined) return { rung: 'fallback', members: [saviour], take: 1 }
  const tiers = nonEmpty(ranked.map(tier => tier.map(place => candidates[place]!).filter(usable)))
  const [held] = nonEmpty(tiers.map(tier => tier.filter(({ up }) => up)))
  if (held !== undefined) return { rung: 'held-back', members: held, take: 1 }
  switch (whenAllDown) {
    case 'nodata':
    case 'servfail':
      return { rung: whenAllDown, members: [], take: 0 }
    case 'fixed':
      return fixed.length === 0
        ? { rung: 'nodata', members: [], take: 0 }
        : { rung: whenAllDown, members: [{ id: fixedId(fixed), weight: 1 }], take: 1 }
    case 'last-good':
      if (tiers.length > 0) return { rung: whenAllDown, members: lastUp(tiers.flat()), take: 1 }
      break
    case 'first-choice':
      if (tiers[0] !== undefined) return { rung: whenAllDown, members: tiers[0], take: 1 }
      break
    case 'serve-all':
      if (tiers.length > 0) return { rung: whenAllDown, members: tiers.flat(), take: tiers.flat().length }
  }
  // Every region has been taken out by hand, or none may be given to this client: a resolver should ask another server.
  return { rung: 'servfail', members: [], take: 0 }
}

// A region that is forced down is not revived: a drill on the last region would undo itself.
const usable = ({ enabled, hasAddresses, forced }: RegionState): boolean => enabled && hasAddresses && forced !== 'down'

const nonEmpty = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  lists.filter(({ length }) => length > 0)

/** Those that went down last; all of them where nobody knows. */
function lastUp(regions: readonly RegionState[]): readonly RegionState[] {
  const latest = Math.max(...regions.map(({ lastUp = -Infinity }) => lastUp))
  return regions.filter(({ lastUp = -Infinity }) => lastUp === latest)
}

/** Fixed addresses are given out as those of a region of this name, which no real one can have. */
export const fixedId = (fixed: readonly Address[]): string => fixed.map(({ text }) => text).join(' ')
