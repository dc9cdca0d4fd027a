// Choices as words of a snapshot; each distinct one once, whoever made it.
import { ASK_FOR_RESOLVER, CHOICE_WORDS, MEMBER_WORDS, RUNG } from '../../snapshot/choices.js'
import { Words } from '../../snapshot/shared.js'
import type { SteeredRecord } from '../traffic/document.js'
import type { RegionState } from './ladder.js'
import { type Choice, settle } from './settle.js'
import type { CompactRanking } from './steering-map.js'

export class ChoiceTable {
  private readonly choices = new Words()
  private readonly members = new Words()
  private readonly numbers = new Map<string, number>()

  private readonly regionNumbers: ReadonlyMap<string, number>

  constructor(regionNumbers: ReadonlyMap<string, number>) {
    this.regionNumbers = regionNumbers
    // Choice 0, ASK_FOR_RESOLVER, is no choice.
    this.choices.push(0, 0, 0, 0, RUNG.servfail)
  }

  /** Settles every ranking of a map for one record. @returns ranking → choice */
  settleAll(
    rankings: readonly CompactRanking[],
    candidates: readonly RegionState[],
    fallback: readonly RegionState[],
    record: Pick<SteeredRecord, 'ttl' | 'whenAllDown'>,
  ): Int32Array {
    // Rankings that agree up to the first tier that is up come to the same choice: nearly all of them at the first tier.
    const serving = candidates.map(({ enabled, up, hasAddresses }) => enabled && up && hasAddresses)
    const byFirst = new Map<number, number>()
    const byPath = new Map<string, number>()
    const settled = (ranking: CompactRanking): number => this.number(settle(ranking, candidates, fallback, record))
    return Int32Array.from(rankings, ranking => {
      const [first] = ranking
      if (first === undefined) return ASK_FOR_RESOLVER
      const lone = first.length === 1 ? first[0]! : -1
      if (lone >= 0 && serving[lone]) return remember(byFirst, lone, () => settled(ranking))
      return remember(byPath, decisive(ranking, serving), () => settled(ranking))
    })
  }

  private number({ members, ttl, take, rung }: Choice): number {
    const key = `${rung} ${ttl} ${take} ${members.map(({ id, weight }) => `${id}:${weight}`)}`
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const first = this.members.length / MEMBER_WORDS
    for (const { id, weight } of members) this.members.push(this.regionNumbers.get(id)!, weight) // regions of the document
    const number = this.choices.push(ttl, first, members.length, take, RUNG[rung]) / CHOICE_WORDS
    this.numbers.set(key, number)
    return number
  }

  share(): { readonly choices: Int32Array; readonly members: Int32Array } {
    return { choices: this.choices.share(), members: this.members.share() }
  }
}

function remember<K>(known: Map<K, number>, key: K, make: () => number): number {
  const before = known.get(key)
  if (before !== undefined) return before
  const made = make()
  known.set(key, made)
  return made
}

/** The part of a ranking that decides: all up to the first tier with a region to serve from. */
function decisive(ranking: CompactRanking, serving: readonly boolean[]): string {
  let key = ''
  for (const tier of ranking) {
    key += `${tier.join()}|`
    for (const place of tier) if (serving[place]) return key
  }
  return key
}
