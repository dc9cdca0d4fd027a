// TLS on a connection that is open: hands shaken within a time of their own, and the certificate judged by us.
import { readFile } from 'node:fs/promises'
import { isIP, type Socket } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import type { TlsSpec } from '../traffic/document/check.js'
import { certificateCause } from './cause.js'
import { closing, ending, once } from './phase.js'
import type { Trace } from './trace.js'

export interface TlsOptions extends TlsSpec {
  readonly host?: string
  readonly alpn?: readonly string[]
}

/** What the client shows of itself. */
type Certificate = { readonly cert?: Buffer; readonly key?: Buffer }

interface Handshake {
  readonly address: string
  readonly tls: TlsOptions
  readonly tlsTimeoutMs?: number | undefined
  readonly certificate: Certificate
}

/** Writes into the trace how long it took, and what the certificate was like. The plain socket stays its caller's to close. */
export async function shakeHands(
  plain: Socket,
  { address, tls, tlsTimeoutMs, certificate }: Handshake,
  signal: AbortSignal,
  trace: Trace,
): Promise<TLSSocket> {
  const beganAt = performance.now()
  const late = ending(plain, tlsTimeoutMs, 'no TLS handshake')
  try {
    const secure = connect({ ...optionsOf(address, tls), ...certificate, socket: plain })
    // An aborted handshake ends with its socket, and its error is the probe's.
    await once(closing(signal, secure), 'secureConnect', trace)
    trace.phases.tlsMs = performance.now() - beganAt
    judge(secure, address, tls, trace)
    return secure
  } finally {
    clearTimeout(late)
  }
}

function optionsOf(address: string, { serverName, host, alpn }: TlsOptions) {
  const name = serverName ?? host
  return {
    // RFC 6066 §3 allows no literal address as a server name; the certificate is then checked against the address.
    ...(name !== undefined && isIP(name) === 0 ? { servername: name } : { host: address }),
    ...(alpn === undefined ? {} : { ALPNProtocols: [...alpn] }),
    // `judge` refuses what is not authorized, since only an open socket can tell the certificate's dates.
    rejectUnauthorized: false,
  }
}

/** @throws Error where it cannot be read */
export async function clientCertificate(tls: TlsSpec | undefined): Promise<Certificate> {
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
export function judge(socket: TLSSocket, address: string, tls: TlsOptions, trace: Trace): void {
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
