// What a client's ranking was settled to, and what limits its TTL.
import { CHOICE, CHOICE_WORDS, MEMBER, MEMBER_WORDS, RUNGS } from '../../snapshot/choices.js'
import { shareWord } from '../../snapshot/draw.js'
import type { Snapshot } from '../../snapshot/snapshot.js'
import type { RegionState } from '../publish/ladder.js'
import type { Published } from '../publish/publisher.js'
import { regionNumbers, secondsUntil } from '../publish/region-states.js'
import type { Choice, Member } from '../publish/settle.js'
import type { SteeredRecord, Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'

/** Seconds that a denial is kept: the TTL of the SOA in it (RFC 2308 §5). */
export const negativeTtl = ({ ttl, soa }: Zone): number => Math.min(ttl, soa.minimum)

/** Why the TTL of a choice is what it is. */
export function ttlReason(
  { ttl, ttlLimitedBy, ttlIsItsOwn, rung }: Choice,
  states: ReadonlyMap<string, RegionState>,
  record: Pick<SteeredRecord, 'ttl'>,
  addressCount: (region: string) => number,
  published: Pick<Published, 'forced' | 'planned' | 'at'>,
): string {
  if (rung === 'nodata') return 'a denial is kept for the negative TTL of the zone'
  if (rung === 'servfail') return 'an error has no TTL'
  const limiting = ttlLimitedBy === undefined ? undefined : states.get(ttlLimitedBy)
  if (limiting === undefined) {
    return record.ttl.min === record.ttl.max ? "the record's own" : "the record's greatest: nothing can change sooner"
  }
  const { id, changeIn, ttl: own = Infinity } = limiting
  const [limit, what] = ttlIsItsOwn
    ? [own, `answers with ${id} are kept for ${own} s at the most`]
    : [changeIn, `${nextChange(limiting, addressCount(id) > 1, published)} in ${Math.max(0, Math.floor(changeIn))} s`]
  return ttl > limit ? `${what}, and ${ttl} s is the record's least` : what
}

/** @param hasMore than one address */
function nextChange(
  { id, up, changeIn }: RegionState,
  hasMore: boolean,
  { forced, planned, at }: Pick<Published, 'forced' | 'planned' | 'at'>,
): string {
  const move = planned.get(id)
  if (move !== undefined && secondsUntil(move.at, at) === changeIn) return `${move.by} moves clients of ${id}`
  const word = forced.get(id)
  // A drain leaves the region's own health to change, which may come sooner.
  if (word !== undefined && secondsUntil(word.until, at) === changeIn) return `the override of ${id} ends`
  return hasMore ? `an address of ${id} could change` : `${id} could ${up ? 'go down' : 'come back'}`
}

/** A choice in one line: what answers are made of, and nothing of its reasons. */
export function choiceLine({ rung, ttl, take, members, trickle }: Choice): string {
  const line = (one: Member): string => memberLine(one.id, one.weight, shareWord(one.leave), one.group)
  return lineOf(rung, ttl, take, members.map(line), shareWord(trickle.share), trickle.members.map(line))
}

/** The same of a choice as the snapshot holds it. */
export function snapshotLine({ choices, members }: Snapshot, number: number, document: TrafficDocument): string {
  const ids = [...regionNumbers(document).keys()]
  const at = number * CHOICE_WORDS
  const word = (name: keyof typeof CHOICE): number => choices[at + CHOICE[name]]!
  const lines = (first: number, count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => {
      const member = (name: keyof typeof MEMBER): number => members[(first + i) * MEMBER_WORDS + MEMBER[name]]!
      return memberLine(String(ids[member('region')]), member('weight'), member('leave'), member('group'))
    })
  const own = lines(word('firstMember'), word('memberCount'))
  const aside = lines(word('firstMember') + word('memberCount'), word('trickleCount'))
  return lineOf(RUNGS[word('rung')]!, word('ttl'), word('take'), own, word('trickleShare'), aside)
}

const memberLine = (id: string, weight: number, leave: number, group: number): string =>
  `${id}:${weight}${leave > 0 ? `-${leave}` : ''}${group > 0 ? `@${group}` : ''}`

const lineOf = (
  rung: string,
  ttl: number,
  take: number,
  members: readonly string[],
  share: number,
  aside: readonly string[],
): string =>
  `${rung}, TTL ${ttl}, ${take} of ${members.join(' ') || 'none'}${aside.length > 0 ? `, ${share} to ${aside.join(' ')}` : ''}`
