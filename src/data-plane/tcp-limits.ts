// How much of a server one client may have by TCP, and all of them together.
export interface TcpLimits {
  /** Connections at one time, in all and from one address. */
  readonly connections: number
  readonly perClient: number
  /** A connection is closed after this long without a whole query, ms (RFC 7766 §6.2.3). */
  readonly idleMs: number
  /** Bytes of answers that may wait for a slow reader before nothing more is read from it. */
  readonly backlog: number
}

export const TCP_LIMITS: TcpLimits = { connections: 2000, perClient: 100, idleMs: 10_000, backlog: 1 << 18 }
/** A handshake costs more than waiting does. */
export const TLS_LIMITS: TcpLimits = { ...TCP_LIMITS, idleMs: 30_000 }
