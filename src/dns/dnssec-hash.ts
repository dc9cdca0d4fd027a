// Hashed names (RFC 5155 §5) with the only parameters that are of use (RFC 9276 §3.1): SHA-1 (RFC 3174), once, without a salt; and
// their form as a label, base32hex without padding (RFC 4648 §7), in which they have the order of the hashes.
//
// The line hashes names that nobody has foreseen, so this allocates nothing; node:crypto would make objects for each.
import { lower } from './name.js'

/** Bytes of a hash. */
export const HASH_BYTES = 20
/** Bytes of a label that is a hash, its length byte among them. */
export const HASH_LABEL = 33

const BLOCK = 64
/** The sixteen words of a block, and those that are made of them. */
const words = new Int32Array(80)
const state = new Int32Array(5)
const digits = Buffer.from('0123456789abcdefghijklmnopqrstuv')

/** Writes the label that stands for the name that begins at `at`, whatever its letter case: HASH_LABEL bytes at `to`. */
export function hashLabel(name: Uint8Array, at: number, out: Uint8Array, to: number): void {
  hash(name, at, endOf(name, at) - at)
  out[to] = HASH_LABEL - 1
  // Five bytes are eight digits; twenty bytes leave nothing over.
  for (let digit = 0; digit < HASH_LABEL - 1; digit++) {
    const bit = digit * 5
    const word = state[bit >> 5]!
    const rest = 27 - (bit & 31)
    const value = rest >= 0 ? word >>> rest : (word << -rest) | (state[(bit >> 5) + 1]! >>> (32 + rest))
    out[to + 1 + digit] = digits[value & 31]!
  }
}

/** The hash that a label stands for. */
export function hashOf(label: Uint8Array, at = 0): Uint8Array {
  const bytes = new Uint8Array(HASH_BYTES)
  for (let digit = 0; digit < HASH_LABEL - 1; digit++) {
    const value = digits.indexOf(label[at + 1 + digit]!)
    for (let bit = 0; bit < 5; bit++)
      if ((value & (16 >> bit)) !== 0) bytes[(digit * 5 + bit) >> 3]! |= 128 >> ((digit * 5 + bit) & 7)
  }
  return bytes
}

function endOf(name: Uint8Array, at: number): number {
  let end = at
  while (name[end]! > 0) end += name[end]! + 1
  return end + 1
}

function hash(name: Uint8Array, at: number, length: number): void {
  state[0] = 0x67452301
  state[1] = 0xefcdab89
  state[2] = 0x98badcfe
  state[3] = 0x10325476
  state[4] = 0xc3d2e1f0
  // The bit that follows the message, and its length in the last two words of a block.
  const blocks = ((length + 8) >> 6) + 1
  for (let block = 0; block < blocks; block++) {
    const from = block * BLOCK
    for (let i = 0; i < 16; i++) words[i] = wordAt(name, at, length, from + i * 4)
    if (block === blocks - 1) words[15] = length * 8
    mixBlock()
  }
}

/** Four bytes of the message, lower case, with what follows its end. */
function wordAt(name: Uint8Array, at: number, length: number, from: number): number {
  let word = 0
  for (let i = from; i < from + 4; i++)
    word = (word << 8) | (i < length ? lower(name[at + i]!) : i === length ? 0x80 : 0)
  return word
}

function mixBlock(): void {
  for (let i = 16; i < 80; i++) {
    const mixed = words[i - 3]! ^ words[i - 8]! ^ words[i - 14]! ^ words[i - 16]!
    words[i] = (mixed << 1) | (mixed >>> 31)
  }
  let a = state[0]!
  let b = state[1]!
  let c = state[2]!
  let d = state[3]!
  let e = state[4]!
  for (let i = 0; i < 80; i++) {
    const f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d)
    const k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6
    const next = (((a << 5) | (a >>> 27)) + f + e + (k | 0) + words[i]!) | 0
    e = d
    d = c
    c = (b << 30) | (b >>> 2)
    b = a
    a = next
  }
  state[0] = (state[0]! + a) | 0
  state[1] = (state[1]! + b) | 0
  state[2] = (state[2]! + c) | 0
  state[3] = (state[3]! + d) | 0
  state[4] = (state[4]! + e) | 0
}
