// Gathers the rankings of a map while it is compiled. Asked once for each record of a database, so that known ones are
// found by their hash, and nothing is made to find them.
import { GrowingNumbers } from './growing-numbers.js'
import { type Rankings, tiersOf } from './rankings.js'

/** A candidate that knows its place in the list, so that a ranking of candidates is one of places without a look-up. */
export interface Placed {
  readonly place: number
}

export interface PlacedRanking {
  readonly tiers: readonly (readonly Placed[])[]
  readonly inside: number
}

/** No ranking. */
const EMPTY = -1

export class RankingList {
  private readonly rows = new GrowingNumbers()
  private readonly starts = new GrowingNumbers()
  private readonly inside = new GrowingNumbers()
  private readonly tierPlaces = new GrowingNumbers()
  private readonly tierStarts = new GrowingNumbers()
  /** Of tiers with one region, by its place. */
  private readonly lone: number[] = []
  private readonly several = new Map<string, number>()
  /** Numbers of rankings by their hash; a power of two of them, no more than half of them taken. */
  private slots = new Int32Array(1 << 12).fill(EMPTY)
  private row = new Int32Array(64)

  constructor() {
    this.starts.push(0)
    this.tierStarts.push(0)
  }

  /**
   * Goes on with what another map has, under the same numbers.
   * @param apart how many of the first ones are not to be found again
   */
  static from(rankings: Rankings, apart: number): RankingList {
    const list = new RankingList()
    for (const places of tiersOf(rankings)) {
      const tier = places.map(place => ({ place }))
      if (tier.length === 1) list.addLone(tier)
      else list.tierOf(tier)
    }
    const { rows, starts, inside } = rankings
    for (let number = 0; number < rankings.length; number++) {
      const first = starts[number]!
      const length = starts[number + 1]! - first
      if (length > list.row.length) list.row = new Int32Array(length * 2)
      for (let i = 0; i < length; i++) list.row[i] = rows[first + i]!
      list.append(length, inside[number]!)
      if (list.length * 2 > list.slots.length) list.grow()
      if (number >= apart) list.put(list.slots, number)
    }
    return list
  }

  get length(): number {
    return this.inside.length
  }

  /** Adds a ranking that is not to be found again: located clients that rank alike are kept apart from it. */
  addApart(ranking: PlacedRanking): number {
    return this.append(this.read(ranking), ranking.inside)
  }

  /** Whether the ranking of that number is this one. */
  isAt(number: number, ranking: PlacedRanking): boolean {
    return this.isSame(number, this.read(ranking), ranking.inside)
  }

  numberOf(ranking: PlacedRanking): number {
    const length = this.read(ranking)
    const { inside } = ranking
    const { slots } = this
    const mask = slots.length - 1
    for (let slot = this.hash(length, inside) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot]!
      if (number === EMPTY) {
        slots[slot] = this.length
        const added = this.append(length, inside)
        if (this.length * 2 > slots.length) this.grow()
        return added
      }
      if (this.isSame(number, length, inside)) return number
    }
  }

  share(): Rankings {
    const { rows, starts, inside, tierPlaces, tierStarts, length } = this
    return {
      length,
      rows: rows.shareNarrow(),
      starts: starts.share(),
      inside: inside.share(),
      tierPlaces: tierPlaces.share(),
      tierStarts: tierStarts.share(),
    }
  }

  /** Puts the numbers of the ranking's tiers into `row`. @returns how many they are */
  private read({ tiers }: PlacedRanking): number {
    const { length } = tiers
    if (length > this.row.length) this.row = new Int32Array(length * 2)
    const { row, lone } = this
    for (let i = 0; i < length; i++) {
      const tier = tiers[i]!
      row[i] = tier.length === 1 ? (lone[tier[0]!.place] ?? this.addLone(tier)) : this.tierOf(tier)
    }
    return length
  }

  private addLone(tier: readonly Placed[]): number {
    const number = this.addTier(tier)
    this.lone[tier[0]!.place] = number
    return number
  }

  private tierOf(tier: readonly Placed[]): number {
    const key = tier.map(({ place }) => place).join()
    const known = this.several.get(key)
    if (known !== undefined) return known
    const number = this.addTier(tier)
    this.several.set(key, number)
    return number
  }

  private addTier(tier: readonly Placed[]): number {
    for (const { place } of tier) this.tierPlaces.push(place)
    this.tierStarts.push(this.tierPlaces.length)
    return this.tierStarts.length - 2
  }

  private append(length: number, inside: number): number {
    for (let i = 0; i < length; i++) this.rows.push(this.row[i]!)
    this.starts.push(this.rows.length)
    this.inside.push(inside)
    return this.length - 1
  }

  private hash(length: number, inside: number): number {
    let hash = inside
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ this.row[i]!, 0x01000193)
    return spread(hash)
  }

  private isSame(number: number, length: number, inside: number): boolean {
    const first = this.starts.get(number)
    if (this.starts.get(number + 1) - first !== length || this.inside.get(number) !== inside) return false
    return this.rows.matches(first, this.row, length)
  }

  private grow(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(EMPTY)
    for (const number of this.slots) if (number !== EMPTY) this.put(slots, number)
    this.slots = slots
  }

  private put(slots: Int32Array, number: number): void {
    const first = this.starts.get(number)
    const length = this.starts.get(number + 1) - first
    for (let i = 0; i < length; i++) this.row[i] = this.rows.get(first + i)
    const mask = slots.length - 1
    let slot = this.hash(length, this.inside.get(number)) & mask
    while (slots[slot] !== EMPTY) slot = (slot + 1) & mask
    slots[slot] = number
  }
}

/** Its high bits into the low ones, which are those that count. */
const spread = (hash: number): number => Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ (hash >>> 13)
