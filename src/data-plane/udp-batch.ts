// UDP in batches: a thread that owns a socket, blocks until something comes, answers all that came, sends it at once.
//
// One arena holds everything that the kernel is told of, so that nothing of it is ever collected while it is in use:
//
//   packets   BATCH × SLOT      queries, and over them their answers
//   names     BATCH × 32        who sent them (sockaddr_in, sockaddr_in6)
//   controls  BATCH × 64        which of our addresses they went to, on wildcard sockets (IP_PKTINFO)
//   vectors   BATCH × 16 × 2    struct iovec, to receive and to send
//   headers   BATCH × 64 × 2    struct mmsghdr, to receive and to send

import type { Prefix } from '../dns/address.js'
import { FOR_OFFICE } from './admit.js'
import type { BatchSocket } from './batch-socket.js'
import { type Counters, count, SCALAR } from './counters.js'
import type { Desk } from './desk.js'
import type { SnapshotFeed } from './feed.js'
import { GATHER_US, Gathering } from './gather.js'
import { EAGAIN, EINTR, type Libc, loadLibc, MSG_WAITFORONE } from './libc.js'
import { Peer } from './peer.js'
import { isProxy, readProxyHeader } from './proxy-header.js'
import type { Responder } from './respond.js'
import { Stopwatch } from './stopwatch.js'
import type { Serving } from './transport.js'

const BATCH = 64
/** Longer than any query that is not hostile, and than any answer by UDP. */
const SLOT = 2048
const NAME = 32
const CONTROL = 64
const IOVEC = 16
const HEADER = 64

const AT = {
  names: BATCH * SLOT,
  controls: BATCH * (SLOT + NAME),
  receiveVectors: BATCH * (SLOT + NAME + CONTROL),
  sendVectors: BATCH * (SLOT + NAME + CONTROL + IOVEC),
  receiveHeaders: BATCH * (SLOT + NAME + CONTROL + 2 * IOVEC),
  sendHeaders: BATCH * (SLOT + NAME + CONTROL + 2 * IOVEC + HEADER),
  end: BATCH * (SLOT + NAME + CONTROL + 2 * IOVEC + 2 * HEADER),
} as const

/** struct mmsghdr, in 32-bit words: msg_namelen, msg_controllen, msg_len. */
const WORD = { nameLength: 2, controlLength: 10, length: 14 } as const
const HEADER_WORDS = HEADER / 4
const IOVEC_WORDS = IOVEC / 4

export class BatchServer {
  private readonly socket: BatchSocket
  private readonly libc = loadLibc()
  private readonly arena = new Uint8Array(new SharedArrayBuffer(AT.end))
  private readonly words = new Int32Array(this.arena.buffer)
  private readonly base: number
  private readonly peer = new Peer()
  private readonly responder: Responder
  private readonly feed: SnapshotFeed
  private readonly counters: Counters
  private readonly proxies: readonly Prefix[]
  private readonly desk: Desk | undefined

  /** The socket is the caller's to close. */
  constructor(socket: BatchSocket, { responder, feed, counters, proxies = [], desk }: Serving) {
    this.socket = socket
    this.base = this.libc.addressOf(this.arena)
    this.responder = responder
    this.feed = feed
    this.counters = counters
    this.proxies = proxies
    this.desk = desk
    this.peer.family = this.socket.family
    for (let i = 0; i < BATCH; i++) this.wire(i)
  }

  /** Answers until `stopWord` is no longer 0. Blocks its thread. */
  serve(stopWord: Int32Array): void {
    const { libc, base, socket, feed, responder, counters } = this
    const gathering = new Gathering()
    const watch = new Stopwatch(counters)
    libc.promptTimers()
    while (Atomics.load(stopWord, 0) === 0) {
      const received = libc.recvmmsg(socket.fd, base + AT.receiveHeaders, BATCH, MSG_WAITFORONE, 0)
      // Not before the packets are here: a snapshot announced before a query arrived answers it.
      feed.refresh(responder)
      const now = Date.now()
      responder.setTime(now)
      if (received > 0) {
        watch.start(now)
        this.answer(received)
        watch.stop(received)
        if (gathering.due(now, received)) libc.sleep(GATHER_US)
      } else if (libc.errno() === EAGAIN) feed.idle()
      else if (libc.errno() !== EINTR) count(counters, SCALAR.socketErrors)
    }
  }

  /** Answers the batch; whatever gets no answer ends a run of packets that are sent together. */
  private answer(received: number): void {
    let run = 0
    for (let i = 0; i < received; i++) {
      const length = this.answerOne(i)
      if (length > 0) {
        this.words[AT.sendVectors / 4 + i * IOVEC_WORDS + 2] = length
        continue
      }
      this.send(run, i)
      run = i + 1
    }
    this.send(run, received)
  }

