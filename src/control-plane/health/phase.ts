// A phase of a connection: it ends with an event, with an error, with its time, or with the probe.
import type { Socket } from 'node:net'
import { seconds } from './cause.js'
import type { Trace } from './trace.js'

/** Ends the socket when the signal aborts; without an error, which a socket that is wrapped would tell nobody. */
export function closing<S extends Socket>(signal: AbortSignal, socket: S): S {
  const close = (): void => void socket.destroy()
  if (signal.aborted) close()
  else signal.addEventListener('abort', close, { once: true })
  return socket
}

/** Ends the socket with an error in words once its time is over; whoever called clears the timer. */
export const ending = (socket: Socket, ms: number | undefined, what: string): NodeJS.Timeout | undefined =>
  ms === undefined ? undefined : setTimeout(() => socket.destroy(tooLate(ms, what)), ms)

export const tooLate = (ms: number, what: string): Error => new Error(`${what} within ${seconds(ms)}`)

/** Resolves with the event, rejects with an error; a refusal is an answer, too. */
export function once(socket: Socket, event: string, trace: Trace): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { readonly code?: string }): void => {
      if (isHeard(error.code)) trace.heard = true
      reject(error)
    }
    const closed = (): void => reject(new Error('connection closed'))
    // Between phases nobody listens, and one end may be told of twice; an error that nobody hears would end the thread.
    socket.on('error', () => {})
    socket.once('error', fail)
    socket.once('close', closed)
    socket.once(event, () => {
      socket.off('error', fail)
      socket.off('close', closed)
      resolve()
    })
  })
}

/** Whether such an error came from the far end. */
export const isHeard = (code: string | undefined): boolean => code === 'ECONNREFUSED' || code === 'ECONNRESET'
