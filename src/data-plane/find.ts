// Finding the name that was asked for: exact, by wildcard, below a delegation, or not at all (RFC 1034 §4.3.2, RFC 4592).
import { lower } from '../dns/name.js'
import type { Question } from '../dns/question.js'
import { HEADER_LENGTH } from '../dns/question.js'
import { CUT_NODE, HASH_START, hashByte, type NameTable, NODE, NODE_WORDS, slotOf } from '../snapshot/names.js'

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
} as const

/** Finds names; holds the hashes of a name's suffixes from one step to the next. */
export class Finder {
  /** The node that was found; meaningless after `outside`. */
  node = 0
  /** For each label, the hash of the suffix that it begins; the root's comes last. */
  private readonly hashes = new Int32Array(129)
  /** The name in lower case. */
  private readonly canonical = new Uint8Array(256)

  /** Looks the name of the question up. @returns a FOUND */
  find(table: NameTable, m: Uint8Array, at: number, question: Question): number {
    this.hashSuffixes(m, at + HEADER_LENGTH, question)
    const { nodes } = table
    const labels = question.labelCount
    for (let i = Math.max(0, labels - table.maxLabels); i <= labels; i++) {
      const from = i === labels ? question.nameLength - 1 : question.labels[i]!
      const node = this.match(table, from, question.nameLength - from, this.hashes[i]!)
      if (node < 0) continue
      this.node = node
      const at = node * NODE_WORDS
      if (nodes[at + NODE.kind] === CUT_NODE) return FOUND.cut
      if (i === 0) return FOUND.exact
      const wildcard = nodes[at + NODE.wildcard]!
      if (wildcard === 0) return FOUND.nxdomain
      this.node = wildcard - 1
      return FOUND.wildcard
    }
    return FOUND.outside
  }

  private hashSuffixes(m: Uint8Array, name: number, question: Question): void {
    const { hashes, canonical } = this
    let hash = HASH_START
    let end = question.nameLength - 1
    canonical[end] = 0
    hashes[question.labelCount] = hash
    for (let i = question.labelCount - 1; i >= 0; i--) {
      const start = question.labels[i]!
      for (let p = end - 1; p >= start; p--) {
        const byte = lower(m[name + p]!)
        canonical[p] = byte
        hash = hashByte(hash, byte)
      }
      hashes[i] = hash
      end = start
    }
  }

  /** The node whose name is the `length` bytes of the question's that begin at `from`; −1 where there is none. */
  private match({ slots, nodes, bytes }: NameTable, from: number, length: number, hash: number): number {
    const { canonical } = this
    const mask = (slots.length >> 1) - 1
    for (let slot = slotOf(hash, mask); ; slot = (slot + 1) & mask) {
      const node = slots[slot * 2 + 1]! - 1
      if (node < 0) return -1
      if (slots[slot * 2] !== hash || nodes[node * NODE_WORDS + NODE.nameLength] !== length) continue
      const at = nodes[node * NODE_WORDS + NODE.nameAt]!
      let i = 0
      while (i < length && canonical[from + i] === bytes[at + i]) i++
      if (i === length) return node
    }
  }
}

/** The reference of a node's record set of a type; `undefined` is written as the smallest integer, to stay off the heap. */
export function entryOf({ nodes, entries }: NameTable, node: number, type: number): number {
  let at = nodes[node * NODE_WORDS + NODE.firstEntry]! * 2
  for (const end = at + nodes[node * NODE_WORDS + NODE.entryCount]! * 2; at < end; at += 2) {
    if (entries[at] === type) return entries[at + 1]!
  }
  return NO_ENTRY
}

export const NO_ENTRY = -0x80000000
