// The keys of a zone as whoever signs it has to know them; what comes of which key when, a rollover decides before that.
import type { KeyObject } from 'node:crypto'
import type { Zone } from '../traffic/document/zone.js'

/** Seconds. How long the keys of a zone are kept by resolvers, and so what a rollover has to wait for (RFC 6781 §4.1.1). */
export const KEY_TTL = 3600

/** A key that signs. */
export interface SigningKey {
  readonly algorithm: number
  readonly keyTag: number
  /** The private half; the public one where the private one is elsewhere. */
  readonly key: KeyObject
  /** What it is called there, and the public key as the data of a DNSKEY has it. */
  readonly label?: string
  readonly publicKey?: Uint8Array
}

export interface ZoneKeys {
  /** Data of the DNSKEY records of the zone; those of all that sign are among them. */
  readonly published: readonly Uint8Array[]
  /** What the DNSKEY, CDS and CDNSKEY sets are signed with. */
  readonly signsKeys: readonly SigningKey[]
  /** What everything else is signed with. */
  readonly signsZone: readonly SigningKey[]
  /** What the parent should have: data of the CDS and CDNSKEY records (RFC 7344, RFC 8078); none of either is as well. */
  readonly atParent: { readonly cds: readonly Uint8Array[]; readonly cdnskey: readonly Uint8Array[] }
}

/** Undefined where a zone is not signed. */
export type KeysOf = (zone: Zone) => ZoneKeys | undefined
