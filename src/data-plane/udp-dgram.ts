// UDP by Node's dgram: the portable transport, for systems where batched system calls cannot be had.
import { createSocket, type Socket } from 'node:dgram'
import { parseAddress } from '../dns/address.js'
import { FOR_OFFICE } from './admit.js'
import { count, SCALAR } from './counters.js'
import { descriptorOf } from './descriptor.js'
import { UDP_SIZE } from './opt.js'
import { Peer } from './peer.js'
import { isProxy, readProxyHeader } from './proxy-header.js'
import { Stopwatch } from './stopwatch.js'
import type { Bound, Endpoint, Serving, Transport } from './transport.js'

/** Room for the longest datagram, and for an answer behind the longest question. */
const BUFFER = 65535 + UDP_SIZE

/** @throws (by rejecting) the system's error where the address cannot be had */
export async function serveDgram(endpoint: Endpoint, serving: Serving): Promise<Transport> {
  const { responder, feed, counters, proxies = [], desk } = serving
  const isV6 = endpoint.host.includes(':')
  const socket = createSocket({
    type: isV6 ? 'udp6' : 'udp4',
    ipv6Only: isV6,
    recvBufferSize: 1 << 22,
  })
  const peer = new Peer()
  const buffer = new Uint8Array(BUFFER)
  const watch = new Stopwatch(counters)
  socket.on('message', (query, sender) => {
    // Nobody's, so that an answer would go nowhere; and Node throws where it is to send one there.
    if (sender.port === 0) return
    feed.refresh(responder)
    const now = Date.now()
    responder.setTime(now)
    watch.start(now)
    buffer.set(query)
    peer.set(parseAddress(sender.address) ?? parseAddress('::')!) // a zone index, as link-local senders have, says nothing
    peer.port = sender.port
    const proxied = isProxy(proxies, peer)
    const at = proxied ? readProxyHeader(query, 0, query.length, peer) : 0
    if (proxied && at <= 0) return count(counters, SCALAR.proxyRefused)
    let length = responder.respond(buffer, at, query.length - at, peer)
    if (length === FOR_OFFICE) {
      const request = { message: new Uint8Array(query.subarray(at)), sender: peer.bytes(), transport: 'udp' } as const
      const ticket = desk?.ask(request, message => {
        if (message === undefined || ticket === undefined) return
        socket.send(message, sender.port, sender.address, failed)
        desk.more(ticket)
      })
      if (ticket !== undefined) return
      length = responder.decline(buffer, at)
    }
    // The socket keeps what it is given until it is sent, so each answer needs memory of its own here.
    if (length > 0) socket.send(buffer.slice(at, at + length), sender.port, sender.address, failed)
    watch.stop(1)
  })
  const failed = (error: Error | null): void => {
    if (error !== null) count(counters, SCALAR.socketErrors)
  }
  const bound = await bind(socket, endpoint)
  socket.on('error', failed)
  const close = (): Promise<void> => new Promise(resolve => socket.close(() => resolve()))
  return { bound, fd: descriptorOf(socket), finish: close, close }
}

function bind(socket: Socket, { host, port, fd }: Endpoint): Promise<Bound> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(fd === undefined ? { address: host, port, exclusive: true } : { fd, exclusive: true }, () => {
      socket.removeListener('error', reject)
      const { address, port } = socket.address()
      resolve({ address, port })
    })
  })
}
