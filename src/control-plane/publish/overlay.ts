// A set of prefixes as a binary trie, walked beside a database's tree: prefixes that go before what the database lacks.
import type { Prefix } from '../../dns/address.js'

/** Positions outside the trie: below no prefix, or within one. Anything greater is a node. */
export const NOTHING = 0
export const INSIDE = -1

export interface Overlay {
  readonly root: number
  /** Two positions a node; node 0 is not used. */
  readonly children: readonly number[]
}

/** Prefixes within other prefixes add nothing. */
export function buildOverlay(prefixes: readonly Prefix[]): Overlay {
  const children = [NOTHING, NOTHING]
  const insert = (at: number, { bytes, length }: Prefix, depth: number): number => {
    if (depth === length || at === INSIDE) return INSIDE
    const node = at === NOTHING ? children.push(NOTHING, NOTHING) / 2 - 1 : at
    const slot = node * 2 + ((bytes[depth >> 3]! >> (7 - (depth & 7))) & 1)
    children[slot] = insert(children[slot]!, { bytes, length }, depth + 1)
    return node
  }
  return { root: prefixes.reduce((root, prefix) => insert(root, prefix, 0), NOTHING), children }
}

export const overlayChild = ({ children }: Overlay, at: number, bit: 0 | 1): number =>
  at <= NOTHING ? at : children[at * 2 + bit]!
