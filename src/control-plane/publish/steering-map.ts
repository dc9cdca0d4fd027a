// Compiling a steering map: geo database → client classes → rankings → the trie of ../../snapshot/map.ts, in one walk
// over the database's tree. Neighbours that rank alike are merged on the way up, so the map is uniform by ranking, and parts
// that look alike are one.
import { type Family, parsePrefix } from '../../dns/address.js'
import { type ClientMap, FANOUT, leaf, leafRanking, PRIVATE, TABLE_BITS, UNLOCATED } from '../../snapshot/map.js'
import { sharedInt32 } from '../../snapshot/shared.js'
import type { ClientClass } from '../geo/client-class.js'
import type { GeoDatabase } from '../geo/database.js'
import { blockDepths } from './blocks.js'
import { FamilyTree } from './family-tree.js'
import { FoldedNodes } from './folded-nodes.js'
import { Marks, NOTHING } from './marks.js'
import { NumberMap } from './number-map.js'
import { Ranker } from './ranker.js'
import type { Rankings } from './rankings.js'
import { goesByLocation, type MapSpec, networksIn } from './steerings.js'
import { UNROUTABLE } from './unroutable.js'

export interface SteeringMap {
  readonly map: ClientMap
  /** UNLOCATED and PRIVATE (which ranks nothing) come first. */
  readonly rankings: Rankings
}

/** What clients are known by: each database is walked beside the other. */
export interface Sources {
  readonly places: GeoDatabase | undefined
  /** Of the numbers of autonomous systems, where they are in a file of their own. */
  readonly systems?: GeoDatabase | undefined
}

/**
 * Compiles the map of one family; without a database every client is unlocated.
 * @param under a map of the same candidates that is right outside of networks with rows: only what is inside is looked at. Absent: everything is
 */
export function compileMap(sources: Sources, family: Family, spec: MapSpec, under?: SteeringMap): SteeringMap {
  const ranker = new Ranker(spec, under?.rankings)
  const privates = UNROUTABLE[family].map(text => parsePrefix(text)!) // the table above is well-formed
  const marks = new Marks(family, { ...networksIn(spec, family), privates })
  const builder = new MapBuilder(sources, marks, family, ranker, goesByLocation(spec), under?.map)
  return { map: builder.build(), rankings: ranker.list.share() }
}

class MapBuilder {
  private readonly nodes: FoldedNodes
  /** Record of the database of places → ranking, where nothing else is known. */
  private readonly plain = new NumberMap()
  /** The same under each mark, for the record that was met first: under most there is no other. Record and ranking in turn. */
  private readonly firsts: Int32Array
  /** Position in the marks and in the tree of systems → record of the database of places → ranking. */
  private readonly memo = new Map<number, Map<number, number>>()
  /** Four values for each depth of the walk. */
  private readonly scratch: Int32Array

  private readonly places: FamilyTree
  private readonly systems: FamilyTree
  private readonly marks: Marks
  private readonly bits: number
  private readonly ranker: Ranker

  private readonly under: ClientMap
  private readonly isLaid: boolean

  constructor(
    { places, systems }: Sources,
    marks: Marks,
    family: Family,
    ranker: Ranker,
    byLocation: boolean,
    under?: ClientMap,
  ) {
    this.places = new FamilyTree(places, family, byLocation)
    this.systems = new FamilyTree(systems, family)
    this.marks = marks
    this.bits = family === 4 ? 32 : 128
    this.ranker = ranker
    this.scratch = new Int32Array((this.bits + 2) * FANOUT)
    this.under = under ?? NOTHING_UNDER
    this.isLaid = under !== undefined
    this.nodes = new FoldedNodes(this.under.nodes)
    this.firsts = new Int32Array(marks.count * 2).fill(NO_RECORD)
  }

  build(): ClientMap {
    const values = new Int32Array(1 << TABLE_BITS)
    this.fill(values, this.places.root, this.systems.root, this.marks.root, 0, 0)
    const depths = blockDepths(values)
    const table = sharedInt32(values.length)
    for (let i = 0; i < values.length; i++) table[i] = values[i]! >= 0 ? values[i]! : leaf(~values[i]!, depths[i]!)
    return { table, nodes: this.nodes.share() }
  }

  /** The first 16 bits: every prefix of them gets its value. */
  private fill(values: Int32Array, at: number, system: number, mark: number, depth: number, prefix: number): void {
    const { places, systems, marks, under } = this
    const span = 1 << (TABLE_BITS - depth)
    if (this.isUntouched(mark)) {
      for (let i = prefix; i < prefix + span; i++) values[i] = branchOf(under.table[i]!)
      return
    }
    if (depth === TABLE_BITS || this.isEnd(at, system, mark)) {
      values.fill(this.value(at, system, mark, depth, under.table[prefix]!), prefix, prefix + span)
      return
    }
    const half = 1 << (TABLE_BITS - depth - 1)
    for (const bit of [0, 1] as const)
      this.fill(
        values,
        places.step(at, bit),
        systems.step(system, bit),
        marks.child(mark, bit),
        depth + 1,
        prefix + bit * half,
      )
  }

  /** Whether what lies under it holds for all addresses below. */
  private isUntouched(mark: number): boolean {
    return mark < 0 && this.isLaid && !this.marks.hasRows(~mark)
  }

