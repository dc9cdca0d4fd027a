// How much of a server one client may have by TCP, and all of them together.
import type { Peer } from './peer.js'

export interface TcpLimits {
  /** Connections at one time, in all and from one client: an IPv4 address, or an IPv6 network of 64 bits. */
  readonly connections: number
  readonly perClient: number
  /** A connection is closed after this long without a whole query, ms (RFC 7766 §6.2.3). */
  readonly idleMs: number
  /** Bytes of answers that may wait for a slow reader before nothing more is read from it. */
  readonly backlog: number
  /** Bytes that may wait for all readers together; where it is more, whom most waits for loses its connection. */
  readonly backlogs: number
}

export const TCP_LIMITS: TcpLimits = {
  connections: 2000,
  perClient: 100,
  idleMs: 10_000,
  backlog: 1 << 18,
  backlogs: 1 << 26,
}
/** A handshake costs more than waiting does. */
export const TLS_LIMITS: TcpLimits = { ...TCP_LIMITS, idleMs: 30_000 }

/** Whom a connection counts for: whoever has an IPv6 address has a network of 2^64 of them. */
export const clientOf = ({ family, address }: Peer): string => address.subarray(0, family === 4 ? 4 : 8).join()
