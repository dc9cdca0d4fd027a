// Settling: ranking + health + drains + load to choice. Pure; run for every ranking at every change, a few thousand
// times in a few ms.
import type { Rung } from '../../snapshot/choices.js'
import { SHARING_BITS } from '../../snapshot/map.js'
import type { Sharing } from '../policies/step.js'
import type { SteeredRecord } from '../traffic/document/zone.js'
import { type BalancedSharing, rankingKey, weightOf } from './balanced.js'
import { climb, type RegionState } from './ladder.js'
import type { CompactRanking } from './rankings.js'
import type { Standing } from './standing.js'

/** A region that an answer may hold. */
export interface Member {
  readonly id: string
  /** Its share among those of its group; a whole number. */
  readonly weight: number
  /** The share of its clients, 0 to 1, that go on to the next group. */
  readonly leave: number
  /** Groups are gone through in their order, until an answer has enough regions. */
  readonly group: number
}

/** What a client with this ranking gets now, and why for no longer than `ttl`. */
export interface Choice {
  readonly rung: Rung
  /** Group by group, best first. */
  readonly members: readonly Member[]
  /** For a share of the clients, 0 to 1, instead of the others. */
  readonly trickle: { readonly share: number; readonly members: readonly Member[] }
  /** How many regions an answer holds. */
  readonly take: number
  /** Who gets the same of them: everybody, each network, or nobody, since each query is drawn anew. */
  readonly sharing: 'none' | Sharing['by']
  readonly bits: Sharing['bits']
  /** Seconds. */
  readonly ttl: number
  /** The region that limits the TTL, by its next possible change or its own `ttl`; absent where the record's own bounds do. */
  readonly ttlLimitedBy?: string
  /** It is its own `ttl` that does. */
  readonly ttlIsItsOwn?: true
}

export type SettledRecord = Pick<SteeredRecord, 'ttl' | 'whenAllDown' | 'fixed'>

/** How a choice is made where a policy says nothing of it. */
export const PLAIN: Sharing = { weights: new Map(), by: 'network', bits: SHARING_BITS, take: 1, groups: [] }

/**
 * The best tier that has a region to serve from; its regions share the clients by weight. Further tiers stand behind it
 * as far as an answer holds more regions, or regions give clients away. The TTL is the earliest time in which the choice
 * could change: that of every region looked at, also those passed over as down (after gdnsd, whose rule this is); and no
 * more than any region that an answer may hold admits; within the record's bounds.
 */
export function settle(
  ranking: CompactRanking,
  candidates: readonly Standing[],
  fallback: readonly RegionState[],
  record: SettledRecord,
  sharing: BalancedSharing = PLAIN,
): Choice {
  const present = (tier: readonly number[]): Standing[] =>
    tier.map(place => candidates[place]!).filter(({ hasAddresses }) => hasAddresses)
  const sureAt = (i: number): number => sureIn(ranking.tiers[i]!, candidates)
  const decide = reach(ranking.tiers.length, ranking.inside, sureAt, sharing.take)
  const tiers = ranking.tiers.slice(0, decide).map(present)
  const visited: RegionState[] = tiers.flat()
  const first = tiers.findIndex(tier => tier.some(({ serves }) => serves))
  if (first < 0) {
    const { rung, members, take } = climb(ranking, candidates, fallback, record)
    const stay = members.map(({ id, weight }) => ({ id, weight, leave: 0 }))
    const groups = take === 1 ? groupsOf(stay) : [whole(stay)]
    const looked = [...visited, ...fallback]
    return choice(rung, inGroups(groups), NO_TRICKLE, take, sharing, looked, record)
  }
  const planned = first < ranking.inside ? balancedMembers(ranking, candidates, sharing) : []
  visited.push(...planned.filter(one => !visited.some(({ id }) => id === one.id)))
  const groups: (readonly Grouped[])[] = tiers.flatMap(tier => groupsOf(tier.filter(({ serves }) => serves)))
  if (planned.length > 0) giveFirst(groups, planned, sharing.take)
  if (groups.flat().every(({ leave }) => leave > 0)) {
    const saviour = fallback.find(({ enabled, hasAddresses, up }) => enabled && hasAddresses && up)
    if (saviour !== undefined) {
      groups.push([{ id: saviour.id, weight: 1, leave: 0 }])
      visited.push(saviour)
    }
  }
  const aside = first < ranking.inside ? trickled(ranking, first, candidates, sharing) : []
  visited.push(...aside)
  const trickle = { share: aside.length === 0 ? 0 : (sharing.trickle?.share ?? 0), members: inGroups(groupsOf(aside)) }
  const rung = first < ranking.inside ? 'healthy' : 'outside-fence'
  return choice(rung, inGroups(groups), trickle, sharing.take, sharing, visited, record)
}

/**
 * How many tiers decide: up to where an answer surely has all its regions. The fence is crossed only where nothing inside
 * is sure to serve.
 * @param length tiers that there are
 * @param sureAt how many regions are sure to serve in the i-th of them
 */
export function reach(length: number, inside: number, sureAt: (i: number) => number, take: number): number {
  let sure = 0
  for (let i = 0; i < length; i++) {
    if (i === inside && sure > 0) return i
    sure += sureAt(i)
    if (sure >= take) return i + 1
  }
  return length
}

/** How many regions of a tier are sure to serve: they serve, and give no clients away. */
export function sureIn(tier: readonly number[], candidates: readonly Standing[]): number {
  const serving = tier.map(place => candidates[place]!).filter(({ serves }) => serves)
  const staying = serving.filter(({ leave }) => leave === 0)
  const weighted = serving.some(({ weight }) => weight > 0) ? staying.filter(({ weight }) => weight > 0) : staying
  return weighted.length
}