  /** Whether all addresses below are known by the same. */
  private isEnd(at: number, system: number, mark: number): boolean {
    return at >= this.places.nothing && mark < 0 && system >= this.systems.nothing
  }

  /** ~ranking where all addresses below rank alike, else a node. @param word of the map that lies under it */
  private value(at: number, system: number, mark: number, depth: number, word: number): number {
    if (this.isUntouched(mark)) return branchOf(word)
    if (mark < 0 && word < 0 && system >= this.systems.nothing) return this.valueOfPlaces(at, system, mark, depth)
    if (this.isEnd(at, system, mark)) return ~this.rankingOf(at, system, mark)
    if (depth >= this.bits) return ~UNLOCATED
    const { places, systems, marks, scratch, under } = this
    const base = depth * FANOUT
    for (let two = 0; two < FANOUT; two++) {
      const bit = (two >> 1) as 0 | 1 // two is below 4
      const next = (two & 1) as 0 | 1
      scratch[base + two] = this.value(
        places.step(places.step(at, bit), next),
        systems.step(systems.step(system, bit), next),
        marks.child(marks.child(mark, bit), next),
        depth + 2,
        word < 0 ? word : under.nodes[word * FANOUT + two]!,
      )
    }
    return this.emit(scratch[base]!, scratch[base + 1]!, scratch[base + 2]!, scratch[base + 3]!, depth)
  }

  /** The same where all that is below `at` is known by its places alone: nearly everywhere, and so in half of the time. */
  private valueOfPlaces(at: number, system: number, mark: number, depth: number): number {
    const { places } = this
    if (at >= places.nothing) return ~this.rankingOf(at, system, mark)
    if (depth >= this.bits) return ~UNLOCATED
    const left = places.step(at, 0)
    const right = places.step(at, 1)
    let a: number
    let b: number
    let c: number
    let d: number
    if (left >= places.nothing) a = b = ~this.rankingOf(left, system, mark)
    else {
      a = this.valueOfPlaces(places.step(left, 0), system, mark, depth + 2)
      b = this.valueOfPlaces(places.step(left, 1), system, mark, depth + 2)
    }
    if (right >= places.nothing) c = d = ~this.rankingOf(right, system, mark)
    else {
      c = this.valueOfPlaces(places.step(right, 0), system, mark, depth + 2)
      d = this.valueOfPlaces(places.step(right, 1), system, mark, depth + 2)
    }
    return this.emit(a, b, c, d, depth)
  }

  /** What four quarters of the addresses below `depth` bits come to, each ~ranking or a node. */
  private emit(a: number, b: number, c: number, d: number, depth: number): number {
    if (a < 0 && a === b && a === c && a === d) return a
    const left = a < 0 && a === b ? depth + 1 : depth + 2
    const right = c < 0 && c === d ? depth + 1 : depth + 2
    return this.nodes.one(
      a < 0 ? leaf(~a, left) : a,
      b < 0 ? leaf(~b, left) : b,
      c < 0 ? leaf(~c, right) : c,
      d < 0 ? leaf(~d, right) : d,
    )
  }

  private rankingOf(at: number, system: number, position: number): number {
    const { places, systems, marks } = this
    const mark = ~position
    if (system === systems.nothing) {
      if (mark === NOTHING) return this.plainRanking(at)
      if (at === places.nothing && !marks.isNamed(mark)) return PRIVATE // what is not named is private
      const first = mark * 2
      if (this.firsts[first] === at) return this.firsts[first + 1]!
      if (this.firsts[first] === NO_RECORD) {
        this.firsts[first] = at
        return (this.firsts[first + 1] = this.ranker.numberOf(this.classOf(at, system, mark)))
      }
    }
    const around = mark + system * marks.count
    let memo = this.memo.get(around)
    if (memo === undefined) this.memo.set(around, (memo = new Map()))
    const known = memo.get(at)
    if (known !== undefined) return known
    const number = this.ranker.numberOf(this.classOf(at, system, mark))
    memo.set(at, number)
    return number
  }

  private plainRanking(at: number): number {
    if (at === this.places.nothing) return UNLOCATED
    const known = this.plain.get(at)
    if (known >= 0) return known
    const number = this.ranker.numberOf(this.classOf(at, this.systems.nothing, NOTHING))
    this.plain.add(at, number)
    return number
  }

  private classOf(at: number, system: number, mark: number): ClientClass {
    const place = this.places.place(at)
    const asn = place.asn ?? this.systems.place(system).asn
    const networks = this.marks.networks(mark)
    if (networks.length === 0 && asn === place.asn) return place
    // Assignments: there may be a hundred thousand networks, and spreads take several times as long.
    const client: { -readonly [Key in keyof ClientClass]: ClientClass[Key] } = Object.assign({}, place)
    if (asn !== undefined) client.asn = asn
    if (networks.length > 0) client.networks = networks
    return client
  }
}

/** A word of a map, as `value` gives it. */
const branchOf = (word: number): number => (word < 0 ? ~leafRanking(word) : word)

const NOTHING_UNDER: ClientMap = {
  table: new Int32Array(1 << TABLE_BITS).fill(leaf(UNLOCATED, 0)),
  nodes: new Int32Array(0),
}

const NO_RECORD = -1
