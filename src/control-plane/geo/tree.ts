// Reads the search tree of a MaxMind DB file (https://maxmind.github.io/MaxMind-DB/, "Binary Search Tree Section").
// A map is compiled by a visit to each of millions of nodes, so that reading one allocates nothing.
import { GeoDatabaseError } from './database-error.js'

/** What a node leads to on a 0 or a 1: below the node count a node, equal to it nothing, above it a record. */
export type Child = (node: number, bit: 0 | 1) => number

export interface TreeShape {
  readonly nodeCount: number
  /** Bits of one of the two records that a node is made of. */
  readonly recordSize: 24 | 28 | 32
}

/** Bytes of zeros between the tree and the data section; the offsets in records count from their start. */
export const SEPARATOR = 16

export const treeBytes = ({ nodeCount, recordSize }: TreeShape): number => (nodeCount * recordSize) / 4

/** One reader a record size, since the size is the same throughout a file. */
export function readChild(tree: Uint8Array, { recordSize }: TreeShape): Child {
  switch (recordSize) {
    // Layout: left left left right right right
    case 24:
      return (node, bit) => {
        const at = node * 6 + bit * 3
        return (tree[at]! << 16) | (tree[at + 1]! << 8) | tree[at + 2]!
      }
    // Layout: left left left [4 high bits of left, 4 high bits of right] right right right
    case 28:
      return (node, bit) => {
        const at = node * 7
        return bit === 0
          ? ((tree[at + 3]! & 0xf0) << 20) | (tree[at]! << 16) | (tree[at + 1]! << 8) | tree[at + 2]!
          : ((tree[at + 3]! & 0x0f) << 24) | (tree[at + 4]! << 16) | (tree[at + 5]! << 8) | tree[at + 6]!
      }
    // Layout: left left left left right right right right
    case 32:
      return (node, bit) => {
        const at = node * 8 + bit * 4
        return ((tree[at]! << 24) | (tree[at + 1]! << 16) | (tree[at + 2]! << 8) | tree[at + 3]!) >>> 0
      }
  }
}

/** Where ::/96 leads in a tree of IPv6: to the IPv4 tree, if the file has one. */
export function findV4(child: Child, nodeCount: number): number {
  let at = 0
  for (let depth = 0; depth < 96 && at < nodeCount; depth++) at = child(at, 0)
  return at
}

/**
 * The same tree without the IPv4 part: ::/96 and its aliases (::ffff:0:0/96, 2001::/32, 2002::/16 in MaxMind's files)
 * lead nowhere. What is below would be visited four times, and is no place of an IPv6 client.
 */
export function withoutV4(child: Child, v4: number, nodeCount: number): Child {
  return (node, bit) => {
    const next = child(node, bit)
    return next === v4 ? nodeCount : next
  }
}

/**
 * Passes when it is a tree: one way to each node, every record inside the data section. Then a walk comes to an end and
 * visits a node once at most. The node that is cut out by `withoutV4` may be reached more often.
 * @throws GeoDatabaseError
 */
export function checkTree(child: Child, nodeCount: number, dataBytes: number, file: string): void {
  const end = nodeCount + SEPARATOR + dataBytes
  const reached = new Uint8Array(nodeCount)
  reached[0] = 1
  for (let node = 0; node < nodeCount; node++) {
    for (let bit: 0 | 1 = 0; ; bit = 1) {
      const next = child(node, bit)
      if (next < nodeCount) {
        if (reached[next] === 1)
          throw new GeoDatabaseError(file, `the search tree is damaged: two ways lead to node ${next}`)
        reached[next] = 1
      } else if (next !== nodeCount && (next < nodeCount + SEPARATOR || next >= end)) {
        throw new GeoDatabaseError(file, `the search tree is damaged: node ${node} leads out of the file`)
      }
      if (bit === 1) break
    }
  }
}
