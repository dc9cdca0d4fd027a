// The servers of a parent, and the resolver that names them, each of which may behave as a test wants: real sockets on loopback.
import { createSocket, type Socket } from 'node:dgram'
import { createServer, type Server as TcpServer } from 'node:net'
import { parseAddress } from '../../src/dns/address.js'
import { decodeMessage, type MessageQuestion } from '../../src/dns/message.js'
import { bareReply, FLAG } from '../../src/dns/message-reply.js'
import { MessageWriter, SECTION } from '../../src/dns/message-writer.js'
import { formatName, parseName } from '../../src/dns/name.js'
import { CLASS, RCODE, TYPE } from '../../src/dns/numbers.js'
import { type AskServer, askWithin } from '../../src/node/parent-watch.js'

/** What a server makes of a query; undefined: it says nothing. */
export type Behaviour = (query: Uint8Array, tcp: boolean) => Uint8Array | undefined

const ZONE = 'com.'
const RESOLVER = '127.0.41.53'
const DS_TTL = 3600

interface Wanted {
  readonly authoritative?: boolean
  readonly truncated?: boolean
  readonly owner?: string
}

/** An answer with records of the type that was asked for, as a server that has the zone gives it. */
export function reply(query: Uint8Array, rdatas: readonly Uint8Array[], wanted: Wanted = {}): Uint8Array {
  const { id, questions } = decodeMessage(query)
  const { name, type } = questions[0] as MessageQuestion // whoever asks here asks for something
  const { authoritative = true, truncated = false, owner = formatName(name) } = wanted
  const flags = FLAG.response | (authoritative ? FLAG.authoritative : 0) | (truncated ? FLAG.truncated : 0)
  const writer = new MessageWriter(id, flags, 65_535)
  writer.question(name, type)
  if (!truncated)
    for (const rdata of rdatas)
      writer.record(SECTION.answer, { owner: parseName(owner), type, rclass: CLASS.IN, ttl: DS_TTL, rdata })
  return writer.finish()
}

export const has =
  (...rdatas: readonly Uint8Array[]): Behaviour =>
  query =>
    reply(query, rdatas)

export const says =
  (rcode: number): Behaviour =>
  query =>
    bareReply(query, rcode)

/** By UDP only that it does not fit. */
export const cutShort =
  (byTcp: Behaviour): Behaviour =>
  (query, tcp) =>
    tcp ? byTcp(query, tcp) : reply(query, [], { truncated: true })

export class OddParent {
  readonly resolver = { host: RESOLVER, port: 0 }
  /** By the addresses of its servers, in order: ns1.com. and so on. */
  readonly behaviours = new Map<string, Behaviour>()
  /** How often each was asked for a DS. */
  readonly asked = new Map<string, number>()
  /** Those of which nobody waits for an answer. */
  readonly silent = new Set<string>()
  private readonly ports = new Map<string, number>()
  private readonly open: (Socket | TcpServer)[] = []

  /** @param hosts that can be servers of the parent */
  static async start(hosts: readonly string[]): Promise<OddParent> {
    const parent = new OddParent()
    await parent.listen(RESOLVER, query => parent.resolve(query))
    for (const host of hosts)
      await parent.listen(host, (query, tcp) => {
        parent.asked.set(host, (parent.asked.get(host) ?? 0) + 1)
        return parent.behaviours.get(host)?.(query, tcp)
      })
    return parent
  }

  /** As a node asks, at the ports that these have: with much patience, unless nothing is to come. */
  readonly ask: AskServer = ({ host, port }, question) =>
    askWithin(this.silent.has(host) ? [20, 20] : [200, 30_000], 30_000)(
      { host, port: this.ports.get(host) ?? port },
      question,
    )

  close(): void {
    for (const one of this.open.splice(0)) one.close()
  }

  /** Who its servers are is what they behave like: those without a behaviour are none. */
  private resolve(query: Uint8Array): Uint8Array {
    const { name, type } = decodeMessage(query).questions[0]! // likewise
    const hosts = [...this.behaviours.keys()]
    if (type === TYPE.NS && formatName(name) === ZONE)
      return reply(query, hosts.map((_, i) => parseName(`ns${i + 1}.${ZONE}`))) // biome-ignore format: one line is plainer
    const [, number] = /^ns(\d)\.com\.$/.exec(formatName(name)) ?? []
    if (type !== TYPE.A || number === undefined) return bareReply(query, RCODE.NOERROR)
    return reply(query, [parseAddress(hosts[Number(number) - 1]!)!]) // it was named above
  }

  private async listen(host: string, behaviour: Behaviour): Promise<void> {
    const socket = createSocket('udp4')
    socket.on('message', (query, { address, port }) => {
      const answer = behaviour(query, false)
      if (answer !== undefined) socket.send(answer, port, address)
    })
    await new Promise<void>(resolve => socket.bind(0, host, resolve))
    const { port } = socket.address()
    const tcp = createServer(connection => {
      connection.on('error', () => connection.destroy())
      connection.once('data', bytes => {
        const answer = behaviour(bytes.subarray(2), true)
        // A connection that is kept open, as most servers do.
        if (answer !== undefined)
          connection.write(Buffer.concat([Uint8Array.of(answer.length >> 8, answer.length), answer]))
        else connection.end()
      })
    })
    await new Promise<void>((resolve, reject) => tcp.once('error', reject).listen(port, host, resolve))
    this.open.push(socket, tcp)
    this.ports.set(host, port)
  }
}
