// The name table: every owner name of every zone, found by hash, in shared memory (RFC 1034 §4.3.2, RFC 4592).
//
//   slots    hash, node + 1 | hash, node + 1 | …      open addressing, linear probing, a power of two
//   nodes    NODE words a name                        its bytes, its zone, what lies there
//   entries  type, reference | …                      the record sets of a node, side by side
//   bytes    canonical names, uncompressed, each from a multiple of four on and filled up with zeroes
//   words    the same memory, four bytes a word
//
// Empty non-terminals are nodes without entries; names below a zone cut or a DNAME are no nodes at all, so that the
// closest encloser of anything below one is the cut, or the DNAME.
import type { Name } from '../dns/name.js'
import { lower } from '../dns/name.js'
import { Bytes, sharedInt32, Words } from './shared.js'

export interface NameTable {
  readonly slots: Int32Array
  readonly nodes: Int32Array
  readonly entries: Int32Array
  readonly bytes: Uint8Array
  readonly words: Int32Array
  /** No node has more labels, so that no longer suffix needs to be tried. */
  readonly maxLabels: number
}

/** Words of a node. */
export const NODE_WORDS = 8
export const NODE = {
  /** Where its name begins in `bytes`, and how long it is. */
  nameAt: 0,
  nameLength: 1,
  zone: 2,
  kind: 3,
  /** Its entries: index of the first, and how many. */
  firstEntry: 4,
  entryCount: 5,
  /** Node + 1 of the wildcard just below, 0 where there is none. */
  wildcard: 6,
  /** Where its CNAME leads: a LINK; 0 where it has none. Where the CNAME is steered the region's own link counts. Never set at a cut or a DNAME. */
  link: 7,
} as const

/** Kinds of node. */
export const NAME_NODE = 0
/** A delegation: its answer is a referral (its NS entry), except for DS. */
export const CUT_NODE = 1
/** It has a DNAME: what is asked for below it is to be found elsewhere (RFC 6672). Asked for itself it is like any name. */
export const DNAME_NODE = 2

/**
 * Where a CNAME leads: two low bits say which, the rest is a node. `node`: the name's own, the wildcard that stands for it,
 * or the cut or DNAME above it; `nxdomain`: its closest encloser.
 */
export const LINK = { none: 0, outside: 1, node: 2, nxdomain: 3 } as const

/** Links of a chain of aliases that are followed within our zones; the resolver follows what is left. */
export const MAX_LINKS = 16

/**
 * Stands among the entries of a steered name of a signed zone in place of a type: its reference is ~the number under which
 * its signatures are found (signatures.ts).
 */
export const SIGNEE = 0x10000

/** Words of an entry: its type; then an answer, or ~steering where the answer depends on the client. */
export const ENTRY_WORDS = 2

export const HASH_START = 0x811c9dc5 | 0

/** Takes in four more bytes of a canonical name, filled up with zeroes at its end. */
export function hashWord(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}

export const slotOf = (hash: number, mask: number): number => (Math.imul(hash, 0x85ebca6b) >>> 9) & mask

/** The hash under which a name is found, whatever its letter case. */
export function hashName(name: Name): number {
  const words = new Int32Array((name.length + 3) >> 2)
  new Uint8Array(words.buffer).set(name.map(lower))
  return words.reduce(hashWord, HASH_START)
}

/** What a node is made of. */
export interface NodeParts {
  readonly name: Name
  readonly labels: number
  readonly zone: number
  readonly kind: number
  /** Type and reference, in turn. */
  readonly entries: readonly number[]
}

const PADDING = new Uint8Array(3)

function hashAt(words: Int32Array, at: number, length: number): number {
  let hash = HASH_START
  for (let i = at; i < at + ((length + 3) >> 2); i++) hash = hashWord(hash, words[i]!)
  return hash
}

/** Builds a table; nodes are numbered in the order in which they are added. */
export class NameTableBuilder {
  private readonly nodes = new Words()
  private readonly entries = new Words()
  private readonly bytes = new Bytes()
  private maxLabels = 0
  private count = 0

  /** @returns the number of the new node; the caller adds each name once */
  add({ name, labels, zone, kind, entries }: NodeParts): number {
    const nameAt = this.bytes.push(name.map(lower))
    this.bytes.push(PADDING.subarray(0, -name.length & 3))
    const firstEntry = this.entries.length / ENTRY_WORDS
    this.entries.push(...entries)
    this.nodes.push(nameAt, name.length, zone, kind, firstEntry, entries.length / ENTRY_WORDS, 0, 0)
    this.maxLabels = Math.max(this.maxLabels, labels)
    return this.count++
  }

  setWildcard(node: number, wildcard: number): void {
    this.nodes.set(node * NODE_WORDS + NODE.wildcard, wildcard + 1)
  }

  setLink(node: number, link: number): void {
    this.nodes.set(node * NODE_WORDS + NODE.link, link)
  }

  build(): NameTable {
    const nodes = this.nodes.share()
    const bytes = this.bytes.share()
    const words = new Int32Array(bytes.buffer, 0, bytes.length >> 2)
    // At most half full: a miss then ends after 1.5 probes on average.
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(8, this.count * 2)))
    const slots = sharedInt32(capacity * 2)
    for (let node = 0; node < this.count; node++) {
      const at = nodes[node * NODE_WORDS + NODE.nameAt]!
      const hash = hashAt(words, at >> 2, nodes[node * NODE_WORDS + NODE.nameLength]!)
      let slot = slotOf(hash, capacity - 1)
      while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & (capacity - 1)
      slots[slot * 2] = hash
      slots[slot * 2 + 1] = node + 1
    }
    return { slots, nodes, entries: this.entries.share(), bytes, words, maxLabels: this.maxLabels }
  }
}
