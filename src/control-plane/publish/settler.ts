// Settles the rankings of a map for one record: each way in which they can come out once, since thousands of rankings
// that agree in the tiers that decide come to the same choice.

import type { BalancedSharing } from './balanced.js'
import { rankingKey } from './balanced.js'
import type { RegionState } from './ladder.js'
import { type Rankings, rankingAt, tiersOf } from './rankings.js'
import { type Choice, PLAIN, reach, type SettledRecord, settle, sureIn } from './settle.js'
import type { Standing } from './standing.js'

/** Choices by their place in a list that grows as rankings are settled. */
export interface Settled {
  readonly choices: readonly Choice[]
  /** Where the choice of a ranking is among them; the same for all that come to it in the same way. */
  placeOf(ranking: number): number
}

/** @param candidates those of the map, in its order */
export function settleEach(
  rankings: Rankings,
  candidates: readonly Standing[],
  fallback: readonly RegionState[],
  record: SettledRecord,
  sharing: BalancedSharing = PLAIN,
): Settled {
  const { rows, starts, inside } = rankings
  const { balanced, trickle, take } = sharing
  const tiers = tiersOf(rankings)
  const sure = tiers.map(tier => sureIn(tier, candidates))
  const isSimple = take === 1 && trickle === undefined && balanced === undefined
  const isLone = tiers.map(([place], tier) => isSimple && tiers[tier]!.length === 1 && isSure(candidates[place!]!))
  const choices: Choice[] = []
  const settled = (number: number): number =>
    choices.push(settle(rankingAt(rankings, number), candidates, fallback, record, sharing)) - 1
  /** By a first tier that decides alone; −1 where that is not known yet. */
  const byFirst = new Int32Array(tiers.length).fill(-1)
  const byPath = new Map<string, number>()
  /** The part of a ranking that decides; a trickle may look at all of it. */
  const decisive = (number: number): string => {
    const first = starts[number]!
    const length = starts[number + 1]! - first
    const within = inside[number]!
    const decide = trickle === undefined ? reach(length, within, i => sure[rows[first + i]!]!, take) : length
    let path = String(Math.min(within, decide))
    for (let i = 0; i < decide; i++) path += `|${rows[first + i]}`
    return path
  }
  const pathOf = (number: number): string => {
    const key = balanced === undefined ? undefined : rankingKey(rankingAt(rankings, number), candidates)
    return key !== undefined && balanced?.has(key) ? `=${key}` : decisive(number)
  }
  return {
    choices,
    placeOf(number) {
      const first = rows[starts[number]!]!
      // A ranking of no tiers has none inside.
      if (inside[number]! > 0 && isLone[first]!) {
        if (byFirst[first]! < 0) byFirst[first] = settled(number)
        return byFirst[first]!
      }
      const path = pathOf(number)
      const known = byPath.get(path) ?? settled(number)
      byPath.set(path, known)
      return known
    },
  }
}

/** The same, for whoever wants a choice. */
export function settler(...words: Parameters<typeof settleEach>): (ranking: number) => Choice {
  const { choices, placeOf } = settleEach(...words)
  return ranking => choices[placeOf(ranking)]!
}

const isSure = ({ serves, leave }: Standing): boolean => serves && leave === 0
