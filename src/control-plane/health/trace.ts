// What one probe sees, written down as it goes, so that a probe that fails tells how far it came.

/** All times in ms. */
export interface Phases {
  /** Until the name was resolved; only where a name is probed, and not an address. */
  readonly dnsMs?: number
  /** From there until the connection was open. */
  readonly connectMs?: number
  /** From there until the TLS handshake was over. */
  readonly tlsMs?: number
  /** From there until the first byte of the answer. */
  readonly firstByteMs?: number
}

export interface Trace {
  /** Whether anything came back from the address, be it a refusal: then the network between is not what failed. */
  heard: boolean
  readonly phases: { -readonly [K in keyof Phases]: Phases[K] }
  /** Days until the certificate that was shown ends; negative once it has. */
  certificateDays?: number
  /** What an operator should look at although the probe passed, in words. */
  warning?: string
  /** Whether this node cannot carry the check out at all; then it is no failure of the address. */
  unavailable?: boolean
}

export const newTrace = (): Trace => ({ heard: false, phases: {} })

/** How one probe ended. It can be sent from thread to thread. */
export interface ProbeResult {
  /** Epoch ms. */
  readonly endedAt: number
  readonly ms: number
  readonly passed: boolean
  readonly heard: boolean
  /** Why it failed, in words; absent when it passed. */
  readonly error?: string
  readonly phases: Phases
  readonly certificateDays?: number
  readonly warning?: string
  readonly unavailable?: boolean
}

/** `error` is the cause in words; undefined when the probe passed. */
export function resultOf(trace: Trace, error: string | undefined, ms: number, endedAt: number): ProbeResult {
  return error === undefined
    ? { ...trace, heard: true, endedAt, ms, passed: true }
    : { ...trace, endedAt, ms, passed: false, error }
}
