// Compiling a steering map: geo database → client classes → rankings → the trie of ../../snapshot/map.ts, in one walk
// over the database's tree. Neighbours that rank alike are merged on the way up, so the map is uniform by ranking.
import { type Family, parsePrefix } from '../../dns/address.js'
import { type ClientMap, FANOUT, leaf, PRIVATE, TABLE_BITS, UNLOCATED } from '../../snapshot/map.js'
import { sharedInt32, Words } from '../../snapshot/shared.js'
import type { ClientClass } from '../geo/client-class.js'
import type { GeoDatabase } from '../geo/database.js'
import { type Candidate, rank } from '../policies/policy.js'
import type { PolicySpec } from '../traffic/document.js'
import { blockDepths } from './blocks.js'
import { buildOverlay, INSIDE, NOTHING, type Overlay, overlayChild } from './overlay.js'
import type { MapSpec } from './steerings.js'

/** Tiers, best first, of places in the map's list of candidates. */
export type CompactRanking = readonly (readonly number[])[]

export interface SteeringMap {
  readonly map: ClientMap
  /** By number; UNLOCATED and PRIVATE (which ranks nothing) come first. */
  readonly rankings: readonly CompactRanking[]
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
export function compileMap(database: GeoDatabase | undefined, family: Family, spec: MapSpec): SteeringMap {
  const rankings = new Rankings(spec)
  const overlay = buildOverlay(UNROUTABLE[family].map(text => parsePrefix(text)!)) // the table above is well-formed
  const nothing = database?.nodeCount ?? 0
  const root = database?.root(family) ?? nothing
  const builder = new MapBuilder(database, overlay, nothing, family === 4 ? 32 : 128, rankings)
  const map = builder.build(root)
  return { map, rankings: rankings.list }
}

/** A candidate that knows its place in the list, so that a ranking of candidates is one of places without a look-up. */
interface Placed extends Candidate {
  readonly place: number
}

/**
 * Interns rankings: full permutations of 20 regions come to a few thousand distinct ones, not hundreds of thousands.
 * Asked once for each record of a database, so known ones are found by hash, and nothing is made to find them.
 */
class Rankings {
  readonly list: CompactRanking[] = []
  private readonly byHash = new Map<number, number[]>()
  private readonly tiers = new Tiers()
  private readonly policy: PolicySpec
  private readonly candidates: readonly Placed[]

  constructor({ policy, candidates }: MapSpec) {
    this.policy = policy
    this.candidates = candidates.map((candidate, place) => ({ ...candidate, place }))
    // Kept apart from located clients that happen to rank alike, so that they can be counted.
    this.list.push(this.compact(this.rank({})), [])
  }

  numberOf(client: ClientClass): number {
    if (client.location === undefined) return UNLOCATED
    const ranking = this.rank(client)
    const hash = hashOf(ranking)
    const alike = this.byHash.get(hash)
    const known = alike?.find(number => isSame(this.list[number]!, ranking))
    if (known !== undefined) return known
    const number = this.list.push(this.compact(ranking)) - 1
    this.byHash.set(hash, [...(alike ?? []), number])
    return number
  }

  private rank(client: ClientClass): readonly (readonly Placed[])[] {
    return rank(this.policy, this.candidates, client) as readonly (readonly Placed[])[] // steps neither make nor change candidates
  }

  private compact(ranking: readonly (readonly Placed[])[]): CompactRanking {
    return ranking.map(tier => this.tiers.one(tier.map(({ place }) => place)))
  }
}

function hashOf(ranking: readonly (readonly Placed[])[]): number {
  let hash = 0
  for (const tier of ranking) {
    for (const { place } of tier) hash = Math.imul(hash ^ place, 0x01000193)
    hash = Math.imul(hash, 31) + 1
  }
  return hash | 0
}

function isSame(known: CompactRanking, ranking: readonly (readonly Placed[])[]): boolean {
  return (
    known.length === ranking.length &&
    known.every((places, i) => {
      const tier = ranking[i]!
      return places.length === tier.length && places.every((place, k) => place === tier[k]!.place)
    })
  )
}

/** Equal tiers as one object: thousands of rankings are made of a few dozen tiers, most of a single region. */
export class Tiers {
  private readonly known = new Map<string, readonly number[]>()

