// The desk: where a thread lays what is not for the line, and where the answers of the office come back to it.
//
//   thread ── ask, ticket ──► office        one message comes back for each `ask` and `more`, until the end
//          ◄─ message ───────
//          ── more ─────────►               so that a zone goes no faster than its reader takes it
//          ── gone ─────────►               the reader has left
import type { MessagePort } from 'node:worker_threads'
import type { AddressBytes } from '../dns/address.js'

/** A message for the office, and whose it is. */
export interface OfficeRequest {
  readonly message: Uint8Array
  readonly sender: AddressBytes
  readonly transport: 'udp' | 'tcp'
}

/** Where a datagram goes back to, in the words of the kernel: sockaddr and control message. */
export interface ReturnPath {
  readonly name: Uint8Array
  readonly control: Uint8Array
}

export type ToOffice =
  | { readonly kind: 'ask'; readonly ticket: number; readonly request: OfficeRequest; readonly returnPath?: ReturnPath }
  | { readonly kind: 'more'; readonly ticket: number }
  | { readonly kind: 'gone'; readonly ticket: number }

/** No message: that was all. */
export interface FromOffice {
  readonly ticket: number
  readonly message: Uint8Array | undefined
}

/** Words that all threads share with the office: whether it is open, and how many requests it has. */
export const DESK = { open: 0, waiting: 1 } as const
export const makeDeskWords = (): Int32Array => new Int32Array(new SharedArrayBuffer(8))

/** Requests that the office has at one time, of all threads together. */
const MOST_WAITING = 64

/** The side of a thread. */
export class Desk {
  /** Its first word is what the line asks whether there is an office. */
  readonly words: Int32Array
  private readonly port: MessagePort
  private readonly readers = new Map<number, (message: Uint8Array | undefined) => void>()
  private nextTicket = 0

  constructor(port: MessagePort, words: Int32Array) {
    this.port = port
    this.words = words
  }

  /** For threads that hear messages: gives each message to who asked for it. */
  listen(): void {
    this.port.on('message', ({ ticket, message }: FromOffice) => {
      const reader = this.readers.get(ticket)
      if (message === undefined) this.readers.delete(ticket)
      reader?.(message)
    })
  }

  /** Asks, if the office has room. @returns the ticket; undefined where it has none */
  ask(request: OfficeRequest, reader: (message: Uint8Array | undefined) => void): number | undefined {
    if (!this.enter()) return undefined
    const ticket = this.nextTicket++
    this.readers.set(ticket, reader)
    this.send({ kind: 'ask', ticket, request })
    return ticket
  }

  /** For threads that hear nothing: the office sends the answer itself. @returns whether it has room */
  leave(request: OfficeRequest, returnPath: ReturnPath): boolean {
    if (!this.enter()) return false
    this.send({ kind: 'ask', ticket: this.nextTicket++, request, returnPath })
    return true
  }

  more(ticket: number): void {
    this.send({ kind: 'more', ticket })
  }

  gone(ticket: number): void {
    if (this.readers.delete(ticket)) this.send({ kind: 'gone', ticket })
  }

  close(): void {
    this.port.close()
  }

  private enter(): boolean {
    if (Atomics.add(this.words, DESK.waiting, 1) < MOST_WAITING) return true
    Atomics.sub(this.words, DESK.waiting, 1)
    return false
  }

  private send(message: ToOffice): void {
    this.port.postMessage(message)
  }
}
