// Equal addresses take turns at being first, for clients that take no other.
import { TYPE } from '../dns/numbers.js'
import { FIXED_RR } from './record.js'

/** Which of `count` equals comes first: chance that costs nothing, since the ID of the query at `at` is as good as random. */
export const firstOf = (m: Uint8Array, at: number, count: number): number => ((m[at]! << 8) | m[at + 1]!) % count

/**
 * Writes `count` encoded addresses, which begin the `length` bytes from `from` on, at `to` once more, beginning with another;
 * records of other types stay as they are.
 * @param at where the message begins
 */
export function turn(
  m: Uint8Array,
  at: number,
  to: number,
  bytes: Uint8Array,
  from: number,
  length: number,
  count: number,
): void {
  const type = (bytes[from + 2]! << 8) | bytes[from + 3]!
  const size = type === TYPE.A ? FIXED_RR + 4 : type === TYPE.AAAA ? FIXED_RR + 16 : 0
  if (size === 0) return
  // They are all alike, with owners that lie at the same places in each; their signatures come after them.
  let alike = 1
  while (alike < count && isOfType(bytes, from + alike * size, type)) alike++
  const turned = alike * size
  if (turned > length) return
  const first = firstOf(m, at, alike) * size
  for (let i = 0; i < turned; i++) m[to + i] = bytes[from + ((i + first) % turned)]!
}

const isOfType = (bytes: Uint8Array, at: number, type: number): boolean =>
  bytes[at + 2] === type >> 8 && bytes[at + 3] === (type & 255)
