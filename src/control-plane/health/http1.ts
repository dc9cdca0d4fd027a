// One HTTP/1.1 request and its answer on a connection that is open (RFC 9112).
import { type IncomingMessage, request as request1 } from 'node:http'
import type { Socket } from 'node:net'
import { collect, type Exchange } from './exchange.js'

export const exchange1: Exchange<Socket> = (
  socket,
  { method, path, host, headers, body, keepAlive = false },
  limit,
  trace,
) =>
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
