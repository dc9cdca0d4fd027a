// DNS over TCP (RFC 1035 §4.2.2, RFC 7766), in clear or by TLS (RFC 7858): many queries on a connection, answered in turn;
// limits on everything.

import { createServer, type Socket } from 'node:net'
import { parseAddress } from '../dns/address.js'
import { FOR_OFFICE } from './admit.js'
import { count, SCALAR } from './counters.js'
import { descriptorOf } from './descriptor.js'
import type { Desk } from './desk.js'
import type { SnapshotFeed } from './feed.js'
import { Peer, TRANSPORT } from './peer.js'
import { isProxy, PROXY_HEADER, readProxyHeader } from './proxy-header.js'
import type { Responder } from './respond.js'
import type { Door } from './tls.js'
import type { Endpoint, Serving, Transport } from './transport.js'

export interface TcpLimits {
  /** Connections at one time, in all and from one address. */
  readonly connections: number
  readonly perClient: number
  /** A connection is closed after this long without a whole query, ms (RFC 7766 §6.2.3). */
  readonly idleMs: number
  /** Bytes of answers that may wait for a slow reader before nothing more is read from it. */
  readonly backlog: number
}

export const TCP_LIMITS: TcpLimits = { connections: 2000, perClient: 100, idleMs: 10_000, backlog: 1 << 18 }
/** A handshake costs more than waiting does. */
export const TLS_LIMITS: TcpLimits = { ...TCP_LIMITS, idleMs: 30_000 }

/** From this share of all connections on, whoever asks is told that it had better not keep its own (RFC 7828 §3.3.2). */
const CROWDED = 0.9

const LENGTH_BYTES = 2
const MAX_MESSAGE = 65535

/** @throws (by rejecting) the system's error where the address cannot be had */
export async function serveTcp(
  { host, port, fd }: Endpoint,
  { responder, feed, counters, proxies = [], desk }: Serving,
  limits: TcpLimits = TCP_LIMITS,
  door?: Door,
): Promise<Transport> {
  /** Every connection, and what its client is spoken with by. */
  const open = new Map<Socket, Socket>()
  const perClient = new Map<string, number>()
  const idle = Math.floor(limits.idleMs / 100)
  let finishing = false
  const isCrowded = (): boolean => open.size >= limits.connections * CROWDED
  const answer = answerer(responder, feed, () => (finishing || isCrowded() ? 0 : idle))
  // Half-open: a client may have said all that it has to say and still wait for the answer (RFC 7766 §6.2.4).
  const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    const client = socket.remoteAddress ?? ''
    const peer = peerOf(client, door === undefined ? TRANSPORT.tcp : TRANSPORT.tls)
    peer.port = socket.remotePort ?? 0
    const proxied = isProxy(proxies, peer)
    const already = perClient.get(client) ?? 0
    // A proxy connects for all of its clients.
    if (open.size >= limits.connections || (already >= limits.perClient && !proxied)) {
      count(counters, SCALAR.tcpRefused)
      socket.destroy()
      return
    }
    count(counters, SCALAR.tcpConnections)
    open.set(socket, socket)
    perClient.set(client, already + 1)
    socket.once('close', () => {
      open.delete(socket)
      const left = (perClient.get(client) ?? 1) - 1
      if (left === 0) perClient.delete(client)
      else perClient.set(client, left)
    })
    socket.on('error', () => count(counters, SCALAR.socketErrors))
    const refused = (): void => count(counters, SCALAR.proxyRefused)
    if (door === undefined) return serveConnection(socket, peer, answer, desk, limits, proxied ? refused : undefined)
    const use = (secure: Socket): void => {
      open.set(socket, secure)
      serveConnection(secure, peer, answer, desk, limits)
    }
    door.enter(socket, use, () => count(counters, SCALAR.tlsFailed))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    const place = fd === undefined ? { host, port, ipv6Only: host.includes(':') } : { fd }
    server.listen({ ...place, backlog: 1024 }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  server.on('error', () => count(counters, SCALAR.socketErrors))
  const address = server.address() as { address: string; port: number } // a TCP server's address is never a pipe's name
  const gone = new Promise<void>(resolve => server.once('close', resolve))
  const hangUp = (): Promise<void> => {
    door?.close()
    for (const [socket, spoken] of open) spoken.end(() => socket.destroy())
    return gone
  }
  return {
    bound: { address: address.address, port: address.port },
    fd: descriptorOf(server),
    async finish(ms) {
      // Whoever asks meanwhile is told that it had better not keep its connection.
      finishing = true
      server.close()
      const timer = setTimeout(() => void hangUp(), ms)
      await gone
      clearTimeout(timer)
      door?.close()
    },
    close() {
      server.close()
      return hangUp()
    },
  }
}

/** Answers one message, with its length in front; undefined where it gets no answer. */
type Answer = (
  query: Uint8Array,
  from: number,
  length: number,
  peer: Peer,
  ask?: Ask,
) => Uint8Array | undefined | typeof FOR_OFFICE

/** Hands a message to the office. @returns whether it has room */
type Ask = (message: Uint8Array) => boolean

/** @param idle how long a connection may be idle now, in units of 100 ms */
function answerer(responder: Responder, feed: SnapshotFeed, idle: () => number): Answer {
  // The message begins at a whole word, which the line reads names by; its length stands before it.
  const at = 4
  const buffer = new Uint8Array(at + 2 * MAX_MESSAGE)
  return (query, from, length, peer, ask) => {
    feed.refresh(responder)
    responder.setTime(Date.now())
    peer.idle = idle()
    buffer.set(query.subarray(from, from + length), at)
    let written = responder.respond(buffer, at, length, peer)
    if (written === FOR_OFFICE) {
      if (ask?.(query.subarray(from, from + length)) === true) return FOR_OFFICE
      written = responder.decline(buffer, at)
    }
    if (written === 0) return undefined
    buffer[at - 2] = written >> 8
    buffer[at - 1] = written & 255
    return buffer.slice(at - LENGTH_BYTES, at + written)
  }
}

function framed(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES + message.length)
  bytes[0] = message.length >> 8
  bytes[1] = message.length & 255
  bytes.set(message, LENGTH_BYTES)
  return bytes
}

function peerOf(client: string, transport: number): Peer {
  const peer = new Peer()
  peer.transport = transport
  const address = parseAddress(client)
  if (address !== undefined) peer.set(address)
  return peer
}

/** @param refused given where the connection has to begin with a PROXY header: called where that is none */
function serveConnection(
  socket: Socket,
  peer: Peer,
  answer: Answer,
  desk: Desk | undefined,
  limits: TcpLimits,
  refused?: () => void,
): void {
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
      socket.write(framed(part))
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
    while (
      ticket === undefined &&
      pending.length - at >= LENGTH_BYTES &&
      !socket.destroyed &&
      socket.writableLength <= limits.backlog
    ) {
      const length = pending.readUInt16BE(at)
      if (pending.length - at < LENGTH_BYTES + length) break
      idle.refresh()
      const written = answer(pending, at + LENGTH_BYTES, length, peer, ask)
      // What is no query gets no answer, and its sender no connection: there is nothing to wait for.
      if (written === undefined) return void socket.destroy()
      if (written !== FOR_OFFICE) socket.write(written)
      at += LENGTH_BYTES + length
    }
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
