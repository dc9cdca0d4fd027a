// NSEC records (RFC 4034 §4): the next name of a zone, and the types that this one has.
import { canonical, type Name } from './name.js'
import { bitmapOf } from './rdata-bitmap.js'

/** RFC 6840 §5.1: the next name keeps its letter case where it is signed; ours are in lower case throughout. */
export const nsecData = (next: Name, types: readonly number[]): Uint8Array =>
  Uint8Array.from([...canonical(next), ...bitmapOf(types)])
