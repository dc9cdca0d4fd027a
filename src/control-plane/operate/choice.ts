// What a client's ranking was settled to, what limits its TTL, and which of the equals the answer holds.
import { CHOICE, CHOICE_WORDS, MEMBER_WORDS, RUNGS } from '../../snapshot/choices.js'
import type { Snapshot } from '../../snapshot/snapshot.js'
import type { Gives } from '../health/endpoints.js'
import type { RegionState } from '../publish/ladder.js'
import type { Published } from '../publish/publisher.js'
import { served } from '../publish/region-states.js'
import type { Choice } from '../publish/settle.js'
import type { SteeredRecord, TrafficDocument, Zone } from '../traffic/document.js'

/** Seconds that a denial is kept: the TTL of the SOA in it (RFC 2308 §5). */
export const negativeTtl = ({ ttl, soa }: Zone): number => Math.min(ttl, soa.minimum)

/** Why the TTL of a choice is what it is. */
export function ttlReason(
  { ttl, ttlLimitedBy, rung }: Choice,
  states: ReadonlyMap<string, RegionState>,
  record: Pick<SteeredRecord, 'ttl'>,
  addressCount: (region: string) => number,
  { forced, at }: Pick<Published, 'forced' | 'at'>,
): string {
  if (rung === 'nodata') return 'a denial is kept for the negative TTL of the zone'
  if (rung === 'servfail') return 'an error has no TTL'
  const limiting = ttlLimitedBy === undefined ? undefined : states.get(ttlLimitedBy)
  if (limiting === undefined) {
    return record.ttl.min === record.ttl.max ? "the record's own" : "the record's greatest: nothing can change sooner"
  }
  const { id, up, changeIn } = limiting
  const turn = up ? 'go down' : 'come back'
  const what = addressCount(id) > 1 ? `an address of ${id} could change` : `${id} could ${turn}`
  const word = forced.get(id)
  // A drain leaves the region's own health to change, which may come sooner.
  const ends = word !== undefined && Math.max(0, word.until - at) / 1000 === changeIn
  const event = ends ? `the override of ${id} ends` : what
  const soonest = `${event} in ${Math.max(0, Math.floor(changeIn))} s`
  return ttl > changeIn ? `${soonest}, and ${ttl} s is the record's least` : soonest
}

/** The choice as the snapshot holds it, in the order of its words. */
export function snapshotChoice({ choices, members }: Snapshot, number: number, document: TrafficDocument) {
  const ids = [...document.regions.keys()]
  const at = number * CHOICE_WORDS
  const first = choices[at + CHOICE.firstMember]!
  return {
    rung: RUNGS[choices[at + CHOICE.rung]!]!,
    ttl: choices[at + CHOICE.ttl]!,
    take: choices[at + CHOICE.take]!,
    members: Array.from({ length: choices[at + CHOICE.memberCount]! }, (_, i) => {
      const word = (first + i) * MEMBER_WORDS
      return `${ids[members[word]!]}:${members[word + 1]!}`
    }),
  }
}

/** The members that the answer holds: all of them, or the one whose addresses or target they are; empty where that cannot be told. */
export function chosenMembers(
  { members, take }: Choice,
  { world, health }: Published,
  gives: Gives,
  given: readonly string[],
): readonly string[] {
  const ids = members.map(({ id }) => id)
  if (take === ids.length) return ids
  return ids.filter(id => givenBy(world.document, health, gives, [id]).join() === given.join()).slice(0, 1)
}

/** The addresses, or the target, that an answer with these regions holds, in their order. */
export const givenBy = (
  document: TrafficDocument,
  health: Published['health'],
  gives: Gives,
  ids: readonly string[],
): readonly string[] =>
  ids.flatMap(id => served(document.regions.get(id)!, health, gives).map(({ canonical }) => canonical))