/** Where balancing has put clients of this ranking, as far as these regions serve; empty where it has nothing to say. */
function balancedMembers(
  ranking: CompactRanking,
  candidates: readonly Standing[],
  { balanced }: BalancedSharing,
): readonly Standing[] {
  const shares = balanced?.get(rankingKey(ranking, candidates))
  if (shares === undefined) return []
  const inside = ranking.tiers.slice(0, ranking.inside).flat()
  return inside.flatMap(place => {
    const candidate = candidates[place]!
    const weight = weightOf(shares.get(candidate.id) ?? 0)
    return candidate.serves && weight > 0 ? [{ ...candidate, weight }] : []
  })
}

/** Puts them before all others, which are left only as far as an answer may need them. */
function giveFirst(groups: (readonly Grouped[])[], planned: readonly Grouped[], take: number): void {
  const isEnough = planned.length >= take && planned.every(({ leave }) => leave === 0)
  const rest = groups.map(group => group.filter(({ id }) => !planned.some(one => one.id === id)))
  groups.splice(0, groups.length, whole(planned), ...(isEnough ? [] : rest.filter(({ length }) => length > 0)))
}

type Grouped = Omit<Member, 'group'>

/** Weight 0 gets nothing while another has more and is there; where all have it, they are equals. */
function groupsOf(serving: readonly Grouped[]): readonly (readonly Grouped[])[] {
  const weighted = serving.filter(({ weight }) => weight > 0)
  const light = serving.filter(({ weight }) => weight === 0).map(({ id, leave }) => ({ id, leave, weight: 1 }))
  const groups = weighted.some(({ leave }) => leave === 0) ? [weighted] : [weighted, light]
  return groups.filter(({ length }) => length > 0).map(whole)
}

const FINEST = 2 ** 20

/** With weights that are whole numbers: the same ones, or where these are none, parts of the greatest. */
function whole(members: readonly Grouped[]): readonly Grouped[] {
  const most = Math.max(...members.map(({ weight }) => weight))
  const are = members.every(({ weight }) => Number.isInteger(weight) && weight <= 2 ** 30)
  return members.map(({ id, weight, leave }) => ({
    id,
    weight: are ? weight : Math.max(1, Math.round((weight / most) * FINEST)),
    leave,
  }))
}

const inGroups = (groups: readonly (readonly Grouped[])[]): readonly Member[] =>
  groups.flatMap((members, group) => members.map(member => ({ ...member, group })))

/** The regions that the trickle goes to: those that it names, or the next tier; never across the fence. */
function trickled(
  { tiers, inside }: CompactRanking,
  first: number,
  candidates: readonly Standing[],
  { trickle }: Sharing,
): readonly Standing[] {
  if (trickle === undefined || trickle.share <= 0) return []
  const serving = tiers
    .slice(0, inside)
    .map(tier => tier.map(place => candidates[place]!).filter(({ serves }) => serves))
  const { to } = trickle
  if (to !== undefined) return serving.flat().filter(({ id }) => to.has(id))
  return serving.slice(first + 1).find(({ length }) => length > 0) ?? []
}

const NO_TRICKLE: Choice['trickle'] = { share: 0, members: [] }

function choice(
  rung: Rung,
  members: readonly Member[],
  trickle: Choice['trickle'],
  most: number,
  { by, bits }: Sharing,
  visited: readonly RegionState[],
  record: Pick<SteeredRecord, 'ttl'>,
): Choice {
  const take = Math.min(most, members.length)
  const stay = members.every(({ leave }) => leave === 0) && !visited.some(one => one.divided && isAmong(one, members))
  const alike = members.length === take && trickle.share === 0 && stay
  return {
    rung,
    members,
    trickle,
    take,
    sharing: alike ? 'none' : by,
    bits,
    ...limit(visited, [...members, ...trickle.members], record),
  }
}

const isAmong = ({ id }: RegionState, members: readonly Member[]): boolean => members.some(member => member.id === id)

/** @param given what an answer may hold */
function limit(
  visited: readonly RegionState[],
  given: readonly Member[],
  { ttl }: Pick<SteeredRecord, 'ttl'>,
): Pick<Choice, 'ttl' | 'ttlLimitedBy' | 'ttlIsItsOwn'> {
  // What an operator has taken out does not come back by itself.
  const change = least(visited, ({ enabled, changeIn }) => (enabled ? changeIn : Infinity))
  const bound = least(visited, region => (region.ttl !== undefined && isAmong(region, given) ? region.ttl : undefined))
  const isItsOwn = bound.seconds < change.seconds
  const { id, seconds } = isItsOwn ? bound : change
  if (id === undefined || seconds >= ttl.max) return { ttl: ttl.max }
  return {
    ttl: Math.max(ttl.min, Math.floor(seconds)),
    ttlLimitedBy: id,
    ...(isItsOwn ? { ttlIsItsOwn: true } : {}),
  }
}

interface Limit {
  /** Of the first region that has it; none where nothing is limited. */
  readonly id?: string
  readonly seconds: number
}

const least = (regions: readonly RegionState[], secondsOf: (region: RegionState) => number | undefined): Limit =>
  regions.reduce<Limit>(
    (best, region) => {
      const seconds = secondsOf(region) ?? Infinity
      return seconds < best.seconds ? { id: region.id, seconds } : best
    },
    { seconds: Infinity },
  )
