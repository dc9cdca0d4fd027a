// Proofs that cannot be made before a name is asked for (RFC 9824, RFC 4470): what the line needs from whoever has the keys. Threads
// of the line have none; whoever answers what they hand over does.
import type { Name } from '../dns/name.js'

/** An NSEC record, with its signatures. */
export interface OnlineProof {
  readonly owner: Name
  /** Seconds. */
  readonly ttl: number
  readonly rdata: Uint8Array
  /** Data of RRSIG records. */
  readonly signatures: readonly Uint8Array[]
}

/** Of zones by their numbers; names are in lower case. */
export interface OnlineProofs {
  /** A name does not exist (RFC 9824 §3.1). @param asked the type, which is not to be among those that it has */
  absent(zone: number, name: Name, asked: number): OnlineProof
  /** A name has no more types than the wildcard that stands for it. */
  expanded(zone: number, name: Name, wildcard: Name, asked: number): OnlineProof
  /** Neither a name nor anything below it exists (RFC 4470 §3.1). */
  nothingAt(zone: number, name: Name): OnlineProof
}
