// Connections that probes leave open for the next one of their kind, where their check says so: one each, and not for long.
import type { Socket } from 'node:net'

interface Kept {
  readonly socket: Socket
  /** Nobody watches it any more. */
  readonly letGo: () => void
}

const kept = new Map<string, Kept>()

/** The connection that was kept under this key, if it is still open; it is the caller's from now on. */
export function takeKept(key: string): Socket | undefined {
  const found = kept.get(key)
  if (found === undefined) return undefined
  const { socket, letGo } = found
  kept.delete(key)
  letGo()
  if (socket.destroyed || !socket.writable) return undefined
  socket.ref()
  return socket
}

/** Keeps it for so many ms at most: a check that is gone leaves nothing open. What comes unasked ends it. */
export function keep(key: string, socket: Socket, forMs: number): void {
  if (socket.destroyed) return
  kept.get(key)?.socket.destroy()
  const end = (): void => void socket.destroy()
  const closed = (): void => {
    if (kept.get(key)?.socket === socket) kept.delete(key)
  }
  socket.setTimeout(forMs).on('timeout', end).on('data', end).on('end', end).on('close', closed)
  const letGo = (): void =>
    void socket.setTimeout(0).off('timeout', end).off('data', end).off('end', end).off('close', closed)
  kept.set(key, { socket, letGo })
  // It keeps no process alive.
  socket.unref()
}
