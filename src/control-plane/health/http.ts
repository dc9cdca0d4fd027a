// The HTTP and HTTPS checks: one request on a fresh connection to one literal address (RFC 9110, RFC 9112).
import { connect, isIP, isIPv6, type Socket } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { type buildConnector, Client } from 'undici'
import type { HttpCheckSpec } from '../traffic/document.js'
import { cause, certificateCause } from './cause.js'
import type { Check, Subject } from './check.js'

/** Bytes. More of a body than this says nothing about health. */
const BODY_CAP = 65_536

/** Passes when the status lies in a range of `expect` and the body (or its first 64 KiB) arrives. Follows no redirect. */
export const http: Check<HttpCheckSpec> = async ({ address, spec }, signal) => {
  let socket: Socket | undefined
  // Without a socket of our own, an aborted probe of a black hole would leave its handshake behind.
  const client = new Client(`${spec.type}://${bracketed(address)}:${spec.port}`, {
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (_, done) => {
      socket = addAbortSignal(signal, open({ address, spec }, done))
    },
  })
  try {
    const headers = { host: hostHeader({ address, spec }), 'user-agent': 'meridian' }
    const answer = await client.request({ method: spec.method, path: spec.path, headers, reset: true, signal })
    // A body that nobody reads any more reports its end as an error.
    answer.body.on('error', () => {})
    if (!spec.expect.some(([from, to]) => answer.statusCode >= from && answer.statusCode <= to))
      throw new Error(`status ${answer.statusCode}, expected ${spec.expect.map(range).join(', ')}`)
    await drain(answer.body)
  } catch (error) {
    throw new Error(cause(error), { cause: error })
  } finally {
    socket?.destroy()
    await client.destroy()
  }
}

const range = ([from, to]: readonly [number, number]): string => (from === to ? `${from}` : `${from}-${to}`)

const bracketed = (address: string): string => (isIPv6(address) ? `[${address}]` : address)

/** RFC 9110 §7.2: a port that is not the scheme's own belongs to the host. What the operator wrote stands as it is. */
function hostHeader({ address, spec }: Subject<HttpCheckSpec>): string {
  if (spec.host !== undefined) return spec.host
  return spec.port === (spec.type === 'https' ? 443 : 80) ? bracketed(address) : `${bracketed(address)}:${spec.port}`
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  let seen = 0
  for await (const chunk of body) {
    seen += chunk.length
    if (seen >= BODY_CAP) return
  }
}

/** Opens the connection and, with https, judges the certificate before a byte of the request is sent. */
function open(subject: Subject<HttpCheckSpec>, done: buildConnector.Callback): Socket {
  const socket = subject.spec.type === 'https' ? openTls(subject) : undefined
  const plain = socket ?? connect({ host: subject.address, port: subject.spec.port })
  const fail = (error: Error): void => done(error, null)
  plain.once('error', fail)
  plain.once(socket === undefined ? 'connect' : 'secureConnect', () => {
    plain.off('error', fail)
    if (socket === undefined || !subject.spec.verify || socket.authorized) return done(null, plain)
    fail(new Error(certificateCause(socket, subject.spec.host ?? subject.address)))
  })
  return plain
}

function openTls({ address, spec }: Subject<HttpCheckSpec>): TLSSocket {
  return connectTls({
    host: address,
    port: spec.port,
    // RFC 6066 §3 allows no literal address as a server name; the certificate is then checked against the address.
    ...(spec.host !== undefined && isIP(spec.host) === 0 ? { servername: spec.host } : {}),
    ALPNProtocols: ['http/1.1'],
    // `open` refuses what is not authorized itself, since only an open socket can tell the certificate's dates.
    rejectUnauthorized: false,
  })
}
