// What the prober knows, as the rest of the control plane sees it: values, no timers, no sockets.
import type { Basis } from './quorum.js'

/** Where one check of one address stands. */
export interface CheckHealth {
  readonly check: string
  readonly up: boolean
  /** Epoch ms at which `up` took its present value; absent before the first result. */
  readonly since?: number
  /** Results in a row that disagree with `up`. */
  readonly run: number
  /** The earliest time in which `up` could flip, ms. */
  readonly changeInMs: number
  /** Epoch ms of the first of the failures that are held against it, or that took it down; absent where there are none. */
  readonly failingSince?: number
  /** Epoch ms of the last result and of the next probe; absent before the first. */
  readonly lastAt?: number
  readonly nextAt?: number
  /** How long the last probe took, ms. */
  readonly lastMs?: number
  /** Why the last probe failed, in words; absent when it passed. */
  readonly lastError?: string
  /** What an operator should look at although it passed. */
  readonly lastWarning?: string
  /** Days until the certificate ends that the last probe was shown. */
  readonly certificateDays?: number
  /** Epoch ms until which it stays down for having gone down too often. */
  readonly heldUntil?: number
  /** True: it is watched, and decides nothing by itself. */
  readonly observe?: boolean
  /** True: this node cannot carry it out; it counts for nothing, and `lastError` says why. */
  readonly unavailable?: boolean
  /** The calculated check within which alone it counts. */
  readonly within?: string
  /** What nodes of a fleet say together, where its check has votes; then `up` goes by it. */
  readonly votes?: VotesHealth
}

export interface VotesHealth {
  readonly basis: Basis
  /** Who sees it up, of those who have a vote. */
  readonly ups: number
  readonly of: number
  /** What this node sees itself; absent where it sees nothing. */
  readonly own?: boolean
}

/** One address of a region: up when enough of its checks are, and all that the region depends on. */
export interface AddressHealth {
  readonly address: string
  readonly up: boolean
  /** Epoch ms at which `up` took its present value. */
  readonly since: number
  /** The earliest time in which `up` could flip, ms; Infinity where nothing checks it. */
  readonly changeInMs: number
  /** Why it is down, in words: the check and its error. */
  readonly cause?: string
  readonly checks: readonly CheckHealth[]
  /**
   * Percent of its clients that its region may have back, after it was down; the same for all addresses of the region
   * that are of one family. Absent: all of them.
   */
  readonly admitted?: number
}

/** By region id; the addresses in the document's order. */
export type Health = ReadonlyMap<string, readonly AddressHealth[]>
