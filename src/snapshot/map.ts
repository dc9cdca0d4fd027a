// A steering map for one family of client addresses: client network → ranking, and how many bits decided it.
//
//   table   65,536 words: the first 16 bits of the address
//   nodes   4 words each: two bits more
//
// A word ≥ 0 is a node; a word < 0 is a leaf, ~word = ranking << 8 | depth. Depth is the length of the longest prefix
// that holds the address and in which every address has the same leaf: the scope of RFC 7871.

export interface ClientMap {
  readonly table: Int32Array
  readonly nodes: Int32Array
}

export const TABLE_BITS = 16
export const STRIDE = 2
export const FANOUT = 1 << STRIDE

/** Where regions share clients, networks of this many bits are shared out unless the policy says otherwise. */
export const SHARING_BITS = { 4: 24, 6: 48 } as const

/** Clients of whom nothing is known: ranked by the policy's default order. */
export const UNLOCATED = 0
/** Private and unroutable networks: the resolver's own address is looked up in their stead. */
export const PRIVATE = 1

export const leaf = (ranking: number, depth: number): number => ~((ranking << 8) | depth)
export const leafRanking = (word: number): number => ~word >>> 8
export const leafDepth = (word: number): number => ~word & 255

/** @returns the leaf for a v4 address given as one 32-bit word */
export function lookup4({ table, nodes }: ClientMap, address: number): number {
  let word = table[address >>> 16]!
  for (let shift = 14; word >= 0; shift -= STRIDE) word = nodes[word * FANOUT + ((address >>> shift) & 3)]!
  return word
}

/** @returns the leaf for the 16 bytes of a v6 address, which begin at `at` */
export function lookup6({ table, nodes }: ClientMap, bytes: Uint8Array, at: number): number {
  let word = table[(bytes[at]! << 8) | bytes[at + 1]!]!
  for (let bit = 16; word >= 0; bit += STRIDE) {
    word = nodes[word * FANOUT + ((bytes[at + (bit >>> 3)]! >>> (6 - (bit & 7))) & 3)]!
  }
  return word
}
