// A connection to one literal address for one probe: opened within its own timeout, TLS judged, closed with the probe.
import { readFile } from 'node:fs/promises'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import type { TlsSpec } from '../traffic/document/check.js'
import { certificateCause, seconds } from './cause.js'
import type { Trace } from './trace.js'

export interface ConnectionOptions {
  readonly address: string
  readonly port: number
  readonly connectTimeoutMs?: number | undefined
  readonly tlsTimeoutMs?: number | undefined
  /** The address of this node to open it from. */
  readonly source?: string | undefined
  /** Speak TLS. */
  readonly tls?: TlsSpec & { readonly host?: string; readonly alpn?: readonly string[] }
}

/**
 * Opens it, and writes into the trace how long each phase took. Once the signal aborts the socket is destroyed, whether
 * it is open yet or not; else whoever called does it.
 */
export async function open(
  { address, port, connectTimeoutMs, tlsTimeoutMs, source, tls }: ConnectionOptions,
  signal: AbortSignal,
  trace: Trace,
): Promise<Socket> {
  const client = await clientCertificate(tls)
  const startedAt = performance.now()
  // Without a socket of our own, an aborted probe of a black hole would leave its handshake behind.
  const plain = closing(
    signal,
    connect({ host: address, port, noDelay: true, ...(source === undefined ? {} : { localAddress: source }) }),
  )
  const within = (ms: number | undefined, what: string): NodeJS.Timeout | undefined =>
    ms === undefined ? undefined : setTimeout(() => plain.destroy(new Error(`${what} within ${seconds(ms)}`)), ms)
  const slow = within(connectTimeoutMs, 'no connection')
  let slowTls: NodeJS.Timeout | undefined
  try {
    await once(plain, 'connect', trace)
    const connectedAt = performance.now()
    trace.heard = true
    trace.phases.connectMs = connectedAt - startedAt
    if (tls === undefined) return plain
    slowTls = within(tlsTimeoutMs, 'no TLS handshake')
    const secure = connectTls({ ...tlsOptions(address, tls), ...client, socket: plain })
    // An aborted handshake ends with its socket, and its error is the probe's.
    await once(closing(signal, secure), 'secureConnect', trace)
    trace.phases.tlsMs = performance.now() - connectedAt
    judge(secure, address, tls, trace)
    return secure
  } catch (error) {
    plain.destroy()
    throw error
  } finally {
    clearTimeout(slow)
    clearTimeout(slowTls)
  }
}

/** Ends the socket when the signal aborts; without an error, which a socket that is wrapped would tell nobody. */
export function closing<S extends Socket>(signal: AbortSignal, socket: S): S {
  const close = (): void => void socket.destroy()
  if (signal.aborted) close()
  else signal.addEventListener('abort', close, { once: true })
  return socket
}

/** Resolves with the event, rejects with an error; a refusal is an answer, too. */
function once(socket: Socket, event: string, trace: Trace): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { readonly code?: string }): void => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET') trace.heard = true
      reject(error)
    }
    const closed = (): void => reject(new Error('connection closed'))
    // Between phases nobody listens, and one end may be told of twice; an error that nobody hears would end the thread.
    socket.on('error', () => {})
    socket.once('error', fail)
    socket.once('close', closed)
    socket.once(event, () => {
      socket.off('error', fail)
      socket.off('close', closed)
      resolve()
    })
  })
}

function tlsOptions(address: string, { serverName, host, alpn }: NonNullable<ConnectionOptions['tls']>) {
  const name = serverName ?? host
  return {
    // RFC 6066 §3 allows no literal address as a server name; the certificate is then checked against the address.
    ...(name !== undefined && isIP(name) === 0 ? { servername: name } : { host: address }),
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    // `judge` refuses what is not authorized, since only an open socket can tell the certificate's dates.
    rejectUnauthorized: false,
  }
}

async function clientCertificate(tls: ConnectionOptions['tls']): Promise<{ cert?: Buffer; key?: Buffer }> {
  if (tls?.clientCertificate === undefined) return {}
  const { certificate, key } = tls.clientCertificate
  const read = async (path: string): Promise<Buffer> => {
    try {
      return await readFile(path)
    } catch (error) {
      throw new Error(`the client certificate cannot be read: ${error instanceof Error ? error.message : path}`)
    }
  }
  return { cert: await read(certificate), key: await read(key) }
}

const DAY_MS = 86_400_000

/** Refuses a certificate that does not hold, before a byte of any request is sent. */
export function judge(
  socket: TLSSocket,
  address: string,
  tls: NonNullable<ConnectionOptions['tls']>,
  trace: Trace,
): void {
  const { valid_to: end } = socket.getPeerCertificate()
  const days = Math.floor((Date.parse(end) - Date.now()) / DAY_MS)
  if (!Number.isNaN(days)) trace.certificateDays = days
  if (tls.verify && !socket.authorized) throw new Error(certificateCause(socket, tls.serverName ?? tls.host ?? address))
  if (Number.isNaN(days)) return
  if (tls.minimumDays !== undefined && days < tls.minimumDays)
    throw new Error(`certificate ends in ${plural(days)}, less than ${plural(tls.minimumDays)}`)
  if (tls.warningDays !== undefined && days < tls.warningDays) trace.warning = `certificate ends in ${plural(days)}`
}

const plural = (days: number): string => `${days} ${days === 1 ? 'day' : 'days'}`
