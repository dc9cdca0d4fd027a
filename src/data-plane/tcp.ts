// DNS over TCP (RFC 1035 §4.2.2, RFC 7766), in clear or by TLS (RFC 7858): many queries on a connection, answered in turn;
// limits on everything.

import { createServer, type Socket } from 'node:net'
import { parseAddress } from '../dns/address.js'
import { count, SCALAR } from './counters.js'
import { descriptorOf } from './descriptor.js'
import { Peer, TRANSPORT } from './peer.js'
import { isProxy } from './proxy-header.js'
import { answerer } from './tcp-answer.js'
import { serveConnection } from './tcp-connection.js'
import { clientOf, TCP_LIMITS, type TcpLimits } from './tcp-limits.js'
import type { Door } from './tls.js'
import type { Endpoint, Serving, Transport } from './transport.js'

/** From this share of all connections on, whoever asks is told that it had better not keep its own (RFC 7828 §3.3.2). */
const CROWDED = 0.9

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
  /** Cuts off whom most waits for, until no more waits for all of them than may. */
  const relieve = (): void => {
    for (;;) {
      let waiting = 0
      let slowest: Socket | undefined
      for (const spoken of open.values()) {
        if (spoken.destroyed) continue
        waiting += spoken.writableLength
        if (slowest === undefined || spoken.writableLength > slowest.writableLength) slowest = spoken
      }
      if (slowest === undefined || waiting <= limits.backlogs) return
      count(counters, SCALAR.tcpSlow)
      slowest.destroy()
    }
  }
  // Half-open: a client may have said all that it has to say and still wait for the answer (RFC 7766 §6.2.4).
  const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    const peer = peerOf(socket.remoteAddress ?? '', door === undefined ? TRANSPORT.tcp : TRANSPORT.tls)
    const client = clientOf(peer)
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
    const options = { answer, desk, limits, onWaiting: relieve }
    if (door === undefined) return serveConnection(socket, peer, { ...options, refused: proxied ? refused : undefined })
    const use = (secure: Socket): void => {
      open.set(socket, secure)
      serveConnection(secure, peer, options)
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

function peerOf(client: string, transport: number): Peer {
  const peer = new Peer()
  peer.transport = transport
  const address = parseAddress(client)
  if (address !== undefined) peer.set(address)
  return peer
}
