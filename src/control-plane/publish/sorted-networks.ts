// Networks in the order of their bits, flat: there may be a hundred thousand, and objects would take most of the time.
import type { Family, Prefix } from '../../dns/address.js'

/** Of two with equal bits the larger network comes first. */
export interface SortedNetworks {
  readonly count: number
  /** For each place in the order, which of the networks it was as they were given. */
  readonly order: Float64Array
  /** For each place, bits. */
  readonly lengths: Uint8Array
  bitOf(place: number, depth: number): 0 | 1
}

/** @param networkAt one of `count` networks of the family; asked once for each */
export function sortNetworks(family: Family, count: number, networkAt: (i: number) => Prefix): SortedNetworks {
  const size = family === 4 ? 4 : 16
  const given = { bytes: new Uint8Array(count * size), lengths: new Uint8Array(count), size }
  for (let i = 0; i < count; i++) {
    const { bytes, length } = networkAt(i)
    for (let at = 0; at < size; at++) given.bytes[i * size + at] = bytes[at]!
    given.lengths[i] = length
  }
  const order = inOrder(given)
  const bytes = new Uint8Array(count * size)
  const lengths = new Uint8Array(count)
  for (let place = 0; place < count; place++) {
    const i = order[place]!
    for (let at = 0; at < size; at++) bytes[place * size + at] = given.bytes[i * size + at]!
    lengths[place] = given.lengths[i]!
  }
  const bitOf = (place: number, depth: number): 0 | 1 =>
    ((bytes[place * size + (depth >> 3)]! >> (7 - (depth & 7))) & 1) as 0 | 1 // one bit
  return { count, order, lengths, bitOf }
}

interface Flat {
  readonly bytes: Uint8Array
  readonly lengths: Uint8Array
  /** Bytes of a network. */
  readonly size: number
}

/** Of whole numbers that are represented exactly. */
const MOST_BITS = 53

/** By their first bits as plain numbers, which are sorted at once; then those that are alike so far. */
function inOrder({ bytes, lengths, size }: Flat): Float64Array {
  const count = lengths.length
  const placeBits = Math.ceil(Math.log2(count + 1))
  const unused = Math.max(0, placeBits + 32 - MOST_BITS)
  const headOf = (i: number): number => {
    const at = i * size
    return (((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0) >>> unused
  }
  const compare = (a: number, b: number): number => {
    for (let at = 0; at < size; at++) {
      const difference = bytes[a * size + at]! - bytes[b * size + at]!
      if (difference !== 0) return difference
    }
    return lengths[a]! - lengths[b]! || a - b
  }
  const order = new Float64Array(count)
  const places = 2 ** placeBits
  for (let i = 0; i < count; i++) order[i] = headOf(i) * places + i
  order.sort()
  for (let at = 0; at < count; at++) order[at]! %= places
  for (let from = 0; from < count; ) {
    const head = headOf(order[from]!)
    let to = from + 1
    while (to < count && headOf(order[to]!) === head) to++
    if (to - from > 1) order.subarray(from, to).sort(compare)
    from = to
  }
  return order
}
