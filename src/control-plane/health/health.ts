// What the prober knows, as the rest of the control plane sees it: values, no timers, no sockets.

/** Where one check of one address stands. */
export interface CheckHealth {
  readonly check: string
  readonly up: boolean
  /** Results in a row that disagree with `up`. */
  readonly run: number
  /** The earliest time in which `up` could flip, ms. */
  readonly changeInMs: number
  /** Epoch ms of the last result and of the next probe; absent before the first. */
  readonly lastAt?: number
  readonly nextAt?: number
  /** How long the last probe took, ms. */
  readonly lastMs?: number
  /** Why the last probe failed, in words; absent when it passed. */
  readonly lastError?: string
}

/** One address of a region: up when all of its checks are. */
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
}

/** By region id; the addresses in the document's order. */
export type Health = ReadonlyMap<string, readonly AddressHealth[]>
