// Clients of the tests' own, for what dig cannot do: many queries at once, pipelines, and a count of what gets lost.
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, type Socket } from 'node:net'
import { formatAddress, parsePrefix } from '../../src/dns/address.js'
import { decodeMessage, encodeQuery, type Message, type Query } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'

export interface At {
  readonly host: string
  readonly port: number
}

/** A query as resolvers send it, with EDNS; `subnet` is the client's network. */
export function ask(name: string, type: keyof typeof TYPE, subnet?: string): Query {
  const base: Query = { name: parseName(name), type: TYPE[type], edns: true }
  if (subnet === undefined) return base
  const prefix = parsePrefix(subnet)
  if (prefix === undefined) throw new Error(`"${subnet}" is no prefix`)
  return { ...base, subnet: prefix }
}

/** The addresses of an answer, in order. */
export const addressesOf = ({ answers }: Message): string[] =>
  answers.filter(({ type }) => type === TYPE.A || type === TYPE.AAAA).map(({ rdata }) => formatAddress(rdata))

export const scopeOf = ({ edns }: Message): number | undefined => edns?.subnet?.scope

/** A connected socket: it takes datagrams only from the address that it asked. */
export class UdpClient {
  /** Datagrams that answer no query of ours. */
  unexpected = 0
  private readonly pending = new Map<number, (message: Message | undefined) => void>()
  private readonly socket: UdpSocket
  private nextId = 0

  private constructor(socket: UdpSocket) {
    this.socket = socket
    socket.on('message', bytes => {
      const give = this.pending.get(bytes.readUInt16BE(0))
      if (give === undefined) this.unexpected++
      else give(decodeMessage(bytes))
    })
    // Nothing listens there: the query counts as lost.
    socket.on('error', () => {})
  }

  static async open({ host, port }: At): Promise<UdpClient> {
    const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 })
    await new Promise<void>(resolve => socket.connect(port, host, () => resolve()))
    return new UdpClient(socket)
  }

  /** The answer; undefined where none comes in time, which is long, since a busy machine is not a lost query. Sends once. */
  ask(query: Query, ms = 10_000): Promise<Message | undefined> {
    return new Promise(resolve => {
      const id = this.nextId++ & 0xffff
      const done = (message: Message | undefined): void => {
        clearTimeout(timer)
        this.pending.delete(id)
        resolve(message)
      }
      const timer = setTimeout(() => done(undefined), ms)
      this.pending.set(id, done)
      this.socket.send(encodeQuery({ ...query, id }))
    })
  }

  /** Sends what may be no query at all. */
  send(bytes: Uint8Array): void {
    this.socket.send(bytes)
  }

  close(): void {
    this.socket.close()
  }
}

/** A connection on which what is sent, and when, is the test's to say. */
export class TcpClient {
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>
  readonly socket: Socket
  private bytes = Buffer.alloc(0)
  private readonly messages: Message[] = []
  private readonly waiting: ((message: Message | undefined) => void)[] = []
  private ended = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', chunk => this.take(chunk))
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    this.closed = new Promise(resolve =>
      socket.once('close', () => {
        this.ended = true
        for (const give of this.waiting.splice(0)) give(undefined)
        resolve()
      }),
    )
  }

  static open({ host, port }: At): Promise<TcpClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, allowHalfOpen: true, noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new TcpClient(socket))
      })
    })
  }

  /** Several queries in one write. */
  send(...queries: readonly Query[]): void {
    this.socket.write(Buffer.concat(queries.map(query => framed(encodeQuery(query)))))
  }

  /** The next answer, in the order in which they came; undefined where the connection ends before. */
  next(): Promise<Message | undefined> {
    const message = this.messages.shift()
    if (message !== undefined || this.ended) return Promise.resolve(message)
    return new Promise(resolve => this.waiting.push(resolve))
  }

  close(): void {
    this.socket.destroy()
  }

  private take(chunk: Buffer): void {
    this.bytes = Buffer.concat([this.bytes, chunk])
    for (;;) {
      const length = this.bytes.length < 2 ? Number.POSITIVE_INFINITY : this.bytes.readUInt16BE(0)
      if (this.bytes.length < 2 + length) return
      const message = decodeMessage(this.bytes.subarray(2, 2 + length))
      this.bytes = this.bytes.subarray(2 + length)
      const give = this.waiting.shift()
      if (give === undefined) this.messages.push(message)
      else give(message)
    }
  }
}

export function framed(message: Uint8Array): Buffer {
  const bytes = Buffer.alloc(2 + message.length)
  bytes.writeUInt16BE(message.length, 0)
  bytes.set(message, 2)
  return bytes
}

/** One query on a connection of its own; undefined where it ends unanswered. */
export async function askByTcp(at: At, query: Query): Promise<Message | undefined> {
  const client = await TcpClient.open(at)
  client.send(query)
  const answer = await client.next()
  client.close()
  return answer
}
