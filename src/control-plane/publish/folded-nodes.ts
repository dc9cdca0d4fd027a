// The nodes of a map while it is made, each distinct one once: parts of the address space that look alike share what is
// below them, so that the trie becomes a graph a third or a fifth of its size. Who reads it finds the same (after the
// prefix DAGs of Rétvári et al., "Compressing IP Forwarding Tables", SIGCOMM 2013).
import { FANOUT } from '../../snapshot/map.js'
import { shareInt32 } from '../../snapshot/shared.js'

const EMPTY = 0

/** Leaves name their depth, so that a node is shared only by places of one depth. Children have smaller numbers than their parents. */
export class FoldedNodes {
  private words: Int32Array
  /** Those before it are of another map, and not found again. */
  private readonly first: number
  /**
   * Hashes of nodes, and beside each the number of its node, plus one; a power of two of pairs, no more than half of them taken.
   * A hash that lies here saves a look at a node that is another one: each look is one at memory far away.
   */
  private slots = new Int32Array(1 << 14)
  length: number

  /** @param begun nodes that are there already, of a map that this one is to be like but for some parts */
  constructor(begun: Int32Array = new Int32Array(0)) {
    this.words = new Int32Array(Math.max(FANOUT << 12, Math.ceil(begun.length / FANOUT / 0.9) * FANOUT))
    this.words.set(begun)
    this.first = begun.length / FANOUT
    this.length = this.first
  }

  /** The number of the node with these four words. */
  one(a: number, b: number, c: number, d: number): number {
    const { slots, words } = this
    const mask = slots.length - 2
    const hash = hashOf(a, b, c, d)
    for (let slot = (hash << 1) & mask; ; slot = (slot + 2) & mask) {
      const taken = slots[slot + 1]!
      if (taken === EMPTY) {
        slots[slot] = hash
        slots[slot + 1] = this.length + 1
        return this.append(a, b, c, d)
      }
      if (slots[slot] !== hash) continue
      const at = (taken - 1) * FANOUT
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return taken - 1
    }
  }

  share(): Int32Array {
    return shareInt32(this.words.subarray(0, this.length * FANOUT))
  }

  private append(a: number, b: number, c: number, d: number): number {
    const at = this.length * FANOUT
    if (at === this.words.length) this.growWords()
    const { words } = this
    words[at] = a
    words[at + 1] = b
    words[at + 2] = c
    words[at + 3] = d
    const number = this.length++
    if ((this.length - this.first) * 4 > this.slots.length) this.growSlots()
    return number
  }

  private growWords(): void {
    const bigger = new Int32Array(this.words.length * 2)
    bigger.set(this.words)
    this.words = bigger
  }

  private growSlots(): void {
    const old = this.slots
    const slots = new Int32Array(old.length * 2)
    const mask = slots.length - 2
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] === EMPTY) continue
      let slot = (old[at]! << 1) & mask
      while (slots[slot + 1] !== EMPTY) slot = (slot + 2) & mask
      slots[slot] = old[at]!
      slots[slot + 1] = old[at + 1]!
    }
    this.slots = slots
  }
}

function hashOf(a: number, b: number, c: number, d: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ b
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ c
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) ^ d
  hash = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1)
  return hash ^ (hash >>> 16)
}
