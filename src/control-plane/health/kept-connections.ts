// Connections that probes leave open for the next one of their kind, where their check says so: one each, and not for long.
import type { ClientHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'

/** An open connection, and the HTTP/2 session on it where there is one. */
export interface Connection {
  readonly socket: Socket
  readonly session?: ClientHttp2Session
}

interface Kept {
  readonly connection: Connection
  /** Nobody watches it any more. */
  readonly letGo: () => void
}

const kept = new Map<string, Kept>()

/** What comes unasked ends it: of HTTP/1.1 anything, of HTTP/2, where a PING may come, that it is to end. */
const UNASKED = { one: ['data', 'end', 'timeout'], two: ['goaway', 'timeout'] } as const

/** The connection that was kept under this key, if it is still open; it is the caller's from now on. */
export function takeKept(key: string): Connection | undefined {
  const found = kept.get(key)
  if (found === undefined) return undefined
  const { connection, letGo } = found
  kept.delete(key)
  letGo()
  if (!isOpen(connection)) return undefined
  busy(connection).ref()
  return connection
}

/** Keeps it for so many ms at most: a check that is gone leaves nothing open. */
export function keep(key: string, connection: Connection, forMs: number): void {
  if (!isOpen(connection)) return
  const before = kept.get(key)
  if (before !== undefined) close(before.connection)
  const one: NodeJS.EventEmitter = busy(connection)
  const unasked = connection.session === undefined ? UNASKED.one : UNASKED.two
  const end = (): void => close(connection)
  const closed = (): void => {
    if (kept.get(key)?.connection === connection) kept.delete(key)
  }
  busy(connection).setTimeout(forMs)
  for (const event of unasked) one.on(event, end)
  one.on('close', closed)
  const letGo = (): void => {
    busy(connection).setTimeout(0)
    for (const event of unasked) one.off(event, end)
    one.off('close', closed)
  }
  kept.set(key, { connection, letGo })
  // It keeps no process alive.
  busy(connection).unref()
}

export function close({ socket, session }: Connection): void {
  session?.destroy()
  socket.destroy()
}

/** Whichever of the two tells of what happens: a session has its socket to itself. */
const busy = ({ socket, session }: Connection): Socket | ClientHttp2Session => session ?? socket

const isOpen = ({ socket, session }: Connection): boolean =>
  session === undefined ? !socket.destroyed && socket.writable : !session.closed && !session.destroyed