  one(tier: readonly number[]): readonly number[] {
    const key = tier.join()
    const known = this.known.get(key)
    if (known !== undefined) return known
    this.known.set(key, tier)
    return tier
  }
}

class MapBuilder {
  private readonly nodes = new Words()
  private readonly memo = new Map<number, number>()
  /** Four values for each depth of the walk. */
  private readonly scratch: Int32Array

  private readonly database: GeoDatabase | undefined
  private readonly overlay: Overlay
  private readonly nothing: number
  private readonly bits: number
  private readonly rankings: Rankings

  constructor(database: GeoDatabase | undefined, overlay: Overlay, nothing: number, bits: number, rankings: Rankings) {
    this.database = database
    this.overlay = overlay
    this.nothing = nothing
    this.bits = bits
    this.rankings = rankings
    this.scratch = new Int32Array((bits + 2) * FANOUT)
  }

  build(root: number): ClientMap {
    const values = new Int32Array(1 << TABLE_BITS)
    this.fill(values, root, this.overlay.root, 0, 0)
    const depths = blockDepths(values)
    const table = sharedInt32(values.length)
    for (let i = 0; i < values.length; i++) table[i] = values[i]! >= 0 ? values[i]! : leaf(~values[i]!, depths[i]!)
    return { table, nodes: this.nodes.share() }
  }

  /** The first 16 bits: every prefix of them gets its value. */
  private fill(values: Int32Array, at: number, over: number, depth: number, prefix: number): void {
    if (depth === TABLE_BITS || (at >= this.nothing && (at > this.nothing || over <= NOTHING))) {
      const span = 1 << (TABLE_BITS - depth)
      values.fill(this.value(at, over, depth), prefix, prefix + span)
      return
    }
    const half = 1 << (TABLE_BITS - depth - 1)
    this.fill(values, this.step(at, 0), overlayChild(this.overlay, over, 0), depth + 1, prefix)
    this.fill(values, this.step(at, 1), overlayChild(this.overlay, over, 1), depth + 1, prefix + half)
  }

  /** ~ranking where all addresses below rank alike, else a node. */
  private value(at: number, over: number, depth: number): number {
    if (at > this.nothing) return ~this.rankingOf(at)
    if (at === this.nothing && over <= NOTHING) return over === INSIDE ? ~PRIVATE : ~UNLOCATED
    if (depth >= this.bits) return ~UNLOCATED
    const base = depth * FANOUT
    for (let two = 0; two < FANOUT; two++) {
      const bit = (two >> 1) as 0 | 1 // two is below 4
      const next = (two & 1) as 0 | 1
      const half = overlayChild(this.overlay, over, bit)
      this.scratch[base + two] = this.value(
        this.step(this.step(at, bit), next),
        overlayChild(this.overlay, half, next),
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
    return (
      this.nodes.push4(
        a < 0 ? leaf(~a, left) : a,
        b < 0 ? leaf(~b, left) : b,
        c < 0 ? leaf(~c, right) : c,
        d < 0 ? leaf(~d, right) : d,
      ) / FANOUT
    )
  }

  private step(at: number, bit: 0 | 1): number {
    return at < this.nothing ? this.database!.child(at, bit) : at // without a database nothing is below `nothing`
  }

  private rankingOf(record: number): number {
    const known = this.memo.get(record)
    if (known !== undefined) return known
    const number = this.rankings.numberOf(this.database!.place(record)) // records come from a database
    this.memo.set(record, number)
    return number
  }
}
