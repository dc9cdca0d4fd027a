// One HTTP request and its answer on a connection that is open, by whichever version of the protocol.
import type { Readable } from 'node:stream'
import type { Trace } from './trace.js'

export interface Request {
  readonly method: string
  readonly path: string
  /** The Host header, or `:authority`. */
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Whether the connection is to stay open. */
  readonly keepAlive?: boolean
}

export interface Answer {
  readonly status: number
  /** At most so many bytes as were asked for. */
  readonly body: Uint8Array
  /** Whether another request may be sent on the connection. */
  readonly reusable: boolean
  /** Empty but with HTTP/2. */
  readonly trailers: Readonly<Record<string, unknown>>
}

/** How an HTTP exchange is done; the caller destroys what it is done on. Follows no redirect. */
export type Exchange<On> = (on: On, request: Request, limit: number, trace: Trace) => Promise<Answer>

/** The body up to `limit` bytes; what comes after them is left where it is. */
export function collect(body: Readable, limit: number): Promise<Uint8Array> {
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
