// What is known of networks besides the databases, as a binary trie that is walked beside their trees: which of the
// networks that rules and rows name an address lies in, and whether it is private. In plain numbers, since there may be a
// hundred thousand networks; and without nodes on the way to a network that is alone there, which would be most of them.
import { type Family, type Prefix, parsePrefix } from '../../dns/address.js'
import type { ClientKey } from '../geo/client-key.js'
import { type SortedNetworks, sortNetworks } from './sorted-networks.js'

/** Networks of one family; the same one may be among several of the lists. */
export interface KnownNetworks {
  /** Those that rules name; canonical texts. */
  readonly ruled: readonly ClientKey[]
  /** Those that tables have rows of; canonical texts. */
  readonly rows: readonly ClientKey[]
  /** Those without a place of their own on the internet. */
  readonly privates: readonly Prefix[]
}

/**
 * Positions: ≥ 0 something changes below; < 0 the end, where the mark is ~position. A mark stands for all that holds at an end;
 * its number is below `count`.
 */
export class Marks {
  readonly root: number
  private readonly texts: readonly ClientKey[]
  private readonly sorted: SortedNetworks
  private readonly trie: Trie

  constructor(family: Family, { ruled, rows, privates }: KnownNetworks) {
    const texts = [...ruled, ...rows]
    const networkAt = (i: number): Prefix => (i < texts.length ? parsePrefix(texts[i]!)! : privates[i - texts.length]!) // canonical texts are well-formed
    this.texts = texts
    this.sorted = sortNetworks(family, texts.length + privates.length, networkAt)
    this.trie = new Trie(this.sorted, i =>
      i < ruled.length ? OWN | NAMED : i < texts.length ? OWN | NAMED | ROW : PRIVATE,
    )
    this.root = this.trie.root
  }

  get count(): number {
    return this.trie.count
  }

  child(at: number, bit: 0 | 1): number {
    if (at < 0) return at
    const { sorted, trie } = this
    if ((at & ALONE) === 0) return trie.children[at + bit]!
    const mark = at >> MARK_SHIFT
    const depth = (at & DEPTHS) >> 1
    const place = trie.places[mark]!
    if (sorted.bitOf(place, depth) !== bit) return ~trie.around[mark]!
    return depth + 1 === sorted.lengths[place] ? ~mark : at + NEXT_DEPTH
  }

  /** The networks that are named and hold here, the smallest first. */
  networks(mark: number): readonly ClientKey[] {
    const { around, kinds, places } = this.trie
    const found: ClientKey[] = []
    for (let at = mark; at !== NOTHING; at = around[at]!)
      if ((kinds[at]! & OWN) !== 0) found.push(this.texts[this.sorted.order[places[at]!]!]!)
    return found
  }

  /** Whether any network that is named holds here. */
  isNamed(mark: number): boolean {
    return (this.trie.kinds[mark]! & NAMED) !== 0
  }

  /** Whether a table has a row of any of the networks that hold here. */
  hasRows(mark: number): boolean {
    return (this.trie.kinds[mark]! & ROW) !== 0
  }
}

/** The mark where nothing is known. */
export const NOTHING = 0

/** Kinds of marks: whose own network is named, and all within one that is named, is private, has a row. */
const OWN = 1
const NAMED = 2
const PRIVATE = 4
const ROW = 8

/**
 * Positions of nodes are even: where their two are among `children`. Those on the way to a network that is alone there are odd:
 * its mark, a depth below 128, and this bit.
 */
const ALONE = 1
const NEXT_DEPTH = 2
const DEPTHS = 255
const MARK_SHIFT = 8

/** The nodes and marks of sorted networks, as they are made. */
class Trie {
  readonly root: number
  children = new Int32Array(1 << 12)
  private used = 0
  /** Marks given out. */
  count = 1
  /** For each mark the one around it. */
  readonly around: Int32Array
  readonly kinds: Uint8Array
  /** For each mark where among the sorted networks its own is. */
  readonly places: Int32Array
  private readonly sorted: SortedNetworks
  private readonly kindOf: (i: number) => number

  /** @param kindOf of a network, by its number as it was given; those that are named before those that are not */
  constructor(sorted: SortedNetworks, kindOf: (i: number) => number) {
    this.sorted = sorted
    this.kindOf = kindOf
    this.around = new Int32Array(sorted.count + 1)
    this.kinds = new Uint8Array(sorted.count + 1)
    this.places = new Int32Array(sorted.count + 1)
    this.root = this.build(0, sorted.count, 0, NOTHING)
  }

  /** The position of networks that are alike in their first `depth` bits. */
  private build(from: number, to: number, depth: number, around: number): number {
    const { lengths } = this.sorted
    let below = from
    while (below < to && lengths[below] === depth) below++
    const mark = this.marked(from, below, around)
    if (below === to) return ~mark
    if (to - below === 1) {
      const own = this.marked(below, to, mark)
      return own === mark ? ~mark : (own << MARK_SHIFT) | (depth << 1) | ALONE
    }
    const middle = this.firstSet(below, to, depth)
    const at = this.node()
    const left = this.build(below, middle, depth + 1, mark)
    const right = this.build(middle, to, depth + 1, mark)
    // Others than before, where there was no room.
    this.children[at] = left
    this.children[at + 1] = right
    return at
  }

  /** The mark inside of equal networks; the one around them where they say nothing new. */
  private marked(from: number, to: number, around: number): number {
    const within = this.kinds[around]! & ~OWN
    let kinds = within
    for (let place = from; place < to; place++) kinds |= this.kindOf(this.sorted.order[place]!)
    if (kinds === within) return around
    const mark = this.count++
    this.around[mark] = around
    this.kinds[mark] = kinds
    this.places[mark] = from
    return mark
  }

  /** The first of the networks whose bit is 1. */
  private firstSet(from: number, to: number, depth: number): number {
    let low = from
    let high = to
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.sorted.bitOf(middle, depth) === 0) low = middle + 1
      else high = middle
    }
    return low
  }

  private node(): number {
    const at = this.used
    this.used += 2
    if (this.used > this.children.length) {
      const bigger = new Int32Array(this.children.length * 2)
      bigger.set(this.children)
      this.children = bigger
    }
    return at
  }
}
