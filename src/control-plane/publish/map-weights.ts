// How much of the address space has each ranking of a steering map: what a change would move is told in shares of it.
import { type ClientMap, FANOUT, leafRanking, PRIVATE, UNLOCATED } from '../../snapshot/map.js'

/**
 * By number of the ranking, its share of all addresses that are located, 0 to 1; 0 for all where none is.
 * One pass over the map, tens of milliseconds for one of all cities: kept for as long as the map is.
 */
export function rankingShares(map: ClientMap, rankings: number): Float64Array {
  const known = kept.get(map)
  if (known !== undefined) return known
  const shares = new Float64Array(rankings)
  const below = new Float64Array(map.nodes.length / FANOUT)
  const give = (word: number, amount: number): void => {
    if (word < 0) shares[leafRanking(word)]! += amount
    else below[word]! += amount
  }
  for (const word of map.table) give(word, 1)
  // Children have smaller numbers than their parents.
  for (let node = below.length - 1; node >= 0; node--)
    for (let i = 0; i < FANOUT; i++) give(map.nodes[node * FANOUT + i]!, below[node]! / FANOUT)
  shares[UNLOCATED] = 0
  shares[PRIVATE] = 0
  const all = shares.reduce((sum, share) => sum + share, 0)
  if (all > 0) for (let i = 0; i < rankings; i++) shares[i]! /= all
  kept.set(map, shares)
  return shares
}

const kept = new WeakMap<ClientMap, Float64Array>()
