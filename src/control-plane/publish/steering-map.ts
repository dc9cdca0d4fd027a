// Compiling a steering map: geo database → client classes → rankings → the trie of ../../snapshot/map.ts, in one walk
// over the database's tree. Neighbours that rank alike are merged on the way up, so the map is uniform by ranking, and parts
// that look alike are one.
import { type Family, parsePrefix } from '../../dns/address.js'
import { type ClientMap, FANOUT, leaf, PRIVATE, TABLE_BITS, UNLOCATED } from '../../snapshot/map.js'
import { sharedInt32 } from '../../snapshot/shared.js'
import type { ClientClass } from '../geo/client-class.js'
import { networkOf } from '../geo/client-key.js'
import type { GeoDatabase } from '../geo/database.js'
import { type Prepared, preparePolicy, type Ranked } from '../policies/policy.js'
import { blockDepths } from './blocks.js'
import { FoldedNodes } from './folded-nodes.js'
import { buildMarks, type Mark, type Marks, markChild, NOTHING } from './marks.js'
import { NumberMap } from './number-map.js'
import { type PlacedRanking, RankingList } from './ranking-list.js'
import type { Rankings } from './rankings.js'
import { keysIn, type MapSpec } from './steerings.js'

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
 * Networks without a place of their own on the internet (RFC 6890 and its updates). What a database says of them goes
 * before: an operator's own may well know where 10.20.0.0/16 is.
 */
const UNROUTABLE: Readonly<Record<Family, readonly string[]>> = {
  4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
  ],
  6: ['::/8', '100::/64', '2001:db8::/32', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
}

/** Compiles the map of one family; without a database every client is unlocated. */
export function compileMap(sources: Sources, family: Family, spec: MapSpec): SteeringMap {
  const ranker = new Ranker(spec)
  const named = keysIn(spec).flatMap(key => networkOf(key) ?? [])
  const own = named.filter(({ bytes }) => bytes.length === (family === 4 ? 4 : 16))
  const privates = UNROUTABLE[family].map(text => parsePrefix(text)!) // the table above is well-formed
  const builder = new MapBuilder(sources, buildMarks(own, privates), family, ranker)
  return { map: builder.build(), rankings: ranker.list.share() }
}

/** Ranks clients: full permutations of 20 regions come to a few thousand distinct rankings, not hundreds of thousands. */
class Ranker {
  readonly list = new RankingList()
  private readonly policy: Prepared

  constructor({ policy, candidates, tables }: MapSpec) {
    const placed = candidates.map((candidate, place) => ({ ...candidate, place }))
    this.policy = preparePolicy(policy, placed, tables)
    // Kept apart from located clients that happen to rank alike, so that they can be counted.
    this.list.addApart(this.rank({}))
    this.list.addApart({ tiers: [], inside: 0 })
  }

  numberOf(client: ClientClass): number {
    const ranking = this.rank(client)
    // Whatever else is known of it, it did not matter.
    if (client.location === undefined && this.list.isAt(UNLOCATED, ranking)) return UNLOCATED
    return this.list.numberOf(ranking)
  }

  private rank(client: ClientClass): PlacedRanking {
    return this.policy.rank(client) as Ranked & PlacedRanking // steps neither make nor change candidates
  }
}

class MapBuilder {
  private readonly nodes = new FoldedNodes()
  /** Record of the database of places → ranking, where nothing else is known. */
  private readonly plain = new NumberMap()
  /** Position in the marks and in the tree of systems → record of the database of places → ranking. */
  private readonly memo = new Map<number, Map<number, number>>()
  /** Four values for each depth of the walk. */
  private readonly scratch: Int32Array

  private readonly places: Tree
  private readonly systems: Tree
  private readonly marks: Marks
  private readonly bits: number
  private readonly ranker: Ranker

