// Connections that probes leave open for the next one of their kind, where their check says so: one each, and not for long.
import type { Connection } from './http-client.js'

interface Kept {
  readonly connection: Connection
  /** Nobody watches it any more. */
  readonly letGo: () => void
}

const kept = new Map<string, Kept>()

/** The connection that was kept under this key, if it is still open; it is the caller's from now on. */
export function takeKept(key: string): Connection | undefined {
  const found = kept.get(key)
  if (found === undefined) return undefined
  const { connection, letGo } = found
  kept.delete(key)
  letGo()
  return isOpen(connection) ? connection : undefined
}

/** Keeps it for so many ms at most: a check that is gone leaves nothing open. What comes unasked ends it; the client sees to that. */
export function keep(key: string, connection: Connection, forMs: number): void {
  if (!isOpen(connection)) return
  const before = kept.get(key)
  if (before !== undefined) close(before.connection)
  const { client } = connection
  // It keeps no process alive, nor does the client while nothing is asked.
  const timer = setTimeout(() => close(connection), forMs).unref()
  const closed = (): void => {
    clearTimeout(timer)
    if (kept.get(key)?.connection === connection) kept.delete(key)
  }
  client.once('disconnect', closed)
  const letGo = (): void => {
    clearTimeout(timer)
    client.off('disconnect', closed)
  }
  kept.set(key, { connection, letGo })
}

export const close = ({ socket }: Connection): void => void socket.destroy()

const isOpen = ({ socket, farewell }: Connection): boolean => !socket.destroyed && farewell.code === undefined
