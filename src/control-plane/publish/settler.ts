// Settles the rankings of a map for one record: each way in which they can come out once, since thousands of rankings
// that agree in the tiers that decide come to the same choice.

import type { BalancedSharing } from './balanced.js'
import { rankingKey } from './balanced.js'
import type { RegionState } from './ladder.js'
import { type Rankings, rankingAt, tiersOf } from './rankings.js'
import { type Choice, PLAIN, reach, type SettledRecord, settle, sureIn } from './settle.js'
import type { Standing } from './standing.js'

/**
 * @param candidates those of the map, in its order
 * @returns ranking → choice; one object for all that come to it in the same way
 */
export function settler(
  rankings: Rankings,
  candidates: readonly Standing[],
  fallback: readonly RegionState[],
  record: SettledRecord,
  sharing: BalancedSharing = PLAIN,
): (number: number) => Choice {
  const { rows, starts, inside } = rankings
  const { balanced, trickle, take } = sharing
  const tiers = tiersOf(rankings)
  const sure = tiers.map(tier => sureIn(tier, candidates))
  const isSimple = take === 1 && trickle === undefined && balanced === undefined
  const isLone = tiers.map(([place], tier) => isSimple && tiers[tier]!.length === 1 && isSure(candidates[place!]!))
  const byFirst = new Map<number, Choice>()
  const byPath = new Map<string, Choice>()
  const settled = (number: number): Choice => settle(rankingAt(rankings, number), candidates, fallback, record, sharing)
  /** The part of a ranking that decides; a trickle may look at all of it. */
  const decisive = (number: number): string => {
    const first = starts[number]!
    const length = starts[number + 1]! - first
    const within = inside[number]!
    const decide = trickle === undefined ? reach(length, within, i => sure[rows[first + i]!]!, take) : length
    return `${Math.min(within, decide)}|${rows.subarray(first, first + decide).join()}`
  }
  return number => {
    const first = rows[starts[number]!]! // a ranking of no tiers has none inside
    if (inside[number]! > 0 && isLone[first]!) return remember(byFirst, first, () => settled(number))
    const key = balanced === undefined ? undefined : rankingKey(rankingAt(rankings, number), candidates)
    const path = key !== undefined && balanced?.has(key) ? `=${key}` : decisive(number)
    return remember(byPath, path, () => settled(number))
  }
}

const isSure = ({ serves, leave }: Standing): boolean => serves && leave === 0

function remember<K>(known: Map<K, Choice>, key: K, make: () => Choice): Choice {
  const before = known.get(key)
  if (before !== undefined) return before
  const made = make()
  known.set(key, made)
  return made
}
