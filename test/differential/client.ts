// Asks one server many questions, over one UDP socket and a few TCP connections, and hands out the bytes that come back.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { encodeQuery } from '../../src/dns/message.js'
import type { At } from '../end-to-end/dns-client.js'
import { framed } from '../end-to-end/dns-client.js'
import type { Question } from './questions.js'

export interface Exchange {
  readonly query: Uint8Array
  readonly reply: Uint8Array
}

/** A busy machine is not a lost query, ms. */
const PATIENCE_MS = 3000
const TRIES = 3

interface Waiting {
  readonly tcp: boolean
  readonly take: (reply: Uint8Array | undefined) => void
}

export class Client {
  private readonly at: At
  private readonly udp: UdpSocket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  private readonly waiting = new Map<number, Waiting>()
  private tcp: Socket | undefined
  private nextId = 0

  constructor(at: At) {
    this.at = at
    this.udp.on('message', bytes => this.take(bytes))
    // Nothing listens there yet: the question is asked again.
    this.udp.on('error', () => {})
  }

  /** @throws Error where there is no answer */
  async ask({ name, type, way: { tcp, edns } }: Question): Promise<Exchange> {
    for (let left = TRIES; left > 0; left--) {
      const id = this.nextId++ & 0xffff
      const query = encodeQuery({ name, type, id, ...(edns && { edns }) })
      const reply = await this.exchange(id, query, tcp)
      if (reply !== undefined) return { query, reply }
    }
    throw new Error(`${this.at.host} port ${this.at.port} does not answer`)
  }

  async close(): Promise<void> {
    this.tcp?.destroy()
    await new Promise<void>(resolve => this.udp.close(() => resolve()))
  }

  private exchange(id: number, query: Uint8Array, tcp: boolean): Promise<Uint8Array | undefined> {
    return new Promise(resolve => {
      const take = (reply: Uint8Array | undefined): void => {
        clearTimeout(timer)
        this.waiting.delete(id)
        resolve(reply)
      }
      const timer = setTimeout(() => take(undefined), PATIENCE_MS)
      this.waiting.set(id, { tcp, take })
      if (tcp) this.sendTcp(query)
      else this.udp.send(query, this.at.port, this.at.host)
    })
  }

  private take(bytes: Uint8Array): void {
    if (bytes.length >= 2) this.waiting.get((bytes[0]! << 8) | bytes[1]!)?.take(Uint8Array.from(bytes))
  }

  private sendTcp(query: Uint8Array): void {
    this.tcp ??= this.connect()
    this.tcp.write(framed(query))
  }

  private connect(): Socket {
    const socket = connect(this.at)
    let bytes = Buffer.alloc(0)
    socket.on('data', chunk => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
        const end = 2 + bytes.readUInt16BE(0)
        this.take(bytes.subarray(2, end))
        bytes = bytes.subarray(end)
      }
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      if (this.tcp !== socket) return
      this.tcp = undefined
      for (const { tcp, take } of this.waiting.values()) if (tcp) take(undefined)
    })
    return socket
  }
}
