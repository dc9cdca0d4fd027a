// Records of one name and type, as answers are made of them (RFC 2181 §5).
import type { Name } from '../../dns/name.js'

/** Records of one owner and type. */
export interface RecordSet {
  readonly owner: Name
  readonly type: number
  /** Seconds. */
  readonly ttl: number
  /** Wire form, names uncompressed; never empty. */
  readonly rdatas: readonly Uint8Array[]
}

/** The RRSIG set of a set; none where its zone is not signed, or it is not the zone's own to sign. */
export type Sign = (set: RecordSet) => readonly RecordSet[]
