// The name table: every owner name of every zone, found by hash, in shared memory (RFC 1034 §4.3.2, RFC 4592).
//
//   slots    hash, node + 1 | hash, node + 1 | …      open addressing, linear probing, a power of two
//   nodes    NODE head, name, entries | …             all that there is of a name, one after the other
//
//   name     canonical and uncompressed, filled up with zeroes to whole words
//   entries  type, reference | …                      the record sets of the name, side by side
//
// A node's number is where it begins, in steps of NODE_WORDS. Of a million names the next one that is asked for is in no
// cache, and every line that has to be fetched from memory costs as much as all the work on it: that is why what is
// read together lies together.
//
// Empty non-terminals are nodes without entries; names below a zone cut or a DNAME are no nodes at all, so that the
// closest encloser of anything below one is the cut, or the DNAME.
import type { Name } from '../dns/name.js'
import { equalNames, lower } from '../dns/name.js'
import { sharedInt32, Words } from './shared.js'

export interface NameTable {
  readonly slots: Int32Array
  readonly nodes: Int32Array
  /** The same memory, byte by byte. */
  readonly bytes: Uint8Array
  /** No node has more labels, so that no longer suffix needs to be tried. */
  readonly maxLabels: number
}

/** Nodes begin at multiples of so many words. */
export const NODE_WORDS = 8
export const NODE = {
  /** Bytes. */
  nameLength: 0,
  zone: 1,
  kind: 2,
  /** Its entries: the word at which the first one begins, and how many. */
  firstEntry: 3,
  entryCount: 4,
  /** Node + 1 of the wildcard just below, 0 where there is none. */
  wildcard: 5,
  /** Where its CNAME leads: a LINK; 0 where it has none. Where the CNAME is steered the region's own link counts. Never set at a cut or a DNAME. */
  link: 6,
  /** Where its name begins. */
  name: 7,
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

/**
 * Likewise, in zones that deny by NSEC3 or compactly: the reference is ~the number of the proof that tells of the name. By NSEC3,
 * also that of the one which lies over the wildcard just below it, where there is none.
 */
export const OWN_PROOF = 0x10001
export const OVER_WILDCARD = 0x10002

/**
 * Words of an entry: its type; then an answer, or, where the answer depends on the client, ~steering, or of HTTPS and SVCB
 * ~hinted (hints.ts).
 */
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

/** The name of a node, in canonical form. */
export function nameOf({ nodes }: NameTable, node: number): Name {
  const head = node * NODE_WORDS
  const bytes = new Uint8Array(nodes.buffer, nodes.byteOffset + (head + NODE.name) * 4, nodes[head + NODE.nameLength]!)
  return bytes.slice()
}

/** The node that has the name itself. */
export function nodeNamed(table: NameTable, name: Name): number | undefined {
  const { slots } = table
  const hash = hashName(name)
  const mask = slots.length / 2 - 1
  for (let slot = slotOf(hash, mask); ; slot = (slot + 1) & mask) {
    const node = slots[slot * 2 + 1]! - 1
    if (node < 0) return undefined
    if (slots[slot * 2] === hash && equalNames(nameOf(table, node), name)) return node
  }
}

/** Types and references of a node. */
export function entriesOf({ nodes }: NameTable, node: number): readonly (readonly [number, number])[] {
  const first = nodes[node * NODE_WORDS + NODE.firstEntry]!
  return Array.from({ length: nodes[node * NODE_WORDS + NODE.entryCount]! }, (_, i) => {
    const at = first + i * ENTRY_WORDS
    return [nodes[at]!, nodes[at + 1]!] as const
  })
}

function hashAt(words: Int32Array, at: number, length: number): number {
  let hash = HASH_START
  for (let i = at; i < at + ((length + 3) >> 2); i++) hash = hashWord(hash, words[i]!)
  return hash
}

/** Builds a table. */
export class NameTableBuilder {
  private readonly words = new Words()
  private readonly numbers = new Words()
  private maxLabels = 0

  /** @returns the number of the new node; the caller adds each name once */
  add({ name, labels, zone, kind, entries }: NodeParts): number {
    const { words } = this
    const node = words.length / NODE_WORDS
    const firstEntry = words.length + NODE.name + ((name.length + 3) >> 2)
    words.push(name.length, zone, kind, firstEntry, entries.length / ENTRY_WORDS, 0, 0)
    words.pushBytes(name.map(lower))
    words.push(...entries)
    words.align(NODE_WORDS)
    this.numbers.push(node)
    this.maxLabels = Math.max(this.maxLabels, labels)
    return node
  }

  setWildcard(node: number, wildcard: number): void {
    this.words.set(node * NODE_WORDS + NODE.wildcard, wildcard + 1)
  }

  setLink(node: number, link: number): void {
    this.words.set(node * NODE_WORDS + NODE.link, link)
  }

  /** A step for each name: there may be a million of them, and others to whom the thread belongs as well. */
  *build(): Generator<void, NameTable, void> {
    const nodes = this.words.share()
    const { numbers } = this
    // At most half full: a miss then ends after 1.5 probes on average.
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(8, numbers.length * 2)))
    const slots = sharedInt32(capacity * 2)
    for (let i = 0; i < numbers.length; i++) {
      const node = numbers.get(i)
      const at = node * NODE_WORDS
      const hash = hashAt(nodes, at + NODE.name, nodes[at + NODE.nameLength]!)
      let slot = slotOf(hash, capacity - 1)
      while (slots[slot * 2 + 1] !== 0) slot = (slot + 1) & (capacity - 1)
      slots[slot * 2] = hash
      slots[slot * 2 + 1] = node + 1
      yield
    }
    return { slots, nodes, bytes: new Uint8Array(nodes.buffer), maxLabels: this.maxLabels }
  }
}
