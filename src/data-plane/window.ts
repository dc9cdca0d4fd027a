// The window of the office: takes the requests of one thread, and gives the answers out, each when it is asked for.
import type { MessagePort } from 'node:worker_threads'
import { DESK, type FromOffice, type OfficeRequest, type ReturnPath, type ToOffice } from './desk.js'

/** Answers a request, message by message. It does not throw: what goes wrong inside is an answer too. */
export type OfficeAnswer = (request: OfficeRequest) => AsyncIterator<Uint8Array, void, undefined>

export class Window {
  private readonly port: MessagePort
  private readonly words: Int32Array
  private readonly office: OfficeAnswer
  private readonly sendBack: (path: ReturnPath, message: Uint8Array) => void
  private readonly open = new Map<number, AsyncIterator<Uint8Array, void, undefined>>()

  /** @param sendBack sends a datagram for a thread that cannot */
  constructor(
    port: MessagePort,
    words: Int32Array,
    office: OfficeAnswer,
    sendBack: (path: ReturnPath, message: Uint8Array) => void,
  ) {
    this.port = port
    this.words = words
    this.office = office
    this.sendBack = sendBack
    port.on('message', (message: ToOffice) => this.take(message))
    port.on('close', () => this.close())
    // A window keeps no process alive that has nothing else to do.
    port.unref()
  }

  /** What its thread has asked for is of no use any more. */
  close(): void {
    for (const ticket of [...this.open.keys()]) this.end(ticket)
  }

  private take(message: ToOffice): void {
    const { ticket } = message
    switch (message.kind) {
      case 'ask': {
        const answers = this.office(message.request)
        this.open.set(ticket, answers)
        if (message.returnPath === undefined) void this.give(ticket)
        else void this.sendAll(ticket, message.returnPath)
        break
      }
      case 'more':
        void this.give(ticket)
        break
      case 'gone':
        this.end(ticket)
    }
  }

  private async give(ticket: number): Promise<void> {
    const { value: message, done } = (await this.open.get(ticket)?.next()) ?? { value: undefined, done: true }
    if (!this.open.has(ticket)) return
    if (done === true) this.end(ticket)
    const reply: FromOffice = { ticket, message: message ?? undefined }
    this.port.postMessage(reply)
  }

  private async sendAll(ticket: number, path: ReturnPath): Promise<void> {
    for (;;) {
      const { value, done } = (await this.open.get(ticket)?.next()) ?? { value: undefined, done: true }
      if (done === true || value === undefined || !this.open.has(ticket)) break
      this.sendBack(path, value)
    }
    this.end(ticket)
  }

  private end(ticket: number): void {
    const answers = this.open.get(ticket)
    if (answers === undefined) return
    this.open.delete(ticket)
    Atomics.sub(this.words, DESK.waiting, 1)
    void answers.return?.()
  }
}