  constructor({ places, systems }: Sources, marks: Marks, family: Family, ranker: Ranker) {
    this.places = new Tree(places, family)
    this.systems = new Tree(systems, family)
    this.marks = marks
    this.bits = family === 4 ? 32 : 128
    this.ranker = ranker
    this.scratch = new Int32Array((this.bits + 2) * FANOUT)
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
    if (depth === TABLE_BITS || this.isEnd(at, system, mark)) {
      const span = 1 << (TABLE_BITS - depth)
      values.fill(this.value(at, system, mark, depth), prefix, prefix + span)
      return
    }
    const { places, systems, marks } = this
    const half = 1 << (TABLE_BITS - depth - 1)
    for (const bit of [0, 1] as const)
      this.fill(
        values,
        places.step(at, bit),
        systems.step(system, bit),
        markChild(marks, mark, bit),
        depth + 1,
        prefix + bit * half,
      )
  }

  /** Whether all addresses below are known by the same. */
  private isEnd(at: number, system: number, mark: number): boolean {
    return at >= this.places.nothing && mark < 0 && system >= this.systems.nothing
  }

  /** ~ranking where all addresses below rank alike, else a node. */
  private value(at: number, system: number, mark: number, depth: number): number {
    if (this.isEnd(at, system, mark)) return ~this.rankingOf(at, system, mark)
    if (depth >= this.bits) return ~UNLOCATED
    const { places, systems, marks, scratch } = this
    const base = depth * FANOUT
    for (let two = 0; two < FANOUT; two++) {
      const bit = (two >> 1) as 0 | 1 // two is below 4
      const next = (two & 1) as 0 | 1
      scratch[base + two] = this.value(
        places.step(places.step(at, bit), next),
        systems.step(systems.step(system, bit), next),
        markChild(marks, markChild(marks, mark, bit), next),
        depth + 2,
      )
    }
    return this.emit(base, depth)
  }

  private emit(base: number, depth: number): number {
    const { scratch } = this
    const a = scratch[base]!
    const b = scratch[base + 1]!
    const c = scratch[base + 2]!
    const d = scratch[base + 3]!
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
    const mark = marks.list[~position]!
    if (at === places.nothing && system === systems.nothing && mark.networks.length === 0)
      return mark.isPrivate ? PRIVATE : UNLOCATED
    if (position === NOTHING && system === systems.nothing) return this.plainRanking(at, mark)
    const around = ~position + system * marks.list.length
    let memo = this.memo.get(around)
    if (memo === undefined) this.memo.set(around, (memo = new Map()))
    const known = memo.get(at)
    if (known !== undefined) return known
    const number = this.ranker.numberOf(this.classOf(at, system, mark))
    memo.set(at, number)
    return number
  }

  private plainRanking(at: number, mark: Mark): number {
    const known = this.plain.get(at)
    if (known >= 0) return known
    const number = this.ranker.numberOf(this.classOf(at, this.systems.nothing, mark))
    this.plain.add(at, number)
    return number
  }

  private classOf(at: number, system: number, { networks }: Mark): ClientClass {
    const place = this.places.place(at)
    const asn = place.asn ?? this.systems.place(system).asn
    if (networks.length === 0 && asn === place.asn) return place
    return { ...place, ...(asn === undefined ? {} : { asn }), ...(networks.length === 0 ? {} : { networks }) }
  }
}

const NOWHERE: ClientClass = {}

/** The part of a database that is about one family; without a database one position, which is nothing. */
class Tree {
  readonly root: number
  readonly nothing: number
  private readonly database: GeoDatabase | undefined

  constructor(database: GeoDatabase | undefined, family: Family) {
    this.database = database
    this.nothing = database?.nodeCount ?? 0
    this.root = database?.root(family) ?? this.nothing
  }

  step(at: number, bit: 0 | 1): number {
    return at < this.nothing ? this.database!.child(at, bit) : at // without a database nothing is below `nothing`
  }

  place(at: number): ClientClass {
    return at > this.nothing ? this.database!.placeForPolicies(at) : NOWHERE // records come from a database
  }
}
