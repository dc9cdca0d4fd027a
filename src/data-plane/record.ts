// One record in a message (RFC 1035 §3.2.1): what stands before its data, its owner a pointer (§4.1.4).
import { CLASS } from '../dns/numbers.js'

/** Bytes before the data: a pointer, type, class, TTL and length. */
export const FIXED_RR = 12

/** Writes what stands before `length` bytes of data at `p`; class IN. `ownerAt` counts from the message's first byte. */
export function writeFixed(m: Uint8Array, p: number, ownerAt: number, type: number, ttl: number, length: number): void {
  m[p] = 0xc0 | (ownerAt >> 8)
  m[p + 1] = ownerAt & 255
  m[p + 2] = type >> 8
  m[p + 3] = type & 255
  m[p + 4] = 0
  m[p + 5] = CLASS.IN
  m[p + 6] = ttl >>> 24
  m[p + 7] = (ttl >>> 16) & 255
  m[p + 8] = (ttl >>> 8) & 255
  m[p + 9] = ttl & 255
  m[p + 10] = length >> 8
  m[p + 11] = length & 255
}

/** How many records lie between two places; their owners are names of any form. */
export function countRecords(m: Uint8Array, from: number, end: number): number {
  let count = 0
  for (let p = from; p < end; count++) {
    while (m[p]! > 0 && m[p]! < 0xc0) p += m[p]! + 1
    p += m[p] === 0 ? 1 : 2
    p += FIXED_RR - 2 + ((m[p + 8]! << 8) | m[p + 9]!)
  }
  return count
}
