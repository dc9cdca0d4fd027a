// A server that sends a connection away (GOAWAY, RFC 9113 §6.8): in peace it still answers what it was asked before. undici 7
// drops the connection on hearing of it, and with it the answer: a server that is merely closed for maintenance, or takes one
// request a connection, would fail its probes. So its session is told to wait for what is still to come.
import type { ClientHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'

/** What was said on going. */
export interface Farewell {
  /** The error code of the GOAWAY frame; undefined as long as none has come. */
  code?: number
}

/**
 * Node itself ends the session: with an error where the code is one, else once the last answer has come. A request that the
 * server says it has not heard ends at once.
 */
export function heedGoaway(socket: Socket, farewell: Farewell): void {
  const session = sessionOn(socket)
  session.removeAllListeners('goaway')
  session.on('goaway', code => {
    farewell.code = code
  })
  // It would look for the socket's addresses where the socket is gone already, and end the thread with an error.
  session.removeAllListeners('close')
}

/** undici keeps its session on the socket, under a symbol of its own. @throws Error where it is there no longer */
function sessionOn(socket: Socket): ClientHttp2Session {
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'http2Session')
  const session = key && (socket as Socket & Record<symbol, ClientHttp2Session>)[key] // undici's types do not tell of it
  if (session === undefined) throw new Error('this version of undici keeps its HTTP/2 session elsewhere')
  return session
}
