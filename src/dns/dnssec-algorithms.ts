// Algorithms that zones are signed with: ECDSA P-256 (RFC 6605), Ed25519 (RFC 8080), RSA/SHA-256 (RFC 5702), and the form that
// their public keys and signatures have in records. One row an algorithm.
import {
  createPublicKey,
  sign as cryptoSign,
  verify as cryptoVerify,
  generateKeyPair,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'

/** By the names that operators and tools use. */
export const ALGORITHM = { RSASHA256: 8, ECDSAP256SHA256: 13, ED25519: 15 } as const
export type AlgorithmName = keyof typeof ALGORITHM
export const ALGORITHM_NAMES = Object.keys(ALGORITHM) as readonly AlgorithmName[] // keys of the constant just above

export interface SigningAlgorithm {
  readonly name: AlgorithmName
  /** What node:crypto hashes with; Ed25519 does that itself. */
  readonly hash: string | undefined
  /** Bytes of a signature; undefined where they are as many as those of the key's modulus. */
  readonly signatureLength: number | undefined
  /** The public key as the data of a DNSKEY has it. */
  readonly encodePublic: (key: KeyObject) => Uint8Array
  /** Undefined where the bytes are no such key. */
  readonly decodePublic: (bytes: Uint8Array) => KeyObject | undefined
  readonly generate: () => Promise<KeyObject>
}

/** RFC 3110 §2 and RFC 8624 §3.1: as BIND makes it, and enough for as long as a zone key lives. */
const RSA_BITS = 2048

const generatePair = promisify(generateKeyPair)

const P256: SigningAlgorithm = {
  name: 'ECDSAP256SHA256',
  hash: 'sha256',
  signatureLength: 64,
  // RFC 6605 §4: x | y, without the byte that says "uncompressed".
  encodePublic(key) {
    const { x, y } = key.export({ format: 'jwk' })
    return Buffer.concat([fixed(x!, 32), fixed(y!, 32)]) // an EC key has both
  },
  decodePublic: bytes =>
    bytes.length === 64
      ? publicKey({ kty: 'EC', crv: 'P-256', x: url(bytes.subarray(0, 32)), y: url(bytes.subarray(32)) })
      : undefined,
  generate: async () => (await generatePair('ec', { namedCurve: 'P-256' })).privateKey,
}

const ED25519: SigningAlgorithm = {
  name: 'ED25519',
  hash: undefined,
  signatureLength: 64,
  // RFC 8080 §3.
  encodePublic: key => fixed(key.export({ format: 'jwk' }).x!, 32), // an OKP key has it
  decodePublic: bytes => (bytes.length === 32 ? publicKey({ kty: 'OKP', crv: 'Ed25519', x: url(bytes) }) : undefined),
  generate: async () => (await generatePair('ed25519')).privateKey,
}

const RSASHA256: SigningAlgorithm = {
  name: 'RSASHA256',
  hash: 'sha256',
  signatureLength: undefined,
  // RFC 3110 §2: length of the exponent in one byte, or in three; exponent; modulus.
  encodePublic(key) {
    const { n, e } = key.export({ format: 'jwk' })
    const exponent = Buffer.from(e!, 'base64url') // an RSA key has both
    const { length } = exponent
    const head = length < 256 ? [length] : [0, length >> 8, length & 255]
    return Buffer.concat([Uint8Array.from(head), exponent, Buffer.from(n!, 'base64url')])
  },
  decodePublic(bytes) {
    const [first = 0, second = 0, third = 0] = bytes
    const at = first === 0 ? 3 : 1
    const length = first === 0 ? (second << 8) | third : first
    if (length === 0 || at + length >= bytes.length) return undefined
    return publicKey({ kty: 'RSA', e: url(bytes.subarray(at, at + length)), n: url(bytes.subarray(at + length)) })
  },
  generate: async () => (await generatePair('rsa', { modulusLength: RSA_BITS })).privateKey,
}

/** By number. */
export const SIGNING_ALGORITHMS: ReadonlyMap<number, SigningAlgorithm> = new Map([
  [ALGORITHM.RSASHA256, RSASHA256],
  [ALGORITHM.ECDSAP256SHA256, P256],
  [ALGORITHM.ED25519, ED25519],
])

/** RFC 6605 §4: an ECDSA signature is r | s. Other kinds of key are not touched by it. */
const encoded = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' as const })

/** Bytes of a signature that the key makes. */
export const signatureLength = (algorithm: number, key: KeyObject): number =>
  SIGNING_ALGORITHMS.get(algorithm)?.signatureLength ?? (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8

/** A signature as an RRSIG has it. */
export const signBytes = (algorithm: number, key: KeyObject, data: Uint8Array): Uint8Array =>
  cryptoSign(SIGNING_ALGORITHMS.get(algorithm)?.hash, data, encoded(key))

/** The same, made in the thread pool. */
export const signBytesAside = (algorithm: number, key: KeyObject, data: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) =>
    cryptoSign(SIGNING_ALGORITHMS.get(algorithm)?.hash, data, encoded(key), (error, signature) =>
      error === null ? resolve(signature) : reject(error),
    ),
  )

/** @param publicBytes as the data of a DNSKEY has them */
export function verifyBytes(
  algorithm: number,
  publicBytes: Uint8Array,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const known = SIGNING_ALGORITHMS.get(algorithm)
  const key = known?.decodePublic(publicBytes)
  return key !== undefined && cryptoVerify(known?.hash, data, encoded(key), signature)
}

const url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/** A number of exactly so many bytes, zeroes before it. */
function fixed(text: string, length: number): Uint8Array {
  const bytes = Buffer.from(text, 'base64url')
  return Buffer.concat([Buffer.alloc(length - bytes.length), bytes])
}

/** Undefined where it is no point of the curve, or no key at all. */
function publicKey(jwk: Readonly<Record<string, string>>): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}
