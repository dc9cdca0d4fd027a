// Signatures of what steered names can come to (RFC 4034 §3), made before anybody asks: found by the name, the type, and the
// regions that were drawn. The regions are told by the sum of their digests, so that their order is of no account.
//
//   slots    key, sum, at, count | …     open addressing, linear probing, a power of two; key 0 is nothing
//   bytes    length (2), data of an RRSIG | …     `count` of them from `at` on
import { mix } from './draw.js'
import { Bytes, sharedInt32 } from './shared.js'

export interface SignatureTable {
  readonly slots: Int32Array
  readonly bytes: Uint8Array
}

export const SIGNATURE_WORDS = 4
export const SIGNATURE = { key: 0, sum: 1, at: 2, count: 3 } as const

/** There is no such signature. */
export const NO_SIGNATURE = -1

/** Types are below 256: A, AAAA, CNAME, HTTPS, SVCB. */
const keyOf = (signee: number, type: number): number => ((signee << 8) | type) + 1

const slotOf = (key: number, sum: number, mask: number): number => mix(sum ^ Math.imul(key, 0x9e3779b1)) & mask

/** @returns where the words of the signatures begin in `slots`; NO_SIGNATURE */
export function findSignatures({ slots }: SignatureTable, signee: number, type: number, sum: number): number {
  const mask = slots.length / SIGNATURE_WORDS - 1
  const key = keyOf(signee, type)
  for (let slot = slotOf(key, sum, mask); ; slot = (slot + 1) & mask) {
    const at = slot * SIGNATURE_WORDS
    if (slots[at] === 0) return NO_SIGNATURE
    if (slots[at] === key && slots[at + 1] === sum) return at
  }
}

/** The signatures of one set. */
export interface SteeredSignature {
  readonly signee: number
  readonly type: number
  /** Of the digests of its regions, modulo 2^32, signed. */
  readonly sum: number
  /** Data of RRSIG records. */
  readonly rdatas: readonly Uint8Array[]
}

/** @param signatures no two of one signee, type and sum */
export function signatureTable(signatures: readonly SteeredSignature[]): SignatureTable {
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(2, signatures.length * 2)))
  const slots = sharedInt32(capacity * SIGNATURE_WORDS)
  const bytes = new Bytes()
  for (const { signee, type, sum, rdatas } of signatures) {
    const at = bytes.length
    for (const rdata of rdatas) {
      bytes.push([rdata.length >> 8, rdata.length & 255])
      bytes.push(rdata)
    }
    const key = keyOf(signee, type)
    let slot = slotOf(key, sum, capacity - 1)
    while (slots[slot * SIGNATURE_WORDS] !== 0) slot = (slot + 1) & (capacity - 1)
    slots.set([key, sum, at, rdatas.length], slot * SIGNATURE_WORDS)
  }
  return { slots, bytes: bytes.share() }
}

export const NO_SIGNATURES: SignatureTable = signatureTable([])

/** What stands for the hints of both families, from the sums of either (hints.ts). */
export const hintSum = (v4: number, v6: number): number => (v4 + Math.imul(v6, 0x9e3779b1)) | 0

/** What stands for the addresses or the target of a region; another `seed` gives another digest. */
export function contentDigest(bytes: Uint8Array, seed: number): number {
  let hash = seed
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return mix(hash ^ bytes.length)
}
