// One request and its answer by HTTP/2 (RFC 9113), by ALPN over TLS or by prior knowledge.
import { type ClientHttp2Session, connect } from 'node:http2'
import type { Socket } from 'node:net'
import { collect, type Exchange } from './exchange.js'

/** The session on a connection that is open; whoever destroys one of the two ends both. */
export function sessionOn(socket: Socket, host: string): ClientHttp2Session {
  const session = connect(`http://${host}`, { createConnection: () => socket })
  // Between two requests nobody listens; an error that nobody hears would end the thread.
  return session.on('error', () => {})
}

export const exchange2: Exchange<ClientHttp2Session> = (session, request, limit, trace) =>
  new Promise((resolve, reject) => {
    const { method, path, host, headers, body, keepAlive = false } = request
    const sentAt = performance.now()
    const scheme = session.socket !== undefined && 'encrypted' in session.socket ? 'https' : 'http'
    const stream = session.request(
      { ...headers, ':method': method, ':path': path, ':authority': host, ':scheme': scheme },
      { endStream: body === undefined },
    )
    let last = false
    // RFC 9113 §6.8: a server that goes in peace still answers what came up to the last stream that it names.
    const sentAway = (code: number, heard: number): void => {
      last = true
      if (code !== 0 || heard < (stream.id ?? Number.POSITIVE_INFINITY))
        fail(new Error(`the server sends the connection away (GOAWAY ${code})`))
    }
    const closed = (): void => fail(new Error('connection closed before the answer was complete'))
    const letGo = (): void => void session.off('error', fail).off('goaway', sentAway).off('close', closed)
    function fail(error: Error): void {
      letGo()
      session.destroy()
      reject(error)
    }
    session.on('error', fail).on('goaway', sentAway).on('close', closed)
    let trailers: object = {}
    stream.once('error', fail)
    stream.once('trailers', found => {
      trailers = found
    })
    stream.once('response', found => {
      trace.phases.firstByteMs = performance.now() - sentAt
      collect(stream, limit).then(bytes => {
        letGo()
        // Not where the limit on the body has ended it, nor where the server has said that this was the last.
        const reusable = keepAlive && stream.readableEnded && !last && !session.closed
        if (!reusable) session.destroy()
        // An answer without a body carries its trailers in its only headers.
        resolve({ status: Number(found[':status']), body: bytes, reusable, trailers: { ...found, ...trailers } })
      }, fail)
    })
    if (body !== undefined) stream.end(body)
  })
