// The snapshot: the compiled, immutable, versioned form of everything that is served; the only thing the planes share.
// All of it is typed arrays in shared memory, so handing it to a thread copies a few dozen references.
import type { Answers } from './answers.js'
import type { HintedSets } from './hints.js'
import type { ClientMap } from './map.js'
import type { NameTable } from './names.js'

/** Clients of one family: their map, and ranking → choice. */
export interface ClientView {
  readonly map: ClientMap
  readonly choiceOf: Int32Array
}

/** How one steered name answers one type: A, AAAA, or CNAME where its regions have targets. */
export interface Steering {
  readonly v4: ClientView
  readonly v6: ClientView
}

export interface Snapshot {
  readonly version: number
  readonly names: NameTable
  readonly answers: Answers
  /** ZONE words each. */
  readonly zones: Int32Array
  /** Whose client subnet option is believed: for each restricted zone a count, then TRUST words a prefix. */
  readonly trust: Int32Array
  readonly steerings: readonly Steering[]
  readonly hinted: HintedSets
  readonly choices: Int32Array
  readonly members: Int32Array
  readonly regions: Int32Array
  /** Those of regions, and the names of their targets. */
  readonly addresses: Uint8Array
}

/** Words of a zone. */
export const ZONE_WORDS = 4
export const ZONE = {
  /** The number under which it is counted. */
  slot: 0,
  /** The answer that says no: the SOA in the authority section. */
  negative: 1,
  apexLength: 2,
  /** Where its list begins in `trust`; −1 where every resolver is trusted. */
  trust: 3,
} as const

/** Words of a trusted prefix: family, length, and four words of address. */
export const TRUST_WORDS = 6
