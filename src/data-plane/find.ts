// Finding the name that was asked for: exact, by wildcard, below a delegation or a DNAME, or not at all (RFC 1034 §4.3.2,
// RFC 4592, RFC 6672 §3.2).
import type { Question } from '../dns/question.js'
import {
  CUT_NODE,
  DNAME_NODE,
  ENTRY_WORDS,
  HASH_START,
  hashWord,
  LINK,
  NAME_NODE,
  type NameTable,
  NODE,
  NODE_WORDS,
  slotOf,
} from '../snapshot/names.js'

export const FOUND = {
  /** The node has the name itself. */
  exact: 0,
  /** The node is the wildcard that stands for it. */
  wildcard: 1,
  /** The node is the zone cut at or above it. */
  cut: 2,
  /** No such name; the node is its closest encloser. */
  nxdomain: 3,
  /** Not within any of our zones. */
  outside: 4,
  /** The node is the DNAME above it. */
  dname: 5,
} as const

/** Finds names; holds the name that is looked for in canonical form. */
export class Finder {
  /** The node that was found; meaningless after `outside`. */
  node = 0
  /** The name in lower case, filled up with zeroes to whole words. */
  private readonly name = new Int32Array(64)
  private readonly nameBytes = new Uint8Array(this.name.buffer)
  /** A suffix of it, likewise. */
  private readonly suffix = new Int32Array(64)
  private readonly suffixBytes = new Uint8Array(this.suffix.buffer)
  /** The last buffer that a message lay in, and the same memory in words. */
  private buffer: Uint8Array = new Uint8Array(0)
  private words: Int32Array = new Int32Array(0)

  /** Looks up the name of the question, which lies at `from`. @returns a FOUND */
  find(table: NameTable, m: Uint8Array, from: number, question: Question): number {
    const length = question.nameLength
    const hash = this.takeName(m, from, length)
    const node = match(table, this.name, length, hash)
    if (node < 0) return this.findEncloser(table, question)
    this.node = node
    return table.nodes[node * NODE_WORDS + NODE.kind] === CUT_NODE ? FOUND.cut : FOUND.exact
  }

  /** Where a LINK leads, whose name has `length` bytes: it was looked up when the snapshot was made. @returns a FOUND */
  follow({ nodes }: NameTable, link: number, length: number): number {
    if (link === LINK.outside) return FOUND.outside
    const node = link >> 2
    this.node = node
    if ((link & 3) === LINK.nxdomain) return FOUND.nxdomain
    const kind = nodes[node * NODE_WORDS + NODE.kind]!
    if (kind === CUT_NODE) return FOUND.cut
    return kind === DNAME_NODE && nodes[node * NODE_WORDS + NODE.nameLength] !== length ? FOUND.dname : FOUND.exact
  }

  /** The longest suffix that exists, and what it says of the names below it. */
  private findEncloser(table: NameTable, question: Question): number {
    const { nodes } = table
    const labels = question.labelCount
    for (let i = Math.max(1, labels - table.maxLabels); i <= labels; i++) {
      const from = i === labels ? question.nameLength - 1 : question.labels[i]!
      const length = question.nameLength - from
      const node = match(table, this.suffix, length, this.takeSuffix(from, length))
      if (node < 0) continue
      this.node = node
      const kind = nodes[node * NODE_WORDS + NODE.kind]!
      if (kind !== NAME_NODE) return kind === CUT_NODE ? FOUND.cut : FOUND.dname
      const wildcard = nodes[node * NODE_WORDS + NODE.wildcard]!
      if (wildcard === 0) return FOUND.nxdomain
      this.node = wildcard - 1
      return FOUND.wildcard
    }
    return FOUND.outside
  }

  /** Takes the name over in lower case. @returns its hash */
  private takeName(m: Uint8Array, from: number, length: number): number {
    const { name, nameBytes } = this
    if (m !== this.buffer) this.look(m)
    const last = (length - 1) >> 2
    // The bytes of the last word that belong to the name; the least significant come first.
    const mask = (length & 3) === 0 ? -1 : (1 << ((length & 3) * 8)) - 1
    let hash = HASH_START
    if ((from & 3) === 0 && (from >> 2) + last < this.words.length) {
      const { words } = this
      for (let i = 0, p = from >> 2; i < last; i++, p++) {
        const word = lowerWord(words[p]!)
        name[i] = word
        hash = hashWord(hash, word)
      }
      name[last] = lowerWord(words[(from >> 2) + last]! & mask)
    } else {
      for (let i = 0; i < length; i++) nameBytes[i] = m[from + i]!
      for (let i = 0; i < last; i++) {
        name[i] = lowerWord(name[i]!)
        hash = hashWord(hash, name[i]!)
      }
      name[last] = lowerWord(name[last]! & mask)
    }
    return hashWord(hash, name[last]!)
  }

  private takeSuffix(from: number, length: number): number {
    const { nameBytes, suffix, suffixBytes } = this
    const last = (length - 1) >> 2
    suffix[last] = 0
    for (let i = 0; i < length; i++) suffixBytes[i] = nameBytes[from + i]!
    let hash = HASH_START
    for (let i = 0; i <= last; i++) hash = hashWord(hash, suffix[i]!)
    return hash
  }

  /** Transports keep their buffers, so this is once for each of them. */
  private look(m: Uint8Array): void {
    this.buffer = m
    // Where the buffer does not begin at a whole word, names are taken over byte by byte.
    this.words =
      (m.byteOffset & 3) === 0 ? new Int32Array(m.buffer, m.byteOffset, m.byteLength >> 2) : new Int32Array(0)
  }
}

/**
 * Four bytes with ASCII letters in lower case, all at once: a byte is a capital if it is ≥ A and not > Z, which additions
 * tell in its highest bit. Length bytes are below 64 and so never capitals.
 */
function lowerWord(word: number): number {
  const low = word & 0x7f7f7f7f
  const beyondZ = (low + 0x25252525) | 0
  const fromA = (low + 0x3f3f3f3f) | 0
  return word | (((fromA ^ beyondZ) & ~word & 0x80808080) >>> 2)
}

/** The node whose name is `length` bytes of `name`; −1 where there is none. */
function match({ slots, nodes }: NameTable, name: Int32Array, length: number, hash: number): number {
  const mask = (slots.length >> 1) - 1
  for (let slot = slotOf(hash, mask); ; slot = (slot + 1) & mask) {
    const node = slots[slot * 2 + 1]! - 1
    if (node < 0) return -1
    if (slots[slot * 2] !== hash || nodes[node * NODE_WORDS + NODE.nameLength] !== length) continue
    const at = node * NODE_WORDS + NODE.name
    const last = (length - 1) >> 2
    let i = 0
    while (i <= last && name[i] === nodes[at + i]) i++
    if (i > last) return node
  }
}

/** The reference of a node's record set of a type; `undefined` is written as the smallest integer, to stay off the heap. */
export function entryOf({ nodes }: NameTable, node: number, type: number): number {
  let at = nodes[node * NODE_WORDS + NODE.firstEntry]!
  for (const end = at + nodes[node * NODE_WORDS + NODE.entryCount]! * ENTRY_WORDS; at < end; at += ENTRY_WORDS) {
    if (nodes[at] === type) return nodes[at + 1]!
  }
  return NO_ENTRY
}

export const NO_ENTRY = -0x80000000
