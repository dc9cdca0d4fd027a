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
  readonly children: readonly number[]
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

/**
 * A trie of networks while it is made: two numbers of nodes for each node, 0 being the root and nobody's child. Plain numbers,
 * since there may be a hundred thousand networks.
 */
class Networks {
  readonly children: number[] = [NONE_BELOW, NONE_BELOW]
  readonly named = new Map<number, string>()
  readonly privates = new Set<number>()

  nodeOf({ bytes, length }: Prefix): number {
    const { children } = this
    let node = 0
    for (let depth = 0; depth < length; depth++) {
      const at = node * 2 + ((bytes[depth >> 3]! >> (7 - (depth & 7))) & 1)
      let next = children[at]!
      if (next === NONE_BELOW) children[at] = next = children.push(NONE_BELOW, NONE_BELOW) / 2 - 1
      node = next
    }
    return node
  }
}

/** Those among the keys that name networks of a family. */
export const namedNetworks = (keys: readonly ClientKey[], family: Family): readonly Named[] =>
  keys.flatMap(text => {
    const prefix = text.includes(':') === (family === 6) ? networkOf(text) : undefined
    return prefix === undefined ? [] : [{ text, prefix }]
  })

export function buildMarks(named: readonly Named[], privates: readonly Prefix[]): Marks {
  const networks = new Networks()
  for (const { text, prefix } of named) networks.named.set(networks.nodeOf(prefix), text)
  for (const prefix of privates) networks.privates.add(networks.nodeOf(prefix))
  const children: number[] = []
  const list: Mark[] = [NONE]
  const settle = (node: number, around: number): number => {
    const above = list[around]! // a number that was given out
    let mark = around
    const name = networks.named.get(node)
    const isPrivate = networks.privates.has(node)
    if (name !== undefined || (isPrivate && !above.isPrivate)) {
      const names = name === undefined ? above.networks : [name, ...above.networks]
      mark = list.push({ networks: names, isPrivate: above.isPrivate || isPrivate }) - 1
    }
    const left = networks.children[node * 2]!
    const right = networks.children[node * 2 + 1]!
    if (left === NONE_BELOW && right === NONE_BELOW) return ~mark
    const at = children.push(0, 0) - 2
    children[at] = left === NONE_BELOW ? ~mark : settle(left, mark)
    children[at + 1] = right === NONE_BELOW ? ~mark : settle(right, mark)
    return at / 2
  }
  return { root: settle(0, 0), children, list }
}

export const markChild = ({ children }: Marks, at: number, bit: 0 | 1): number =>
  at < 0 ? at : children[at * 2 + bit]!
