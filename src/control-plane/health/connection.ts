// A connection to one literal address for one probe: opened within its own timeout, by TLS or plain, closed with the probe.
import { connect, type Socket } from 'node:net'
import { clientCertificate, shakeHands, type TlsOptions } from './handshake.js'
import { closing, ending, once } from './phase.js'
import type { Trace } from './trace.js'

export interface ConnectionOptions {
  readonly address: string
  readonly port: number
  readonly connectTimeoutMs?: number | undefined
  readonly tlsTimeoutMs?: number | undefined
  /** The address of this node to open it from. */
  readonly source?: string | undefined
  /** Speak TLS. */
  readonly tls?: TlsOptions
}

/**
 * Opens it, and writes into the trace how long each phase took. Once the signal aborts the socket is destroyed, whether
 * it is open yet or not; else whoever called does it.
 */
export async function open(options: ConnectionOptions, signal: AbortSignal, trace: Trace): Promise<Socket> {
  const { connectTimeoutMs, tls } = options
  const certificate = await clientCertificate(tls)
  const startedAt = performance.now()
  // Without a socket of our own, an aborted probe of a black hole would leave its handshake behind.
  const plain = closing(signal, connect(placeOf(options)))
  const late = ending(plain, connectTimeoutMs, 'no connection')
  try {
    await once(plain, 'connect', trace)
    opened(startedAt, trace)
    return tls === undefined ? plain : await shakeHands(plain, { ...options, tls, certificate }, signal, trace)
  } catch (error) {
    plain.destroy()
    throw error
  } finally {
    clearTimeout(late)
  }
}

/** Where it leads to, and from where. */
export const placeOf = ({ address, port, source }: ConnectionOptions) => ({
  host: address,
  port,
  noDelay: true,
  ...(source === undefined ? {} : { localAddress: source }),
})

/** Whoever opens a connection has been heard, and how long it took is written down. */
export function opened(startedAt: number, trace: Trace): void {
  trace.heard = true
  trace.phases.connectMs = performance.now() - startedAt
}
