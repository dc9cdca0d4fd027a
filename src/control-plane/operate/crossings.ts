// Two steering maps laid over each other: which clients have which ranking in the one, and which in the other.
import { type ClientMap, FANOUT, leafRanking, lookup4, lookup6, PRIVATE, UNLOCATED } from '../../snapshot/map.js'
import type { MapPair } from '../publish/map-maker.js'
import { rankingShares } from '../publish/map-weights.js'
import type { Weighed } from './weighed.js'

/** Clients that have these rankings; undefined: the name is not there. */
export interface Crossing {
  readonly family: 4 | 6
  readonly before: number | undefined
  readonly after: number | undefined
  /** Of all that are looked at: a share of the address space, queries, or people. */
  readonly weight: number
}

export interface Maps {
  readonly before: MapPair | undefined
  readonly after: MapPair | undefined
}

/** Clients of both families count the same: how many there are of each is not known. */
const FAMILIES = [4, 6] as const

/** Weighed by the addresses that are located, 1 being all of them. */
export async function crossAddresses(maps: Maps): Promise<readonly Crossing[]> {
  const found: Crossing[] = []
  for (const family of FAMILIES) {
    const [a, b] = [maps.before?.[family], maps.after?.[family]]
    if (a === undefined || b === undefined || a === b) found.push(...inOneMap(maps, family))
    else
      for (const [before, after, share] of await overlay(a.map, b.map, b.rankings.length))
        if (share > 0) found.push({ family, before, after, weight: share / FAMILIES.length })
  }
  return found
}

/** The same where the maps stay: at once. */
export const crossSame = (pair: MapPair): readonly Crossing[] =>
  FAMILIES.flatMap(family => inOneMap({ before: pair, after: pair }, family))

function inOneMap({ before, after }: Maps, family: (typeof FAMILIES)[number]): readonly Crossing[] {
  const { map, rankings } = (before?.[family] ?? after?.[family])! // a name has a map before, or after
  return [...rankingShares(map, rankings.length)].flatMap((share, ranking) =>
    share > 0
      ? {
          family,
          before: before === undefined ? undefined : ranking,
          after: after === undefined ? undefined : ranking,
          weight: share / FAMILIES.length,
        }
      : [],
  )
}

/** Of these clients alone. Networks that are private or unknown are there as well: they too get an answer. */
export function crossClients({ before, after }: Maps, clients: readonly Weighed[]): readonly Crossing[] {
  return clients.map(({ bytes, weight }) => {
    const family = bytes.length === 4 ? 4 : 6
    const rankingIn = (pair: MapPair | undefined): number | undefined => pair && rankingOf(pair[family].map, bytes)
    return { family, before: rankingIn(before), after: rankingIn(after), weight }
  })
}

/** A client of a private network is unlocated where the resolver says no more. */
export function rankingOf(map: ClientMap, bytes: Uint8Array): number {
  const word =
    bytes.length === 4
      ? lookup4(map, (bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!)
      : lookup6(map, bytes, 0)
  const ranking = leafRanking(word)
  return ranking === PRIVATE ? UNLOCATED : ranking
}

/** Entries of the tables that are gone through before others have their turn. */
const AT_ONCE = 2048

/** By pair of rankings, the share of the addresses that are located. Maps of all cities take a tenth of a second or so. */
async function overlay(
  a: ClientMap,
  b: ClientMap,
  rankings: number,
): Promise<readonly (readonly [before: number, after: number, share: number])[]> {
  const sums = new Map<number, number>()
  let all = 0
  const walk = (x: number, y: number, size: number): void => {
    if (x < 0 && y < 0) {
      const before = leafRanking(x)
      if (before === UNLOCATED || before === PRIVATE) return
      const key = before * rankings + leafRanking(y)
      sums.set(key, (sums.get(key) ?? 0) + size)
      all += size
      return
    }
    for (let i = 0; i < FANOUT; i++)
      walk(x < 0 ? x : a.nodes[x * FANOUT + i]!, y < 0 ? y : b.nodes[y * FANOUT + i]!, size / FANOUT)
  }
  for (let entry = 0; entry < a.table.length; entry++) {
    if (entry % AT_ONCE === 0) await new Promise(resolve => setImmediate(resolve))
    walk(a.table[entry]!, b.table[entry]!, 1)
  }
  return [...sums].map(([key, size]) => [Math.floor(key / rankings), key % rankings, size / all])
}
