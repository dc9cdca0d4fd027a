// The snapshot: the compiled, immutable, versioned form of everything that is served; the only thing the planes share.
// All of it is typed arrays in shared memory, so handing it to a thread copies a few dozen references.
import type { Answers } from './answers.js'
import type { HintedSets } from './hints.js'
import type { ClientMap } from './map.js'
import type { NameTable } from './names.js'
import type { SignatureTable } from './signatures.js'

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
  /**
   * Bytes that have been let go of since the first snapshot. Only who publishes can tell: what another thread is handed twice
   * looks like two pieces of memory to it.
   */
  readonly dropped: number
  readonly names: NameTable
  readonly answers: Answers
  /** ZONE words each. */
  readonly zones: Int32Array
  /** What denies names in signed zones: PROOF words each, in the order of the names of each zone, or of their hashes. */
  readonly proofs: Int32Array
  /** The first labels of the owners of those whose names are hashed. */
  readonly hashLabels: Uint8Array
  /** Of the addresses and targets that steered names of signed zones can come to. */
  readonly signatures: SignatureTable
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
export const ZONE_WORDS = 9
export const ZONE = {
  /** The number under which it is counted. */
  slot: 0,
  /** The answer that says no: the SOA in the authority section. */
  negative: 1,
  apexLength: 2,
  /** Where its list begins in `trust`; −1 where every resolver is trusted. */
  trust: 3,
  /** Its proofs: index of the first, and how many; none where it is not signed. */
  firstProof: 4,
  proofCount: 5,
  /** Labels of its name, without the root's. */
  labels: 6,
  /** That of its SOA; to be read as unsigned. */
  serial: 7,
  /** A DENIAL. */
  denial: 8,
} as const

/**
 * How the proofs of a zone lie: by the canonical order of names (RFC 4034 §6.1), or by that of their hashes (RFC 5155 §5); or each
 * tells of its own name only, and names that do not exist have none until they are asked for (RFC 9824).
 */
export const DENIAL = { ordered: 0, hashed: 1, compact: 2 } as const

/**
 * Words of a proof: where its owner begins among the bytes of the names, or the labels of hashes; the length of that; and the
 * answer that has its NSEC or NSEC3 record, signed.
 */
export const PROOF_WORDS = 3
export const PROOF = { nameAt: 0, nameLength: 1, answer: 2 } as const

/** Words of a trusted prefix: family, length, and four words of address. */
export const TRUST_WORDS = 6
