import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sipHash } from '../../src/dns/siphash.js'

// The key 00 01 … 0f and the messages empty, 00, 00 01, … of the authors' own vectors (SipHash, appendix A, and vectors.h).
const KEY = new Int32Array(Uint8Array.from({ length: 16 }, (_, i) => i).buffer)
const VECTORS: readonly (readonly [length: number, hash: string])[] = [
  [0, '310e0edd47db6f72'],
  [1, 'fd67dc93c539f874'],
  [2, '5a4fa9d909806c0d'],
  [3, '2d7efbd796666785'],
  [4, 'b7877127e09427cf'],
  [5, '8da699cd64557618'],
  [6, 'cee3fe586e46c9cb'],
  [7, '37d1018bf50002ab'],
  [8, '6224939a79f5f593'],
  [15, 'e545be4961ca29a1'],
  [63, '724506eb4c328a95'],
]

const hash = (key: Int32Array, message: Uint8Array, at = 0, length = message.length): string => {
  const out = new Uint8Array(8)
  sipHash(key, 0, message, at, length, out, 0)
  return Buffer.from(out).toString('hex')
}

test.each(VECTORS)('the first %d bytes of 00 01 … hash to %s', (length, expected) => {
  expect(
    hash(
      KEY,
      Uint8Array.from({ length }, (_, i) => i),
    ),
  ).toBe(expected)
})

/** The same with whole 64-bit words, as the paper has it. */
function reference(key: Int32Array, message: Uint8Array): string {
  const mask = (1n << 64n) - 1n
  const keyBytes = Buffer.from(new Uint8Array(key.buffer))
  const [k0, k1] = [keyBytes.readBigUInt64LE(0), keyBytes.readBigUInt64LE(8)]
  const v = [k0 ^ 0x736f6d6570736575n, k1 ^ 0x646f72616e646f6dn, k0 ^ 0x6c7967656e657261n, k1 ^ 0x7465646279746573n]
  const turn = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (64n - by))) & mask
  const half = (a: number, b: number, by: bigint): void => {
    v[a] = (v[a]! + v[b]!) & mask
    v[b] = turn(v[b]!, by) ^ v[a]!
  }
  const round = (): void => {
    half(0, 1, 13n)
    v[0] = turn(v[0]!, 32n)
    half(2, 3, 16n)
    half(0, 3, 21n)
    half(2, 1, 17n)
    v[2] = turn(v[2]!, 32n)
  }
  const padded = Buffer.alloc((message.length & ~7) + 8)
  padded.set(message)
  padded[padded.length - 1] = message.length
  for (let at = 0; at < padded.length; at += 8) {
    const word = padded.readBigUInt64LE(at)
    v[3]! ^= word
    round()
    round()
    v[0]! ^= word
  }
  v[2]! ^= 0xffn
  for (let i = 0; i < 4; i++) round()
  const out = Buffer.alloc(8)
  out.writeBigUInt64LE(v[0]! ^ v[1]! ^ v[2]! ^ v[3]!)
  return out.toString('hex')
}

test('any key and message hash to what 64-bit arithmetic makes of them, wherever they lie', () => {
  const bytes = fc.uint8Array({ maxLength: 300 })
  const keys = fc.uint8Array({ minLength: 16, maxLength: 16 })
  fc.assert(
    fc.property(keys, bytes, fc.nat({ max: 9 }), (keyBytes, message, at) => {
      const key = new Int32Array(Uint8Array.from(keyBytes).buffer)
      const around = Uint8Array.from([...new Uint8Array(at).fill(7), ...message, 9, 9])
      expect(hash(key, around, at, message.length)).toBe(reference(key, message))
    }),
  )
})
