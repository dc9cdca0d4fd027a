// Rankings as a map has them: each distinct one once, flat in shared memory, so that neither a thread that takes them
// over nor a start that reads them copies anything. A ranking is a row of numbers of tiers; tiers are few, and most of a
// single region.

/** Tiers, best first, of places in the map's list of candidates; so many of the first ones are inside the fence. */
export interface CompactRanking {
  readonly tiers: readonly (readonly number[])[]
  readonly inside: number
}

/** Numbers from 0 on, in words that are as narrow as they may be. */
export type Narrow = Uint8Array | Uint16Array | Int32Array

export interface Rankings {
  readonly length: number
  /** Numbers of tiers, best first, of one ranking after the other. */
  readonly rows: Narrow
  /** Where in `rows` each begins, and where the last one ends. */
  readonly starts: Int32Array
  /** For each, how many of its tiers are inside the fence. */
  readonly inside: Int32Array
  /** Places in the list of candidates, of one tier after the other. */
  readonly tierPlaces: Int32Array
  /** Where in `tierPlaces` each begins, and where the last one ends. */
  readonly tierStarts: Int32Array
}

/** The tiers by their numbers; the same objects each time. */
export function tiersOf({ tierPlaces, tierStarts }: Rankings): readonly (readonly number[])[] {
  const known = kept.get(tierPlaces)
  if (known !== undefined) return known
  const tiers = Array.from({ length: tierStarts.length - 1 }, (_, tier) => [
    ...tierPlaces.subarray(tierStarts[tier], tierStarts[tier + 1]),
  ])
  kept.set(tierPlaces, tiers)
  return tiers
}

const kept = new WeakMap<Int32Array, readonly (readonly number[])[]>()

/** @param number of a ranking that there is */
export function rankingAt(rankings: Rankings, number: number): CompactRanking {
  const tiers = tiersOf(rankings)
  const row = rankings.rows.subarray(rankings.starts[number], rankings.starts[number + 1])
  return { tiers: Array.from(row, tier => tiers[tier]!), inside: rankings.inside[number]! }
}

/** The same, and each ranking is one object for as long as the reader is kept. */
export function rankingReader(): (rankings: Rankings, number: number) => CompactRanking {
  const read = new Map<Rankings, Map<number, CompactRanking>>()
  return (rankings, number) => {
    const own = read.get(rankings) ?? new Map<number, CompactRanking>()
    read.set(rankings, own)
    const ranking = own.get(number) ?? rankingAt(rankings, number)
    own.set(number, ranking)
    return ranking
  }
}
