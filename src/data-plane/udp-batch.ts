// UDP in batches: a thread that owns a socket, blocks until something comes, answers all that came, sends it at once.
import type { Prefix } from '../dns/address.js'
import { FOR_OFFICE } from './admit.js'
import type { BatchSocket } from './batch-socket.js'
import { type Counters, count, SCALAR } from './counters.js'
import type { Desk } from './desk.js'
import { Dispatch } from './dispatch.js'
import type { SnapshotFeed } from './feed.js'
import { GATHER_US, Gathering } from './gather.js'
import { EAGAIN, EINTR, type Libc, loadLibc, MSG_WAITFORONE } from './libc.js'
import { Peer } from './peer.js'
import { isProxy, readProxyHeader } from './proxy-header.js'
import type { Responder } from './respond.js'
import { Stopwatch } from './stopwatch.js'
import type { Serving } from './transport.js'
import { Arena, AT, BATCH, CONTROL, HEADER_WORDS, NAME, SLOT, WORD } from './udp-arena.js'

/** After an error of the socket nobody looks at it for so long, µs: one that stays would keep the core busy with itself. */
const ERROR_PAUSE_US = 10_000

export class BatchServer {
  private readonly socket: BatchSocket
  private readonly libc: Libc
  private readonly arena: Arena
  private readonly dispatch: Dispatch
  private readonly peer = new Peer()
  private readonly responder: Responder
  private readonly feed: SnapshotFeed
  private readonly counters: Counters
  private readonly proxies: readonly Prefix[]
  private readonly desk: Desk | undefined

  /** The socket is the caller's to close. */
  constructor(socket: BatchSocket, { responder, feed, counters, proxies = [], desk }: Serving, libc = loadLibc()) {
    this.socket = socket
    this.libc = libc
    this.arena = new Arena(libc.addressOf)
    this.dispatch = new Dispatch(libc, socket, this.arena, counters)
    this.responder = responder
    this.feed = feed
    this.counters = counters
    this.proxies = proxies
    this.desk = desk
    this.peer.family = this.socket.family
    this.arena.wire(socket.family, socket.wildcard)
  }

  /** Answers until `stopWord` is no longer 0. Blocks its thread. */
  serve(stopWord: Int32Array): void {
    const { libc, arena, socket, feed, responder, counters } = this
    const gathering = new Gathering()
    const watch = new Stopwatch(counters)
    libc.promptTimers()
    while (Atomics.load(stopWord, 0) === 0) {
      const received = libc.recvmmsg(socket.fd, arena.base + AT.receiveHeaders, BATCH, MSG_WAITFORONE, 0)
      // Not before the packets are here: a snapshot announced before a query arrived answers it.
      feed.refresh(responder)
      const now = Date.now()
      responder.setTime(now)
      if (received > 0) {
        watch.start(now)
        this.answer(received)
        watch.stop(received)
        if (gathering.due(now, received)) libc.sleep(GATHER_US)
      } else this.nothing()
    }
  }

  /** What there is to do where no packet came. */
  private nothing(): void {
    const errno = this.libc.errno()
    if (errno === EAGAIN) this.feed.idle()
    else if (errno !== EINTR) {
      count(this.counters, SCALAR.socketErrors)
      this.libc.sleep(ERROR_PAUSE_US)
    }
  }

  private answer(received: number): void {
    const { dispatch } = this
    for (let i = 0; i < received; i++) dispatch.lay(i, this.answerOne(i))
    dispatch.send(received)
  }

  private answerOne(i: number): number {
    const { peer, socket } = this
    const { words, bytes } = this.arena
    const header = AT.receiveHeaders / 4 + i * HEADER_WORDS
    const length = words[header + WORD.length]!
    const name = AT.names + i * NAME
    words[header + WORD.nameLength] = socket.family === 4 ? 16 : 28
    if (socket.wildcard) this.turnRound(i, header)
    // Port 0 is nobody's: an answer would go nowhere, or to whom an attacker means it for.
    peer.port = (bytes[name + 2]! << 8) | bytes[name + 3]!
    if (peer.port === 0) return 0
    if (socket.family === 4) for (let k = 0; k < 4; k++) peer.address[k] = bytes[name + 4 + k]!
    else for (let k = 0; k < 16; k++) peer.address[k] = bytes[name + 8 + k]!
    return this.proxies.length > 0 ? this.answerProxied(i, length) : this.answerFrom(i, 0, length)
  }

  /** Answers the message that begins `skip` bytes into packet i, which has `length` bytes. @returns the length of the answer */
  private answerFrom(i: number, skip: number, length: number): number {
    const answered = this.responder.respond(this.arena.bytes, i * SLOT + skip, length - skip, this.peer)
    return answered === FOR_OFFICE ? this.handOver(i, skip, length) : answered
  }

  /** The office sends its answer itself: this thread hears of nothing but packets. @returns the length of what is to be said instead */
  private handOver(i: number, skip: number, length: number): number {
    const { peer, socket, desk, dispatch } = this
    const { bytes } = this.arena
    const name = AT.names + i * NAME
    const control = AT.controls + i * CONTROL
    const request = {
      message: bytes.slice(i * SLOT + skip, i * SLOT + length),
      sender: peer.bytes(),
      transport: 'udp',
    } as const
    const taken = desk?.leave(request, {
      name: bytes.slice(name, name + (socket.family === 4 ? 16 : 28)),
      control: bytes.slice(control, control + dispatch.controlLength(i)),
    })
    return taken === true ? 0 : this.responder.decline(bytes, i * SLOT + skip)
  }

  /** Where there are proxies a packet may begin with a header, and its answer leaves from behind that. */
  private answerProxied(i: number, length: number): number {
    const { arena, peer, proxies, counters, dispatch } = this
    peer.family = this.socket.family
    let skip = 0
    if (isProxy(proxies, peer)) {
      skip = readProxyHeader(arena.bytes, i * SLOT, length, peer)
      if (skip <= 0) {
        count(counters, SCALAR.proxyRefused)
        return 0
      }
    }
    dispatch.skip(i, skip)
    return this.answerFrom(i, skip, length)
  }

  /** On a wildcard socket an answer leaves from the address that its query went to: what came with it is sent with it. */
  private turnRound(i: number, header: number): void {
    const { socket, dispatch } = this
    const { words } = this.arena
    const control = (AT.controls + i * CONTROL) / 4
    const length = words[header + WORD.controlLength]!
    dispatch.from(i, length)
    words[header + WORD.controlLength] = CONTROL
    // The interface is the routing table's to choose; for v6 it stays, since link-local addresses need it.
    if (socket.family === 4 && length > 0) words[control + 4] = 0
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
