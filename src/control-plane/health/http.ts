// The HTTP and HTTPS checks: one request on a fresh connection to one literal address (RFC 9110).
import { isIPv6, type Socket } from 'node:net'
import type { HttpCheckSpec } from '../traffic/document.js'
import { BODY_LIMIT, bodyFailure } from './body.js'
import { cause, failed } from './cause.js'
import type { Check, Subject } from './check.js'
import { open } from './connection.js'
import { exchange1, exchange2 } from './exchange.js'

/** Passes when the status lies in a range of `expect` and the body arrives and is as it must be. Follows no redirect. */
export const http: Check<HttpCheckSpec> = async (subject, signal, trace) => {
  const { address, spec, source } = subject
  const { type, port, connectTimeoutMs, tlsTimeoutMs, http2 = false, method, path } = spec
  let socket: Socket | undefined
  try {
    const tls = type === 'https' ? { tls: { ...spec, alpn: [http2 ? 'h2' : 'http/1.1'] } } : {}
    socket = await open({ address, port, connectTimeoutMs, tlsTimeoutMs, source, ...tls }, signal, trace)
    if (http2 && 'alpnProtocol' in socket && socket.alpnProtocol !== 'h2')
      throw new Error('the server does not speak HTTP/2')
    const request = { method, path, host: hostOf(subject), headers: { 'user-agent': 'meridian', ...spec.headers } }
    const exchange = http2 ? exchange2 : exchange1
    const { status, body } = await exchange(socket, request, spec.body?.limit ?? BODY_LIMIT, trace)
    if (!spec.expect.some(([from, to]) => status >= from && status <= to))
      throw new Error(`status ${status}, expected ${spec.expect.map(range).join(', ')}`)
    const wrong = spec.body === undefined ? undefined : bodyFailure(body, spec.body)
    if (wrong !== undefined) throw new Error(wrong)
  } catch (error) {
    throw failed(cause(error), error)
  } finally {
    socket?.destroy()
  }
}

const range = ([from, to]: readonly [number, number]): string => (from === to ? `${from}` : `${from}-${to}`)

/** RFC 9110 §7.2: a port that is not the scheme's own belongs to the host. What the operator wrote stands as it is. */
function hostOf({ address, spec: { type, port, host } }: Subject<HttpCheckSpec>): string {
  if (host !== undefined) return host
  const literal = isIPv6(address) ? `[${address}]` : address
  return port === (type === 'https' ? 443 : 80) ? literal : `${literal}:${port}`
}
