// Records of a zone together with where they stand in the document, so that rules across records can point at them.
import type { Name } from '../../dns/name.js'
import type { AliasRecord, SteeredRecord } from './document/zone.js'
import type { Place } from './finding.js'
import type { Path } from './path.js'

/** Where a record stands, and whose it is. */
interface Placed {
  readonly path: Path
  /** Where in a zone file, if it stands in one. */
  readonly at?: Place
  readonly owner: Name
  /** `nameKey(owner)` */
  readonly key: string
}

export interface PlacedStatic extends Placed {
  readonly type: number
  readonly ttl: number
  /** Absent where the data is faulty: the record still counts as being there. */
  readonly rdata: Uint8Array | undefined
  readonly hints?: 'steer'
}

export interface PlacedSteered extends Placed {
  readonly steered: SteeredRecord
  /** Its regions have targets: it is a CNAME. */
  readonly byTarget: boolean
}

export interface PlacedAlias extends Placed {
  readonly alias: AliasRecord
}

/** A zone before the rules across its records have passed. */
export interface PlacedZone {
  readonly origin: Name
  readonly path: Path
  readonly nameservers: readonly { readonly name: Name; readonly path: Path; readonly at?: Place }[]
  readonly statics: readonly PlacedStatic[]
  readonly steered: readonly PlacedSteered[]
  readonly aliases: readonly PlacedAlias[]
}