  private answerOne(i: number): number {
    const { words, arena, peer, socket } = this
    const header = AT.receiveHeaders / 4 + i * HEADER_WORDS
    const length = words[header + WORD.length]!
    const name = AT.names + i * NAME
    words[header + WORD.nameLength] = socket.family === 4 ? 16 : 28
    if (socket.wildcard) this.turnRound(i, header)
    // Port 0 is nobody's: an answer would go nowhere, or to whom an attacker means it for.
    peer.port = (arena[name + 2]! << 8) | arena[name + 3]!
    if (peer.port === 0) return 0
    if (socket.family === 4) for (let k = 0; k < 4; k++) peer.address[k] = arena[name + 4 + k]!
    else for (let k = 0; k < 16; k++) peer.address[k] = arena[name + 8 + k]!
    return this.proxies.length > 0 ? this.answerProxied(i, length) : this.answerFrom(i, 0, length)
  }

  /** Answers the message that begins `skip` bytes into packet i, which has `length` bytes. @returns the length of the answer */
  private answerFrom(i: number, skip: number, length: number): number {
    const answered = this.responder.respond(this.arena, i * SLOT + skip, length - skip, this.peer)
    return answered === FOR_OFFICE ? this.handOver(i, skip, length) : answered
  }

  /** The office sends its answer itself: this thread hears of nothing but packets. @returns the length of what is to be said instead */
  private handOver(i: number, skip: number, length: number): number {
    const { arena, words, peer, socket, desk } = this
    const name = AT.names + i * NAME
    const control = AT.controls + i * CONTROL
    const controlLength = words[AT.sendHeaders / 4 + i * HEADER_WORDS + WORD.controlLength]!
    const request = {
      message: arena.slice(i * SLOT + skip, i * SLOT + length),
      sender: peer.bytes(),
      transport: 'udp',
    } as const
    const taken = desk?.leave(request, {
      name: arena.slice(name, name + (socket.family === 4 ? 16 : 28)),
      control: arena.slice(control, control + controlLength),
    })
    return taken === true ? 0 : this.responder.decline(arena, i * SLOT + skip)
  }

  /** Where there are proxies a packet may begin with a header, and its answer leaves from behind that. */
  private answerProxied(i: number, length: number): number {
    const { words, arena, peer, proxies, counters } = this
    peer.family = this.socket.family
    let skip = 0
    if (isProxy(proxies, peer)) {
      skip = readProxyHeader(arena, i * SLOT, length, peer)
      if (skip <= 0) {
        count(counters, SCALAR.proxyRefused)
        return 0
      }
    }
    const from = this.base + i * SLOT + skip
    const vector = AT.sendVectors / 4 + i * IOVEC_WORDS
    words[vector] = from | 0
    words[vector + 1] = Math.floor(from / 0x100000000)
    return this.answerFrom(i, skip, length)
  }

  /** On a wildcard socket an answer leaves from the address that its query went to: what came with it is sent with it. */
  private turnRound(i: number, header: number): void {
    const { words, socket } = this
    const control = (AT.controls + i * CONTROL) / 4
    const length = words[header + WORD.controlLength]!
    words[AT.sendHeaders / 4 + i * HEADER_WORDS + WORD.controlLength] = length
    words[header + WORD.controlLength] = CONTROL
    // The interface is the routing table's to choose; for v6 it stays, since link-local addresses need it.
    if (socket.family === 4 && length > 0) words[control + 4] = 0
  }

  private send(from: number, to: number): void {
    const { libc, socket, base, counters } = this
    let at = from
    while (at < to) {
      const sent = libc.sendmmsg(socket.fd, base + AT.sendHeaders + at * HEADER, to - at, 0)
      if (sent > 0) at += sent
      else if (libc.errno() !== EINTR) {
        // The first of them cannot be sent; its client asks again. The others can.
        count(counters, SCALAR.socketErrors)
        at++
      }
    }
  }

  /** Points the kernel's structures for packet i at their memory, once and for all. */
  private wire(i: number): void {
    const { arena, base, socket } = this
    const view = new DataView(arena.buffer)
    const pointer = (at: number, to: number): void => view.setBigUint64(at, BigInt(base + to), true)
    for (const [headers, vectors] of [
      [AT.receiveHeaders, AT.receiveVectors],
      [AT.sendHeaders, AT.sendVectors],
    ] as const) {
      const vector = vectors + i * IOVEC
      pointer(vector, i * SLOT)
      view.setBigUint64(vector + 8, BigInt(SLOT), true)
      const header = headers + i * HEADER
      pointer(header, AT.names + i * NAME)
      view.setUint32(header + 8, socket.family === 4 ? 16 : 28, true)
      pointer(header + 16, vector)
      view.setBigUint64(header + 24, 1n, true)
      if (!socket.wildcard) continue
      pointer(header + 32, AT.controls + i * CONTROL)
      view.setBigUint64(header + 40, BigInt(CONTROL), true)
    }
  }
}

/** Why batches cannot be had here, in words; undefined where they can. */
export function batchUnavailable(): string | undefined {
  try {
    const libc: Libc = loadLibc()
    const fd = libc.socket(2, 2, 0)
    if (fd >= 0) libc.close(fd)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
