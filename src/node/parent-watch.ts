// Asking the parent of a zone for its DS: all of its servers, each of which may have another answer for a while (RFC 7583 §3.3.4).
import { randomInt } from 'node:crypto'
import { connect } from 'node:net'
import type { ParentSeen } from '../control-plane/keys/parent-seen.js'
import { exchangeDatagrams } from '../control-plane/transfer/datagram.js'
import { formatAddress } from '../dns/address.js'
import { decodeMessage, encodeQuery, type Message } from '../dns/message.js'
import { equalNames, formatName, type Name, parent } from '../dns/name.js'
import { RCODE, rcodeName, TYPE, typeName } from '../dns/numbers.js'

export interface Server {
  readonly host: string
  readonly port: number
}

interface Question {
  readonly name: Name
  readonly type: number
  readonly recursionDesired: boolean
}

/** @throws Error where no answer comes */
export type AskServer = (server: Server, question: Question) => Promise<Message>

const DNS_PORT = 53

/** The zone above, its servers' addresses by what a resolver says. */
export interface Parent {
  readonly zone: Name
  readonly servers: readonly (readonly [name: Name, addresses: readonly string[]])[]
}

/**
 * @param now seconds since 1970
 * @throws Error in words, where any of the servers has not answered: it may be the one that still has the old DS
 */
export async function askParent(
  origin: Name,
  resolver: Server,
  now: number,
  ask: AskServer = askServer,
): Promise<ParentSeen> {
  const { servers } = await parentOf(origin, resolver, ask)
  const told = await Promise.all(servers.map(server => askAny(server, origin, ask)))
  const sets = told.map(({ message: { answers } }) =>
    answers.filter(({ type, owner }) => type === TYPE.DS && equalNames(owner, origin)),
  )
  const has = (set: (typeof sets)[number], wanted: Uint8Array): boolean =>
    set.some(({ rdata }) => Buffer.compare(rdata, wanted) === 0)
  const all = new Map(sets.flat().map(({ rdata }) => [Buffer.from(rdata).toString('hex'), rdata]))
  return {
    at: now,
    servers: told.map(({ server }, i) => ({ server, ds: sets[i]!.map(({ rdata }) => rdata) })), // one each
    ttl: Math.max(0, ...sets.flat().map(({ ttl }) => ttl)),
    everywhere: [...all.values()].filter(rdata => sets.every(set => has(set, rdata))),
    somewhere: [...all.values()],
  }
}

/** The nearest name above that has a zone. @throws Error in words where the resolver does not tell */
export async function parentOf(origin: Name, resolver: Server, ask: AskServer): Promise<Parent> {
  for (let zone = parent(origin); zone !== undefined; zone = parent(zone)) {
    const names = await resolve(resolver, zone, TYPE.NS, ask)
    if (names.length === 0) continue
    const servers = await Promise.all(
      names.map(async name => {
        const both = await Promise.all([TYPE.A, TYPE.AAAA].map(type => resolve(resolver, name, type, ask)))
        return [name, both.flat().map(formatAddress)] as const
      }),
    )
    return { zone, servers }
  }
  throw new Error('no zone is above it')
}

/** Data of the records; none where there are none. @throws Error in words where the resolver does not tell */
export async function resolve(
  resolver: Server,
  name: Name,
  type: number,
  ask: AskServer,
): Promise<readonly Uint8Array[]> {
  const message = await ask(resolver, { name, type, recursionDesired: true })
  if (message.rcode !== RCODE.NOERROR && message.rcode !== RCODE.NXDOMAIN)
    throw new Error(
      `the resolver ${resolver.host} says ${rcodeName(message.rcode)} of ${formatName(name)} ${typeName(type)}`,
    )
  return message.answers.filter(record => record.type === type).map(({ rdata }) => rdata)
}

/** A server by any of its addresses: a machine need not have both families. */
async function askAny(
  [name, addresses]: Parent['servers'][number],
  origin: Name,
  ask: AskServer,
): Promise<{ readonly server: string; readonly message: Message }> {
  let why = 'it has no address'
  for (const host of addresses) {
    try {
      const message = await ask({ host, port: DNS_PORT }, { name: origin, type: TYPE.DS, recursionDesired: false })
      // RFC 4035 §3.1.4.1: whoever is not asked as the parent speaks of something else.
      if (message.authoritative && (message.rcode === RCODE.NOERROR || message.rcode === RCODE.NXDOMAIN))
        return { server: `${formatName(name)} (${host})`, message }
      why = `${host} says ${rcodeName(message.rcode)}${message.authoritative ? '' : ', and has no authority'}`
    } catch (error) {
      why = error instanceof Error ? error.message : String(error)
    }
  }
  throw new Error(`the parent's server ${formatName(name)} does not tell the DS: ${why}`)
}

/** Waits for an answer by UDP, one after the other, ms. */
const WAITS: readonly number[] = [1500, 3000]
const TCP_MS = 5000

/** @param waits for an answer by UDP, and by TCP where that is cut short, ms */
export function askWithin(waits: readonly number[], tcpMs: number): AskServer {
  return async (server, question) => {
    const query = encodeQuery({ ...question, edns: true, id: randomInt(65_536) })
    for (const ms of waits) {
      const bytes = await exchangeDatagrams({ ...server }, query, ms, new AbortController().signal)
      if (bytes === undefined) continue
      const message = answerTo(question, server, bytes)
      return message.truncated ? answerTo(question, server, await byTcp(server, query, tcpMs)) : message
    }
    throw new Error(`${server.host} does not answer`)
  }
}

export const askServer: AskServer = askWithin(WAITS, TCP_MS)

/** @throws Error where no answer comes by TCP */
export const askByTcp: AskServer = async (server, question) => {
  const query = encodeQuery({ ...question, edns: true, id: randomInt(65_536) })
  return answerTo(question, server, await byTcp(server, query, TCP_MS))
}

/** @throws Error in words where it is none, or one to something else */
function answerTo({ name, type }: Question, { host }: Server, bytes: Uint8Array): Message {
  let message: Message
  try {
    message = decodeMessage(bytes)
  } catch (error) {
    throw new Error(`${host} answers what cannot be read`, { cause: error })
  }
  const [asked] = message.questions
  // RFC 5452 §9.1.
  if (asked === undefined || asked.type !== type || !equalNames(asked.name, name))
    throw new Error(`${host} answers what was not asked`)
  return message
}

/** RFC 7766. @throws Error in words where no whole answer comes */
function byTcp({ host, port }: Server, query: Uint8Array, ms: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    let got = Buffer.alloc(0)
    const end = (why: string): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(new Error(`${host} ${why}`))
    }
    const timer = setTimeout(() => end('does not answer by TCP'), ms)
    socket.on('error', ({ message }) => end(`does not answer by TCP: ${message}`))
    socket.once('end', () => end('ends its answer early'))
    socket.once('connect', () =>
      socket.write(Buffer.concat([Uint8Array.of(query.length >> 8, query.length & 255), query])),
    )
    socket.on('data', bytes => {
      got = Buffer.concat([got, bytes])
      if (got.length < 2 || got.length < 2 + got.readUInt16BE(0)) return
      clearTimeout(timer)
      socket.destroy()
      resolve(got.subarray(2, 2 + got.readUInt16BE(0)))
    })
  })
}
