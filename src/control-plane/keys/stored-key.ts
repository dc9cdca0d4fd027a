// A key of a zone with its private half, as it is made, kept and read.
import { SIGNING_ALGORITHMS } from '../../dns/dnssec-algorithms.js'
import { KEY_FLAG, keyTag } from '../../dns/dnssec-key.js'
import { dnskeyOf, keyFileName, type PrivateKey } from '../../dns/dnssec-key-file.js'
import type { Name } from '../../dns/name.js'

export interface StoredKey extends PrivateKey {
  /** Of its files, without what comes after the last dot. */
  readonly file: string
  readonly keyTag: number
  readonly flags: number
  /** Data of its DNSKEY record. */
  readonly dnskey: Uint8Array
}

/** What a key is to do: sign everything, the keys only, or everything but the keys. */
export type KeyRole = 'CSK' | 'KSK' | 'ZSK'

export const isEntryPoint = ({ flags }: Pick<StoredKey, 'flags'>): boolean => (flags & KEY_FLAG.entryPoint) !== 0

export function storedKey(origin: Name, key: PrivateKey, flags: number): StoredKey {
  const dnskey = dnskeyOf(key, flags)
  const tag = keyTag(dnskey)
  return { ...key, flags, dnskey, keyTag: tag, file: keyFileName(origin, key.algorithm, tag) }
}

/** @param others of the same zone: validators, and files, tell keys by their tags */
export async function makeKey(
  origin: Name,
  role: KeyRole,
  algorithm: number,
  others: readonly Pick<StoredKey, 'keyTag'>[] = [],
): Promise<StoredKey> {
  const flags = role === 'ZSK' ? KEY_FLAG.zone : KEY_FLAG.zone | KEY_FLAG.entryPoint
  for (;;) {
    const key = await SIGNING_ALGORITHMS.get(algorithm)!.generate() // the document names no others
    const made = storedKey(origin, { algorithm, key }, flags)
    if (others.every(({ keyTag }) => keyTag !== made.keyTag)) return made
  }
}
