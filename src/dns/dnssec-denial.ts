// Records that deny: NSEC (RFC 4034 §4), the next name of a zone and the types that this one has, and NSEC3 (RFC 5155 §3), the
// same of hashed names.
import { HASH_BYTES } from './dnssec-hash.js'
import { canonical, type Name } from './name.js'
import { bitmapOf } from './rdata-bitmap.js'

/** RFC 6840 §5.1: the next name keeps its letter case where it is signed; ours are in lower case throughout. */
export const nsecData = (next: Name, types: readonly number[]): Uint8Array =>
  Uint8Array.from([...canonical(next), ...bitmapOf(types)])

/** RFC 9276 §3.1: SHA-1, no opt-out, no iterations beyond the one, no salt. */
const PARAMETERS = [1, 0, 0, 0, 0]

/** @param next the hash that follows */
export const nsec3Data = (next: Uint8Array, types: readonly number[]): Uint8Array =>
  Uint8Array.from([...PARAMETERS, HASH_BYTES, ...next, ...bitmapOf(types)])

/** The data of NSEC3PARAM (RFC 5155 §4). */
export const NSEC3_PARAMETERS = Uint8Array.from(PARAMETERS)
