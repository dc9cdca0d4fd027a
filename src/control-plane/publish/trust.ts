// The resolvers whose client subnets a zone believes, as words of a snapshot.
import type { Prefix } from '../../dns/address.js'
import type { Words } from '../../snapshot/shared.js'

/** @returns where the list begins; −1 where every resolver is trusted, and there is nothing to look through */
export function trustList(trust: Words, prefixes: readonly Prefix[]): number {
  const trustsAll = (size: number): boolean =>
    prefixes.some(({ bytes, length }) => bytes.length === size && length === 0)
  if (trustsAll(4) && trustsAll(16)) return -1
  const at = trust.push(prefixes.length)
  for (const { bytes, length } of prefixes) trust.push(bytes.length === 4 ? 4 : 6, length, ...addressWords(bytes))
  return at
}

/** Four words; the bytes that a v4 address lacks are zero. */
const addressWords = (bytes: Uint8Array): number[] =>
  [0, 4, 8, 12].map(at =>
    at < bytes.length ? (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]! : 0,
  )
