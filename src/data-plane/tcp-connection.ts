// One connection: many queries, answered in turn, and no faster than the client reads; what the office has is waited for.
import type { Socket } from 'node:net'
import { FOR_OFFICE } from './admit.js'
import type { Desk } from './desk.js'
import type { Peer } from './peer.js'
import { PROXY_HEADER, readProxyHeader } from './proxy-header.js'
import { type Answer, type Ask, framed, LENGTH_BYTES } from './tcp-answer.js'
import type { TcpLimits } from './tcp-limits.js'

export interface ConnectionOptions {
  readonly answer: Answer
  readonly desk: Desk | undefined
  readonly limits: TcpLimits
  /** Called where the client has not taken all that was written to it. */
  readonly onWaiting: () => void
  /** Given where the connection has to begin with a PROXY header: called where that is none. */
  readonly refused?: (() => void) | undefined
}

export function serveConnection(
  socket: Socket,
  peer: Peer,
  { answer, desk, limits, onWaiting, refused }: ConnectionOptions,
): void {
  const write = (bytes: Uint8Array): void => {
    socket.write(bytes)
    if (socket.writableLength > 0) onWaiting()
  }
  let awaitsHeader = refused !== undefined
  let pending = Buffer.alloc(0)
  // Counts from the last whole query, not from the last byte: a client that sends a byte now and then is idle too.
  const idle = setTimeout(() => socket.destroy(), limits.idleMs)
  idle.unref()
  /** What the office is at work on for this connection: what comes after it is answered after it. */
  let ticket: number | undefined
  let wantsMore = false
  const ask: Ask = message => {
    ticket = desk?.ask({ message: new Uint8Array(message), sender: peer.bytes(), transport: 'tcp' }, part => {
      if (part === undefined) {
        ticket = undefined
        socket.resume()
        answerWhatIsWhole()
        return
      }
      idle.refresh()
      write(framed(part))
      wantsMore = true
      askForMore()
    })
    if (ticket !== undefined) socket.pause()
    return ticket !== undefined
  }
  /** No faster than the client reads. */
  const askForMore = (): void => {
    if (!wantsMore || ticket === undefined || socket.writableLength > limits.backlog) return
    wantsMore = false
    desk?.more(ticket)
  }
  const answerWhatIsWhole = (): void => {
    let at = 0
    if (awaitsHeader) {
      at = readProxyHeader(pending, 0, pending.length, peer)
      if (at === PROXY_HEADER.incomplete && !finished) return
      if (at <= 0) {
        refused?.()
        return void socket.destroy()
      }
      awaitsHeader = false
    }
    // Answers to queries that came together leave together: a call of the system for each would cost more than all else.
    const answers: Uint8Array[] = []
    let bytes = 0
    let sound = true
    while (
      sound &&
      ticket === undefined &&
      pending.length - at >= LENGTH_BYTES &&
      !socket.destroyed &&
      socket.writableLength + bytes <= limits.backlog
    ) {
      const length = pending.readUInt16BE(at)
      if (pending.length - at < LENGTH_BYTES + length) break
      idle.refresh()
      const written = answer(pending, at + LENGTH_BYTES, length, peer, ask)
      sound = written !== undefined
      if (written !== undefined && written !== FOR_OFFICE) {
        answers.push(written)
        bytes += written.length
      }
      at += LENGTH_BYTES + length
    }
    if (bytes > 0) write(Buffer.concat(answers, bytes))
    // What is no query gets no answer, and its sender no connection: there is nothing to wait for.
    if (!sound) return void socket.destroy()
    pending = pending.subarray(at)
    if (socket.writableLength > limits.backlog) socket.pause()
    else if (finished && ticket === undefined) socket.end()
  }
  let finished = false
  socket.on('data', chunk => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    answerWhatIsWhole()
  })
  socket.on('drain', () => {
    if (ticket !== undefined) {
      idle.refresh()
      askForMore()
      return
    }
    socket.resume()
    answerWhatIsWhole()
  })
  socket.on('end', () => {
    finished = true
    answerWhatIsWhole()
  })
  socket.once('close', () => {
    clearTimeout(idle)
    if (ticket !== undefined) desk?.gone(ticket)
  })
}
