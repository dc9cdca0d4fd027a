// Choices as words of a snapshot; each distinct one once, whoever made it.
import { ASK_FOR_RESOLVER, CHOICE_WORDS, MEMBER_WORDS, RUNG, SHARING } from '../../snapshot/choices.js'
import { shareWord } from '../../snapshot/draw.js'
import { PRIVATE } from '../../snapshot/map.js'
import { Words } from '../../snapshot/shared.js'
import type { BalancedSharing } from './balanced.js'
import type { RegionState } from './ladder.js'
import type { Rankings } from './rankings.js'
import { type Choice, type Member, PLAIN, type SettledRecord } from './settle.js'
import { settleEach } from './settler.js'
import type { Standing } from './standing.js'

const NOT_SETTLED = -1

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
    rankings: Rankings,
    candidates: readonly Standing[],
    fallback: readonly RegionState[],
    record: SettledRecord,
    sharing: BalancedSharing = PLAIN,
  ): Int32Array {
    const { choices, placeOf } = settleEach(rankings, candidates, fallback, record, sharing)
    const numbers = new Int32Array(rankings.length)
    for (let ranking = 0; ranking < numbers.length; ranking++)
      numbers[ranking] = ranking === PRIVATE ? NOT_SETTLED : placeOf(ranking)
    const known = choices.map(choice => this.number(choice))
    return numbers.map(place => (place === NOT_SETTLED ? ASK_FOR_RESOLVER : known[place]!))
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
