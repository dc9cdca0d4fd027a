// SipHash-2-4 (Aumasson & Bernstein 2012), the hash of server cookies (RFC 9018 §4.4), in halves of 64-bit words: whole
// ones would be BigInts, and so garbage.

/** v0 … v3, each as its low and its high half; one for all, since nothing waits in between. */
const v = new Int32Array(8)

/**
 * Hashes `length` bytes of `m` with a key of four 32-bit words, the least significant first, which begin at `keyAt`.
 * Writes the 8 bytes of the hash at `to`, the least significant first.
 */
export function sipHash(
  key: Int32Array,
  keyAt: number,
  m: Uint8Array,
  at: number,
  length: number,
  out: Uint8Array,
  to: number,
): void {
  const k0 = key[keyAt]!
  const k1 = key[keyAt + 1]!
  const k2 = key[keyAt + 2]!
  const k3 = key[keyAt + 3]!
  // "somepseudorandomlygeneratedbytes"
  v[0] = k0 ^ 0x70736575
  v[1] = k1 ^ 0x736f6d65
  v[2] = k2 ^ 0x6e646f6d
  v[3] = k3 ^ 0x646f7261
  v[4] = k0 ^ 0x6e657261
  v[5] = k1 ^ 0x6c796765
  v[6] = k2 ^ 0x79746573
  v[7] = k3 ^ 0x74656462
  const whole = at + (length & ~7)
  for (let p = at; p < whole; p += 8) absorb(word(m, p, 4), word(m, p + 4, 4))
  const rest = length & 7
  absorb(word(m, whole, Math.min(rest, 4)), word(m, whole + 4, Math.max(rest - 4, 0)) | (length << 24))
  v[4]! ^= 0xff
  for (let i = 0; i < 4; i++) round()
  for (let half = 0; half < 2; half++) {
    const bits = v[half]! ^ v[half + 2]! ^ v[half + 4]! ^ v[half + 6]!
    for (let i = 0; i < 4; i++) out[to + half * 4 + i] = bits >>> (i * 8)
  }
}

/** `count` bytes as a word, the least significant first. */
function word(m: Uint8Array, at: number, count: number): number {
  let bits = 0
  for (let i = 0; i < count; i++) bits |= m[at + i]! << (i * 8)
  return bits
}

function absorb(low: number, high: number): void {
  v[6]! ^= low
  v[7]! ^= high
  round()
  round()
  v[0]! ^= low
  v[1]! ^= high
}

function round(): void {
  add(0, 2)
  rotate(2, 13)
  xor(2, 0)
  swap(0)
  add(4, 6)
  rotate(6, 16)
  xor(6, 4)
  add(0, 6)
  rotate(6, 21)
  xor(6, 0)
  add(4, 2)
  rotate(2, 17)
  xor(2, 4)
  swap(4)
}

function add(to: number, from: number): void {
  const low = (v[to]! + v[from]!) | 0
  const carry = low >>> 0 < v[to]! >>> 0 ? 1 : 0
  v[to] = low
  v[to + 1] = v[to + 1]! + v[from + 1]! + carry
}

function xor(to: number, from: number): void {
  v[to]! ^= v[from]!
  v[to + 1]! ^= v[from + 1]!
}

/** To the left, by less than 32 bits. */
function rotate(at: number, bits: number): void {
  const low = v[at]!
  const high = v[at + 1]!
  v[at] = (low << bits) | (high >>> (32 - bits))
  v[at + 1] = (high << bits) | (low >>> (32 - bits))
}

/** A rotation by 32 bits. */
function swap(at: number): void {
  const low = v[at]!
  v[at] = v[at + 1]!
  v[at + 1] = low
}
