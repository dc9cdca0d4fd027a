// What share of the clients each region gets of a choice, by expectation: what the draw does to a great many networks.
import type { Choice, Member } from './settle.js'

/** Shares by region, adding up to 1; empty where an answer holds no region. A client of an answer with several takes any. */
export function sharesOf({ members, trickle, take }: Choice): ReadonlyMap<string, number> {
  const shares = new Map<string, number>()
  if (take === 0) return shares
  give(trickle.members, trickle.share, take, shares)
  const aside = [...shares.values()].reduce((sum, share) => sum + share, 0)
  const given = give(members, 1 - aside, take, shares)
  // Where every member would give it away, a client stays.
  const staying = members.map(member => ({ ...member, leave: 0 }))
  give(staying, 1 - aside - given, take, shares)
  return shares
}

/** Adds what the members get of a share, group by group. @returns how much that is */
function give(members: readonly Member[], share: number, take: number, shares: Map<string, number>): number {
  if (take > 1) return giveSeveral(members, share, take, shares)
  let left = share
  for (const group of groupsOf(members)) {
    const { parts, none } = partsOf(group)
    for (const [id, part] of parts) shares.set(id, (shares.get(id) ?? 0) + left * part)
    left *= none
  }
  return share - left
}

const groupsOf = (members: readonly Member[]): readonly (readonly Member[])[] => {
  const numbers = [...new Set(members.map(({ group }) => group))]
  return numbers.map(number => members.filter(({ group }) => group === number))
}

/** Beyond this many regions that give clients away, what they keep is taken for their weight. */
const MOST_LEAVING = 8

interface Parts {
  readonly parts: ReadonlyMap<string, number>
  /** The share of networks for which no member is there. */
  readonly none: number
}

/** Each combination of members that are there, by how likely it is. */
function partsOf(group: readonly Member[]): Parts {
  const leaving = group.filter(({ leave }) => leave > 0)
  if (leaving.length > MOST_LEAVING) {
    const kept = group.map(member => ({ ...member, weight: member.weight * (1 - member.leave), leave: 0 }))
    return { parts: partsOf(kept).parts, none: 0 }
  }
  const parts = new Map<string, number>()
  let none = 0
  for (let there = 0; there < 1 << leaving.length; there++) {
    const isThere = (member: Member): boolean => member.leave === 0 || (there >> leaving.indexOf(member)) % 2 === 1
    const likely = leaving.reduce((product, one) => product * (isThere(one) ? 1 - one.leave : one.leave), 1)
    const some = group.filter(isThere)
    const sum = some.reduce((total, { weight }) => total + weight, 0)
    for (const { id, weight } of some) parts.set(id, (parts.get(id) ?? 0) + (likely * weight) / sum)
    if (some.length === 0) none += likely
  }
  return { parts, none }
}

/** Near enough: groups that are taken whole in equal parts, the last one by weight. */
function giveSeveral(members: readonly Member[], share: number, take: number, shares: Map<string, number>): number {
  let left = Math.min(take, members.length)
  const each = left === 0 ? 0 : share / left
  for (const group of groupsOf(members)) {
    const taken = Math.min(left, group.length)
    const sum = group.reduce((total, { weight }) => total + weight, 0)
    for (const { id, weight } of group) {
      const part = taken === group.length ? 1 : (taken * weight) / sum
      shares.set(id, (shares.get(id) ?? 0) + each * part)
    }
    left -= taken
  }
  return members.length === 0 ? 0 : share
}
