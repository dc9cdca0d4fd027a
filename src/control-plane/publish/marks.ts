// What is known of networks besides the databases, as a binary trie that is walked beside their trees: which of the
// networks that rules name an address lies in, and whether it is private.
import { formatPrefix, type Prefix } from '../../dns/address.js'

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

interface Node {
  children: [Node | undefined, Node | undefined]
  named: string | undefined
  isPrivate: boolean
}

export function buildMarks(named: readonly Prefix[], privates: readonly Prefix[]): Marks {
  const top = emptyNode()
  for (const prefix of named) nodeOf(top, prefix).named = formatPrefix(prefix)
  for (const prefix of privates) nodeOf(top, prefix).isPrivate = true
  const children: number[] = []
  const list: Mark[] = [NONE]
  const settle = (node: Node | undefined, around: number): number => {
    if (node === undefined) return ~around
    const above = list[around]! // a number that was given out
    let mark = around
    if (node.named !== undefined || (node.isPrivate && !above.isPrivate)) {
      const networks = node.named === undefined ? above.networks : [node.named, ...above.networks]
      mark = list.push({ networks, isPrivate: above.isPrivate || node.isPrivate }) - 1
    }
    const [left, right] = node.children
    if (left === undefined && right === undefined) return ~mark
    const at = children.push(0, 0) - 2
    children[at] = settle(left, mark)
    children[at + 1] = settle(right, mark)
    return at / 2
  }
  return { root: settle(top, 0), children, list }
}

const emptyNode = (): Node => ({ children: [undefined, undefined], named: undefined, isPrivate: false })

function nodeOf(top: Node, { bytes, length }: Prefix): Node {
  let node = top
  for (let depth = 0; depth < length; depth++) {
    const bit = ((bytes[depth >> 3]! >> (7 - (depth & 7))) & 1) as 0 | 1 // one bit
    node = node.children[bit] ??= emptyNode()
  }
  return node
}

export const markChild = ({ children }: Marks, at: number, bit: 0 | 1): number =>
  at < 0 ? at : children[at * 2 + bit]!
