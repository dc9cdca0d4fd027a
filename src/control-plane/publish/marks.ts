// What is known of networks besides the databases, as a binary trie that is walked beside their trees: which of the
// networks that rules name an address lies in, and whether it is private.
import type { Family, Prefix } from '../../dns/address.js'
import { type ClientKey, networkOf } from '../geo/client-key.js'

/** What holds for all addresses at one position. */
export interface Mark {
  /** The rules' networks around it, the smallest first; canonical texts. */
  readonly networks: readonly string[]
  /** Without a place of its own on the internet. */
  readonly isPrivate: boolean
}

const NONE: Mark = { networks: [], isPrivate: false }

/**
 * Positions: ≥ 0 a node, below which something changes; < 0 the end, where the mark is ~position. So −1, whose mark is
 * the first one, is where nothing is known.
 */
export interface Marks {
  readonly root: number
  /** Two positions a node. */
  readonly children: Int32Array
  readonly list: readonly Mark[]
}

export const NOTHING = -1

/** A network and its canonical text. */
export interface Named {
  readonly text: string
  readonly prefix: Prefix
}

/** No child. */
const NONE_BELOW = 0

/** In the note of a node: that it is private; above that bit, which of the named networks it is, plus one. */
const PRIVATE = 1

/**
 * A trie of networks while it is made: two numbers of nodes for each node, 0 being the root and nobody's child. Plain numbers,
 * since there may be a hundred thousand networks.
 */
class Networks {
  children = new Int32Array(1 << 12)
  notes = new Int32Array(1 << 11)
  private nodes = 1
  /** The network before, and the nodes on the way to it: a neighbour has most of that way in common. */
  private last: Prefix = { bytes: new Uint8Array(0), length: 0 }
  private readonly path = new Int32Array(129)

  note(prefix: Prefix, note: number): void {
    const node = this.nodeOf(prefix)
    this.notes[node]! |= note
  }

  private nodeOf(prefix: Prefix): number {
    const { bytes, length } = prefix
    const { path } = this
    for (let depth = commonBits(this.last, prefix); depth < length; depth++) {
      const at = path[depth]! * 2 + ((bytes[depth >> 3]! >> (7 - (depth & 7))) & 1)
      let next = this.children[at]!
      if (next === NONE_BELOW) {
        next = this.add()
        // Others than before, where there was no room.
        this.children[at] = next
      }
      path[depth + 1] = next
    }
    this.last = prefix
    return path[length]!
  }

  private add(): number {
    if (this.nodes === this.notes.length) {
      this.children = doubled(this.children)
      this.notes = doubled(this.notes)
    }
    return this.nodes++
  }
}

/** How many bits two networks begin with in common. */
function commonBits(a: Prefix, b: Prefix): number {
  const most = Math.min(a.length, b.length)
  for (let at = 0; at * 8 < most; at++) {
    const other = a.bytes[at]! ^ b.bytes[at]!
    if (other !== 0) return Math.min(most, at * 8 + Math.clz32(other) - 24)
  }
  return most
}

function doubled(words: Int32Array): Int32Array<ArrayBuffer> {
  const bigger = new Int32Array(words.length * 2)
  bigger.set(words)
  return bigger
}

/** Places in the list, neighbours one after the other: what lies together is then together in memory. */
function inOrder(named: readonly Named[]): Float64Array {
  const placeOf = 2 ** Math.ceil(Math.log2(named.length + 1))
  const firstBytes = ({ bytes }: Prefix): number => (bytes[0]! << 16) | (bytes[1]! << 8) | bytes[2]!
  const keys = Float64Array.from(named, ({ prefix }, i) => firstBytes(prefix) * placeOf + i)
  return keys.sort().map(key => key % placeOf)
}

/** Those among the keys that name networks of a family. */
export const namedNetworks = (keys: readonly ClientKey[], family: Family): readonly Named[] =>
  keys.flatMap(text => {
    const prefix = text.includes(':') === (family === 6) ? networkOf(text) : undefined
    return prefix === undefined ? [] : [{ text, prefix }]
  })

export function buildMarks(named: readonly Named[], privates: readonly Prefix[]): Marks {
  const networks = new Networks()
  for (const i of inOrder(named)) networks.note(named[i]!.prefix, (i + 1) << 1)
  for (const prefix of privates) networks.note(prefix, PRIVATE)
  const { children, notes } = networks
  const list: Mark[] = [NONE]
  /** Puts ends in the place of nodes without children. */
  const settle = (node: number, around: number): number => {
    const above = list[around]! // a number that was given out
    let mark = around
    const name = named[(notes[node]! >> 1) - 1]
    const isPrivate = (notes[node]! & PRIVATE) !== 0
    if (name !== undefined || (isPrivate && !above.isPrivate)) {
      const names = name === undefined ? above.networks : [name.text, ...above.networks]
      mark = list.push({ networks: names, isPrivate: above.isPrivate || isPrivate }) - 1
    }
    const at = node * 2
    const left = children[at]!
    const right = children[at + 1]!
    if (left === NONE_BELOW && right === NONE_BELOW) return ~mark
    children[at] = left === NONE_BELOW ? ~mark : settle(left, mark)
    children[at + 1] = right === NONE_BELOW ? ~mark : settle(right, mark)
    return node
  }
  return { root: settle(0, 0), children, list }
}

export const markChild = ({ children }: Marks, at: number, bit: 0 | 1): number =>
  at < 0 ? at : children[at * 2 + bit]!
