// One HTTP request and its answer as undici does them, on a connection that was opened before: by HTTP/1.1 (RFC 9112), or by
// HTTP/2 (RFC 9113) where that was agreed upon by ALPN. Follows no redirect, and asks nothing twice.
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Client } from 'undici'
import { type Farewell, heedGoaway } from './goaway.js'
import type { Trace } from './trace.js'

export interface Request {
  readonly method: 'GET' | 'HEAD'
  readonly path: string
  /** The Host header, or `:authority`. */
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  /** Whether the connection is to stay open. */
  readonly keepAlive?: boolean
}

export interface Answer {
  readonly status: number
  /** At most so many bytes as were asked for. */
  readonly body: Uint8Array
  /** Whether another request may be sent on the connection. */
  readonly reusable: boolean
}

/** An open connection, and the client that speaks on it. Whoever destroys the socket ends both. */
export interface Connection {
  readonly socket: Socket
  readonly client: Client
  readonly farewell: Farewell
}

/** What is asked, and where, comes with each request; of its own the client needs the scheme alone. */
const SCHEME = { plain: new URL('http://probed'), tls: new URL('https://probed') }

let loaded: typeof import('undici') | undefined

/** undici is loaded by the first probe that needs it: a start has no time for what nobody asks for. */
export async function clientOn(socket: Socket, keepAlive = false): Promise<Connection> {
  loaded ??= await import('undici')
  const farewell: Farewell = {}
  const client = new loaded.Client(socket instanceof TLSSocket ? SCHEME.tls : SCHEME.plain, {
    // It waits for this to return. A connection that has ended is never opened anew; with an error of its own it would ask again.
    connect: (_, done) =>
      queueMicrotask(() => {
        if (socket.destroyed) return done(new Error('connection closed'), null)
        done(null, socket)
        if (isHttp2(socket)) heedGoaway(socket, farewell)
      }),
    pipelining: keepAlive ? 1 : 0,
    // The probe's own timeout ends all of it, and `kept-connections.ts` what is kept.
    headersTimeout: 0,
    bodyTimeout: 0,
    pingInterval: 0,
    keepAliveTimeout: FOREVER_MS,
    keepAliveMaxTimeout: FOREVER_MS,
  })
  return { socket, client, farewell }
}

/** As long as a timer can be. */
const FOREVER_MS = 2 ** 31 - 1

export const isHttp2 = (socket: Socket): boolean => socket instanceof TLSSocket && socket.alpnProtocol === 'h2'

/** The body is read up to `limit` bytes; what comes after them ends the connection. */
export function exchange(on: Connection, request: Request, limit: number, trace: Trace): Promise<Answer> {
  const { socket, client, farewell } = on
  const { method, path, host, headers, keepAlive = false } = request
  return new Promise((resolve, reject) => {
    const sentAt = performance.now()
    const chunks: Buffer[] = []
    let status = 0
    let left = limit
    const fail = (error: Error): void => {
      socket.off('error', fail)
      reject(farewell.code === undefined ? error : sentAway(farewell.code, error))
    }
    const end = (reusable: boolean): void => {
      socket.off('error', fail)
      // Sooner than the client, which makes an error of it each time.
      if (!reusable) socket.destroy()
      resolve({ status, body: Buffer.concat(chunks), reusable: reusable && farewell.code === undefined })
    }
    // Before the client's own, which takes a body that is reset for one that ends.
    socket.prependListener('error', fail)
    client.dispatch(
      // Without `reset` an answer to HEAD would end the connection.
      { method, path, headers: { host, ...headers }, reset: !keepAlive },
      {
        onRequestStart: () => {},
        onResponseStart: (_, code) => {
          status = code
          trace.phases.firstByteMs ??= performance.now() - sentAt
        },
        onResponseData: (_, chunk) => {
          if (left <= 0) return
          chunks.push(chunk.length > left ? chunk.subarray(0, left) : chunk)
          left -= chunk.length
          if (left <= 0) end(false)
        },
        onResponseEnd: () => end(keepAlive),
        onResponseError: (_, error) => fail(error),
      },
    )
  })
}

const sentAway = (code: number, cause: Error): Error =>
  new Error(`the server sends the connection away (GOAWAY ${code})`, { cause })
