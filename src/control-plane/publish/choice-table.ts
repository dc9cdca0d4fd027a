// Choices as words of a snapshot; each distinct one once, whoever made it.
import { ASK_FOR_RESOLVER, CHOICE_WORDS, MEMBER_WORDS, RUNG, SHARING } from '../../snapshot/choices.js'
import { shareWord } from '../../snapshot/draw.js'
import { PRIVATE } from '../../snapshot/map.js'
import { Words } from '../../snapshot/shared.js'
import { type BalancedSharing, rankingKey } from './balanced.js'
import type { RegionState } from './ladder.js'
import { type Choice, type Member, PLAIN, reach, type SettledRecord, settle } from './settle.js'
import { type Standing, standings } from './standing.js'
import type { CompactRanking } from './steering-map.js'

export class ChoiceTable {
  private readonly choices = new Words()
  private readonly members = new Words()
  private readonly numbers = new Map<string, number>()

  private readonly regionNumbers: ReadonlyMap<string, number>

  constructor(regionNumbers: ReadonlyMap<string, number>) {
    this.regionNumbers = regionNumbers
    // Choice 0, ASK_FOR_RESOLVER, is no choice.
    this.choices.push(0, 0, 0, 0, RUNG.servfail, SHARING.none, 0, 0, 0)
  }

  /** Settles every ranking of a map for one record. @returns ranking → choice */
  settleAll(
    rankings: readonly CompactRanking[],
    states: readonly RegionState[],
    fallback: readonly RegionState[],
    record: SettledRecord,
    sharing: BalancedSharing = PLAIN,
  ): Int32Array {
    const candidates = standings(states, sharing)
    // Rankings that agree in the tiers that decide come to the same choice: nearly all of them in a first lone region.
    const byFirst = new Map<number, number>()
    const byPath = new Map<string, number>()
    const settled = (ranking: CompactRanking): number =>
      this.number(settle(ranking, candidates, fallback, record, sharing))
    const { balanced } = sharing
    const simple = sharing.take === 1 && sharing.trickle === undefined && balanced === undefined
    return Int32Array.from(rankings, (ranking, number) => {
      if (number === PRIVATE) return ASK_FOR_RESOLVER
      const [first = []] = ranking.tiers
      const lone = simple && first.length === 1 && ranking.inside > 0 ? first[0]! : -1
      if (lone >= 0 && isSure(candidates[lone]!)) return remember(byFirst, lone, () => settled(ranking))
      const key = balanced === undefined ? undefined : rankingKey(ranking, candidates)
      const path = key !== undefined && balanced?.has(key) ? key : decisive(ranking, candidates, sharing)
      return remember(byPath, path, () => settled(ranking))
    })
  }

  private number(choice: Choice): number {
    const { rung, ttl, take, sharing, members, trickle, bits } = choice
    const key = JSON.stringify([rung, ttl, take, sharing, members, trickle, sharing === 'none' ? 0 : bits])
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const first = this.members.length / MEMBER_WORDS
    for (const member of [...members, ...trickle.members]) this.members.push(...this.memberWords(member))
    const number =
      this.choices.push(
        ttl,
        first,
        members.length,
        take,
        RUNG[rung],
        SHARING[sharing],
        trickle.members.length,
        shareWord(trickle.share),
        bits[4] | (bits[6] << 8),
      ) / CHOICE_WORDS
    this.numbers.set(key, number)
    return number
  }

  private memberWords({ id, weight, leave, group }: Member): readonly number[] {
    return [this.regionNumbers.get(id)!, weight, shareWord(leave), group] // regions of the document
  }

  share(): { readonly choices: Int32Array; readonly members: Int32Array } {
    return { choices: this.choices.share(), members: this.members.share() }
  }
}

const isSure = ({ serves, leave }: Standing): boolean => serves && leave === 0

function remember<K>(known: Map<K, number>, key: K, make: () => number): number {
  const before = known.get(key)
  if (before !== undefined) return before
  const made = make()
  known.set(key, made)
  return made
}

/** The part of a ranking that decides; a trickle may look at all of it. */
function decisive(
  ranking: CompactRanking,
  candidates: readonly Standing[],
  { take, trickle }: BalancedSharing,
): string {
  const { tiers, inside } = ranking
  const decide = trickle === undefined ? reach(ranking, candidates, take) : tiers.length
  let key = `${Math.min(inside, decide)}|`
  for (let i = 0; i < decide; i++) key += `${tiers[i]!.join()}|`
  return key
}
