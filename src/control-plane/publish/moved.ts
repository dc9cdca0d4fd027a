// How many clients get another region where one map takes the place of another: both are walked side by side.
import type { Family } from '../../dns/address.js'
import { type ClientMap, FANOUT, leafRanking, PRIVATE, UNLOCATED } from '../../snapshot/map.js'
import type { MapPair } from './map-maker.js'
import { type CompactRanking, type Rankings, rankingAt } from './rankings.js'

/** Shares of the clients by region, adding up to 1; empty where there is no answer. */
export type RegionShares = ReadonlyMap<string, number>

/** What the clients of a ranking get. */
export type SharesOf = (ranking: CompactRanking) => RegionShares

export interface Moved {
  /** Of all addresses that either map locates, 0 to 1. */
  readonly share: number
  /** Greatest share first; `nowhere` where clients get no answer. */
  readonly moves: readonly { readonly from: string; readonly to: string; readonly share: number }[]
}

interface Side {
  readonly maps: MapPair
  readonly sharesOf: SharesOf
}

const FAMILIES: readonly Family[] = [4, 6]

/** Both families count the same: how many clients there are of each is not known. */
export function movedBetween(before: Side, after: Side): Moved {
  const moves = new Map<string, number>()
  for (const family of FAMILIES) {
    const [a, b] = [before.maps[family], after.maps[family]]
    const pairs = pairWeights(a.map, b.map, b.rankings.length)
    const all = [...pairs.values()].reduce((sum, weight) => sum + weight, 0)
    const [then, now] = [remembered(a.rankings, before.sharesOf), remembered(b.rankings, after.sharesOf)]
    for (const [key, weight] of pairs) {
      const from = then(Math.floor(key / b.rankings.length))
      addMoves(moves, from, now(key % b.rankings.length), weight / all / FAMILIES.length)
    }
  }
  const list = [...moves].map(([key, share]) => {
    const [from = '', to = ''] = key.split(' ')
    return { from, to, share }
  })
  return {
    share: list.reduce((sum, { share }) => sum + share, 0),
    moves: list.sort((a, b) => b.share - a.share),
  }
}

/** By pair of rankings (`before · count + after`), how many /16 have it. */
function pairWeights(before: ClientMap, after: ClientMap, count: number): ReadonlyMap<number, number> {
  const weights = new Map<number, number>()
  const walk = (a: number, b: number, weight: number): void => {
    if (a >= 0 || b >= 0) {
      for (let i = 0; i < FANOUT; i++)
        walk(a >= 0 ? before.nodes[a * FANOUT + i]! : a, b >= 0 ? after.nodes[b * FANOUT + i]! : b, weight / FANOUT)
      return
    }
    const [from, to] = [leafRanking(a), leafRanking(b)]
    if ((from === UNLOCATED || from === PRIVATE) && (to === UNLOCATED || to === PRIVATE)) return
    const key = from * count + to
    weights.set(key, (weights.get(key) ?? 0) + weight)
  }
  for (let i = 0; i < before.table.length; i++) walk(before.table[i]!, after.table[i]!, 1)
  return weights
}

function remembered(rankings: Rankings, sharesOf: SharesOf): (number: number) => RegionShares {
  const known = new Map<number, RegionShares>()
  return number => {
    const before = known.get(number)
    if (before !== undefined) return before
    const shares = sharesOf(rankingAt(rankings, number)) // a number of this map
    const whole = shares.size === 0 ? NOWHERE : shares
    known.set(number, whole)
    return whole
  }
}

const NOWHERE: RegionShares = new Map([['nowhere', 1]])

/** Clients are drawn by rendezvous hashing: none moves that need not. */
function addMoves(moves: Map<string, number>, before: RegionShares, after: RegionShares, weight: number): void {
  const gains = [...after].map(([id, share]) => [id, Math.max(0, share - (before.get(id) ?? 0))] as const)
  const gained = gains.reduce((sum, [, gain]) => sum + gain, 0)
  if (gained === 0) return
  for (const [from, share] of before) {
    const lost = share - (after.get(from) ?? 0)
    if (lost <= 0) continue
    for (const [to, gain] of gains) {
      if (gain === 0) continue
      const key = `${from} ${to}`
      moves.set(key, (moves.get(key) ?? 0) + (weight * lost * gain) / gained)
    }
  }
}
