// One HTTP request and its answer on a connection that is open: by HTTP/1.1 (RFC 9112), or by HTTP/2 (RFC 9113).
import { type IncomingMessage, request as request1 } from 'node:http'
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connect2 } from 'node:http2'
import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Trace } from './trace.js'

export interface Request {
  readonly method: string
  readonly path: string
  /** The Host header, or `:authority`. */
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Whether the connection is to stay open; HTTP/1.1 only. */
  readonly keepAlive?: boolean
}

export interface Answer {
  readonly status: number
  /** At most so many bytes as were asked for. */
  readonly body: Uint8Array
  /** Whether another request may be sent on the connection. */
  readonly reusable?: boolean
  /** Present only with HTTP/2. */
  readonly trailers: Readonly<Record<string, unknown>>
}

/** How an HTTP exchange is done; the caller destroys the socket. */
export type Exchange = (socket: Socket, request: Request, limit: number, trace: Trace) => Promise<Answer>

/** Follows no redirect. */
export const exchange1: Exchange = (socket, { method, path, host, headers, body, keepAlive = false }, limit, trace) =>
  new Promise((resolve, reject) => {
    const sentAt = performance.now()
    // Before the parser's own, which calls a reset in the middle of a body "aborted".
    socket.once('error', reject)
    // Without an agent, and so with `Connection: close`, unless told.
    const open = keepAlive ? { connection: 'keep-alive' } : {}
    const call = request1({ createConnection: () => socket, method, path, headers: { host, ...open, ...headers } })
    let free = false
    socket.once('free', () => {
      free = true
    })
    call.once('error', reject)
    call.once('response', (answer: IncomingMessage) => {
      trace.phases.firstByteMs = performance.now() - sentAt
      collect(answer, limit).then(bytes => {
        const done = (): void => {
          socket.off('error', reject)
          resolve({ status: answer.statusCode ?? 0, body: bytes, reusable: free, trailers: {} })
        }
        // It is free a little after its end, and never where the server or the limit on the body ends it.
        if (keepAlive && answer.complete && call.shouldKeepAlive) setImmediate(done)
        else done()
      }, reject)
    })
    call.end(body)
  })

/** HTTP/2 by ALPN over TLS, or by prior knowledge. */
export const exchange2: Exchange = (socket, { method, path, host, headers, body }, limit, trace) =>
  new Promise((resolve, reject) => {
    const sentAt = performance.now()
    const session: ClientHttp2Session = connect2(`http://${host}`, { createConnection: () => socket })
    const fail = (error: Error): void => {
      session.destroy()
      reject(error)
    }
    session.once('error', fail)
    session.once('goaway', code => fail(new Error(`the server sends the connection away (GOAWAY ${code})`)))
    session.once('close', () => fail(new Error('connection closed before the answer was complete')))
    const stream: ClientHttp2Stream = session.request(
      {
        ...headers,
        ':method': method,
        ':path': path,
        ':authority': host,
        ':scheme': 'encrypted' in socket ? 'https' : 'http',
      },
      { endStream: body === undefined },
    )
    let trailers: Answer['trailers'] = {}
    stream.once('error', fail)
    stream.once('trailers', found => {
      trailers = found
    })
    stream.once('response', found => {
      trace.phases.firstByteMs = performance.now() - sentAt
      collect(stream, limit).then(
        // An answer without a body carries its trailers in its only headers.
        bytes => {
          session.destroy()
          resolve({ status: Number(found[':status']), body: bytes, trailers: { ...found, ...trailers } })
        },
        fail,
      )
    })
    if (body !== undefined) stream.end(body)
  })

/** The body up to `limit` bytes; what comes after them is left where it is. */
function collect(body: Readable, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let seen = 0
    body.on('data', (chunk: Buffer) => {
      const rest = limit - seen
      chunks.push(chunk.length > rest ? chunk.subarray(0, rest) : chunk)
      seen += chunk.length
      if (seen >= limit) {
        body.pause()
        resolve(Buffer.concat(chunks))
      }
    })
    body.once('end', () => resolve(Buffer.concat(chunks)))
    body.on('error', reject)
  })
}
