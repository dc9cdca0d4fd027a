// The HTTP and HTTPS checks: one request to one literal address, on a fresh connection unless told (RFC 9110).
import { isIPv6 } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { HttpCheckSpec } from '../traffic/document/check.js'
import { BODY_LIMIT, bodyFailure } from './body.js'
import { cause, failed } from './cause.js'
import type { Check, Subject } from './check.js'
import { open } from './connection.js'
import { judge } from './handshake.js'
import { type Answer, type Connection, clientOn, exchange, isHttp2 } from './http-client.js'
import { close, keep, takeKept } from './kept-connections.js'
import { closing } from './phase.js'
import type { Trace } from './trace.js'

/** Passes when the status lies in a range of `expect` and the body arrives and is as it must be. Follows no redirect. */
export const http: Check<HttpCheckSpec> = async (subject, signal, trace) => {
  const { spec } = subject
  const key = spec.reuse === true ? keyOf(subject) : undefined
  const before = key === undefined ? undefined : takeKept(key)
  let connection = before
  try {
    const asked = before && (await askAgain(before, subject, signal, trace))
    const { status, body, reusable } =
      asked ?? (await ask((connection = await connect(subject, signal, trace)), subject, trace))
    if (!spec.expect.some(([from, to]) => status >= from && status <= to))
      throw new Error(`status ${status}, expected ${spec.expect.map(range).join(', ')}`)
    const wrong = spec.body === undefined ? undefined : bodyFailure(body, spec.body)
    if (wrong !== undefined) throw new Error(wrong)
    if (key === undefined || !reusable || signal.aborted || connection === undefined) return
    keep(key, connection, spec.intervalMs + spec.timeoutMs)
    connection = undefined
  } catch (error) {
    throw failed(cause(error), error)
  } finally {
    if (connection !== undefined) close(connection)
  }
}

const tlsOf = (spec: HttpCheckSpec) => ({ ...spec, alpn: [spec.http2 === true ? 'h2' : 'http/1.1'] })

async function connect(subject: Subject<HttpCheckSpec>, signal: AbortSignal, trace: Trace): Promise<Connection> {
  const { address, spec, source } = subject
  const { type, port, connectTimeoutMs, tlsTimeoutMs, http2 = false, reuse } = spec
  const tls = type === 'https' ? { tls: tlsOf(spec) } : {}
  const socket = await open({ address, port, connectTimeoutMs, tlsTimeoutMs, source, ...tls }, signal, trace)
  if (http2 === isHttp2(socket)) return clientOn(socket, reuse)
  socket.destroy()
  throw new Error('the server does not speak HTTP/2')
}

function ask(connection: Connection, subject: Subject<HttpCheckSpec>, trace: Trace): Promise<Answer> {
  const { spec } = subject
  const { method, path, reuse = false } = spec
  const request = { method, path, host: hostOf(subject), headers: headersOf(spec), keepAlive: reuse }
  return exchange(connection, request, spec.body?.limit ?? BODY_LIMIT, trace)
}

const headersOf = ({ headers = {} }: HttpCheckSpec): Readonly<Record<string, string>> =>
  Object.keys(headers).some(name => name.toLowerCase() === 'user-agent')
    ? headers
    : { 'user-agent': 'meridian', ...headers }

/** On a connection that was kept; undefined where it turns out to be closed, which says nothing of the server. */
async function askAgain(
  connection: Connection,
  subject: Subject<HttpCheckSpec>,
  signal: AbortSignal,
  trace: Trace,
): Promise<Answer | undefined> {
  const { address, spec } = subject
  const { socket } = connection
  closing(signal, socket)
  // The certificate goes on ageing.
  if (socket instanceof TLSSocket) judge(socket, address, tlsOf(spec), trace)
  try {
    return await ask(connection, subject, trace)
  } catch (error) {
    if (signal.aborted || trace.phases.firstByteMs !== undefined) throw error
    close(connection)
    return undefined
  }
}

/** What may share a connection: the same check of the same address. */
function keyOf({ address, source = '', spec }: Subject<HttpCheckSpec>): string {
  const { id, type, port, http2, host, serverName, verify, clientCertificate } = spec
  return JSON.stringify([id, type, address, port, source, http2, host, serverName, verify, clientCertificate])
}

const range = ([from, to]: readonly [number, number]): string => (from === to ? `${from}` : `${from}-${to}`)

/** RFC 9110 §7.2: a port that is not the scheme's own belongs to the host. What the operator wrote stands as it is. */
function hostOf({ address, spec: { type, port, host } }: Subject<HttpCheckSpec>): string {
  if (host !== undefined) return host
  const literal = isIPv6(address) ? `[${address}]` : address
  return port === (type === 'https' ? 443 : 80) ? literal : `${literal}:${port}`
}
