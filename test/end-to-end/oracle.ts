// What the answer must be, computed by brute force from the geo databases: no maps, no snapshot, no shortcuts.
import { readFileSync } from 'node:fs'
import { bundledDatabases } from '../../src/control-plane/geo/bundled.js'
import { type GeoDatabase, openDatabase } from '../../src/control-plane/geo/database.js'
import { rank } from '../../src/control-plane/policies/policy.js'
import type { TrafficDocument } from '../../src/control-plane/traffic/document.js'
import { type AddressBytes, contains, type Family, familyOf, type Prefix, parsePrefix } from '../../src/dns/address.js'

/** What a client in no public network gets: the answer of the resolver that asks for it. */
export const AS_RESOLVER = 'as the resolver'

/** RFC 6890 and its updates. */
const NOT_PUBLIC = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3',
  '::/8 100::/64 2001:db8::/32 fc00::/7 fe80::/10 ff00::/8',
]
  .flatMap(line => line.split(' '))
  .map(text => parsePrefix(text)!) // the list above is well-formed

/** A place in the tree of a database, and the prefix that leads there. */
interface Block {
  readonly at: number
  readonly prefix: Prefix
}

export class Oracle {
  private readonly databases: Readonly<Record<Family, GeoDatabase>>
  private readonly document: TrafficDocument
  private readonly blocks: Partial<Record<Family, readonly Block[]>> = {}
  private readonly regions: Readonly<Record<Family, Map<number, string>>> = { 4: new Map(), 6: new Map() }

  constructor(document: TrafficDocument) {
    const opened = bundledDatabases().map(file => openDatabase(readFileSync(file), file))
    const of = (family: Family): GeoDatabase => opened.find(database => database.root(family) !== undefined)!
    this.databases = { 4: of(4), 6: of(6) }
    this.document = document
  }

  /** The id of the region for this client, or AS_RESOLVER. */
  answer(address: AddressBytes): string {
    const found = this.answersWithin({ bytes: address, length: address.length * 8 })
    return [...found][0]! // one address, one answer
  }

  /** All answers that clients in this network get; looks no further once it has `enough` different ones. */
  answersWithin(prefix: Prefix, enough = Number.POSITIVE_INFINITY): ReadonlySet<string> {
    const database = this.databases[familyOf(prefix.bytes)]
    const found = new Set<string>()
    const visit = (at: number, within: Prefix): void => {
      if (found.size >= enough) return
      if (at > database.nodeCount) found.add(this.regionOf(database, at, familyOf(within.bytes)))
      else if (at === database.nodeCount) for (const answer of this.unknown(within)) found.add(answer)
      else for (const bit of [0, 1] as const) visit(database.child(at, bit), half(within, bit))
    }
    let at = database.root(familyOf(prefix.bytes))!
    for (let depth = 0; depth < prefix.length && at < database.nodeCount; depth++)
      at = database.child(at, bitOf(prefix.bytes, depth))
    visit(at, prefix)
    return found
  }

  /**
   * An address at random out of a network that the database knows. Networks are told apart down to /16 and /32, so that
   * the few great ones of IPv6 do not take all of the draws.
   */
  draw(family: Family, random: () => number): AddressBytes {
    const database = this.databases[family]
    const blocks = (this.blocks[family] ??= blocksOf(database, family))
    const { at: start, prefix } = blocks[Math.floor(random() * blocks.length)]! // below its length
    const bytes = prefix.bytes.slice()
    let at = start
    for (let depth = prefix.length; depth < bytes.length * 8; depth++) {
      let bit: 0 | 1 = random() < 0.5 ? 0 : 1
      if (at < database.nodeCount) {
        if (database.child(at, bit) === database.nodeCount) bit = bit === 0 ? 1 : 0
        at = database.child(at, bit)
      }
      if (bit === 1) bytes[depth >> 3]! |= 0x80 >> (depth & 7)
    }
    return bytes
  }

  private regionOf(database: GeoDatabase, record: number, family: Family): string {
    const known = this.regions[family].get(record)
    if (known !== undefined) return known
    const { regions, policies } = this.document
    const [best] = rank(policies.get('nearest')!, [...regions.values()], database.place(record))
    const { id } = best![0]! // no tier is empty
    this.regions[family].set(record, id)
    return id
  }

  /** The database has nothing here: the order of the document decides, or the resolver where there is no such client. */
  private unknown(prefix: Prefix): readonly string[] {
    const [first = ''] = this.document.regions.keys()
    if (NOT_PUBLIC.some(block => block.length <= prefix.length && contains(block, prefix.bytes))) return [AS_RESOLVER]
    const holds = NOT_PUBLIC.some(({ bytes, length }) => length > prefix.length && contains(prefix, bytes))
    return holds ? [first, AS_RESOLVER] : [first]
  }
}

function blocksOf(database: GeoDatabase, family: Family): readonly Block[] {
  const blocks: Block[] = []
  const deepest = family === 4 ? 16 : 32
  const visit = (at: number, prefix: Prefix): void => {
    if (at === database.nodeCount) return
    if (at > database.nodeCount || prefix.length === deepest) blocks.push({ at, prefix })
    else for (const bit of [0, 1] as const) visit(database.child(at, bit), half(prefix, bit))
  }
  visit(database.root(family)!, { bytes: new Uint8Array(family === 4 ? 4 : 16), length: 0 })
  return blocks
}

const bitOf = (bytes: AddressBytes, at: number): 0 | 1 => (((bytes[at >> 3]! >> (7 - (at & 7))) & 1) === 0 ? 0 : 1)

function half({ bytes, length }: Prefix, bit: 0 | 1): Prefix {
  const next = bytes.slice()
  if (bit === 1) next[length >> 3]! |= 0x80 >> (length & 7)
  return { bytes: next, length: length + 1 }
}

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
