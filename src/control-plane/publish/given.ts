// Whether answers of a snapshot may hold a region, and for how long they may then be kept. Pure.
import { CHOICE, CHOICE_WORDS, MEMBER, MEMBER_WORDS, WHOLE } from '../../snapshot/choices.js'
import type { Snapshot } from '../../snapshot/snapshot.js'
import type { TrafficDocument } from '../traffic/document.js'
import { regionNumbers } from './region-states.js'

/** For each region that some choice of the snapshot gives to somebody: the longest TTL of such an answer, seconds. */
export function regionsGiven(
  { choices, members }: Pick<Snapshot, 'choices' | 'members'>,
  document: TrafficDocument,
): ReadonlyMap<string, number> {
  const ids = [...regionNumbers(document).keys()]
  const given = new Map<string, number>()
  // Choice 0 is none.
  for (let at = CHOICE_WORDS; at < choices.length; at += CHOICE_WORDS) {
    const first = choices[at + CHOICE.firstMember]!
    const count = choices[at + CHOICE.memberCount]! + choices[at + CHOICE.trickleCount]!
    for (let member = first; member < first + count; member++) {
      const word = member * MEMBER_WORDS
      if (members[word + MEMBER.leave]! >= WHOLE) continue
      const id = ids[members[word + MEMBER.region]!]!
      given.set(id, Math.max(given.get(id) ?? 0, choices[at + CHOICE.ttl]!))
    }
  }
  return given
}
