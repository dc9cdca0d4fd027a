// Keys of zones as records: DNSKEY data, key tags, and the digests that a parent keeps of them (RFC 4034 §2, §5, appendix B).
import { createHash } from 'node:crypto'
import { canonical, type Name } from './name.js'

/** RFC 4034 §2.1.1, RFC 5011 §3. */
export const KEY_FLAG = { zone: 0x0100, revoked: 0x0080, entryPoint: 0x0001 } as const

/** RFC 4034 §2.1.2: there is no other. */
const PROTOCOL = 3

/** RFC 4509 and RFC 6605 §2; SHA-1 is not made any more (RFC 8624 §3.3). */
export const DIGEST = { SHA256: 2, SHA384: 4 } as const
export type DigestName = keyof typeof DIGEST

const HASHES: Readonly<Record<DigestName, string>> = { SHA256: 'sha256', SHA384: 'sha384' }

/** @param publicBytes as the algorithm writes its public keys */
export const dnskeyData = (flags: number, algorithm: number, publicBytes: Uint8Array): Uint8Array =>
  Uint8Array.from([flags >> 8, flags & 255, PROTOCOL, algorithm, ...publicBytes])

/** RFC 4034 appendix B. */
export function keyTag(dnskey: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < dnskey.length; i++) sum += (i & 1) === 0 ? dnskey[i]! << 8 : dnskey[i]!
  return (sum + ((sum >> 16) & 0xffff)) & 0xffff
}

/** The data of the DS that stands for the key of `owner` (RFC 4034 §5.1.4); that of a CDS is the same (RFC 7344 §3.1). */
export function dsData(owner: Name, dnskey: Uint8Array, digest: DigestName): Uint8Array {
  const tag = keyTag(dnskey)
  const hash = createHash(HASHES[digest]).update(canonical(owner)).update(dnskey).digest()
  return Uint8Array.from([tag >> 8, tag & 255, dnskey[3]!, DIGEST[digest], ...hash])
}
