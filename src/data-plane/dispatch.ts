// Sending a batch. Answers to the same socket that lie side by side leave as one message, which the kernel takes through its
// layers once and cuts up at the end (UDP_SEGMENT, man 7 udp): so it is with a proxy or a resolver that asks from few ports.
// All others leave as messages of their own, in the same call.
import type { BatchSocket } from './batch-socket.js'
import { COUNTER, type Counters, count, SCALAR } from './counters.js'
import { EINTR, type Libc, SOL_UDP, UDP_SEGMENT } from './libc.js'
import {
  type Arena,
  AT,
  BATCH,
  CONTROL,
  HEADER,
  HEADER_WORDS,
  IOVEC_LENGTH,
  IOVEC_WORDS,
  NAME,
  SLOT,
  WORD,
} from './udp-arena.js'

/** As many as a batch has may go together and are still no longer than a datagram may be; nor is any too long for a path. */
const LONGEST_SEGMENT = 1000
/** Where the system does not take them together, they go one by one for so many batches. */
const REST = 10_000
/** What says that it is the system that cannot, and not that this client may be sent nothing: EIO, EINVAL, EMSGSIZE, EOPNOTSUPP. */
const UNABLE: ReadonlySet<number> = new Set([5, 22, 90, 95])
/** struct cmsghdr with a 16-bit number: its length, and what it takes up. */
const SEGMENT_LENGTH = 18
const SEGMENT_SPACE = 24

const VECTORS = AT.sendVectors / 4
const HEADERS = AT.sendHeaders / 4
const NAMES = AT.names / 4
const CONTROLS = AT.controls / 4

export class Dispatch {
  private readonly libc: Libc
  private readonly socket: BatchSocket
  private readonly arena: Arena
  private readonly counters: Counters
  /** Of each message under way: the first packet that it answers. */
  private readonly firsts = Uint8Array.from({ length: BATCH }, (_, place) => place)
  /** Of each packet: how many bytes came with it that say which address it went to. */
  private readonly controlLengths = new Uint8Array(BATCH)
  private resting = 0

  constructor(libc: Libc, socket: BatchSocket, arena: Arena, counters: Counters) {
    this.libc = libc
    this.socket = socket
    this.arena = arena
    this.counters = counters
    for (let place = 0; place < BATCH; place++) this.point(place, place)
  }

  /** The answer to packet i lies where its vector points, and is `length` bytes long; 0 where there is none. */
  lay(i: number, length: number): void {
    this.arena.words[VECTORS + i * IOVEC_WORDS + IOVEC_LENGTH] = length
  }

  /** The answer to packet i leaves from so many bytes behind its beginning. */
  skip(i: number, bytes: number): void {
    this.arena.point(VECTORS + i * IOVEC_WORDS, i * SLOT + bytes)
  }

  /** What came with packet i, and is sent with its answer, has `length` bytes. */
  from(i: number, length: number): void {
    this.controlLengths[i] = length
  }

  controlLength(i: number): number {
    return this.controlLengths[i]!
  }

  /** Sends the answers to the first `received` packets that have one. */
  send(received: number): void {
    if (this.resting > 0) this.resting--
    let queued = 0
    for (let i = 0; i < received; ) i = this.length(i) === 0 ? i + 1 : this.put(queued++, i, received)
    this.flush(queued)
  }

  private length(i: number): number {
    return this.arena.words[VECTORS + i * IOVEC_WORDS + IOVEC_LENGTH]!
  }

  /** Message `place` answers packet i, and those after it that may go with it. @returns the first that does not */
  private put(place: number, i: number, received: number): number {
    const end = this.resting > 0 ? i + 1 : this.together(i, received)
    this.write(place, i, end)
    if (end - i > 1) this.counters[COUNTER.scalars + SCALAR.together]! += end - i
    return end
  }

  /** All segments of a message but the last are of one length, and go to one socket from one address of ours. */
  private together(first: number, received: number): number {
    const longest = this.length(first)
    let end = first + 1
    if (longest > LONGEST_SEGMENT) return end
    while (end < received) {
      const length = this.length(end)
      if (length === 0 || length > longest || !this.sameWay(first, end)) break
      end++
      if (length < longest) break
    }
    return end
  }

  private sameWay(one: number, other: number): boolean {
    const { words } = this.arena
    const a = NAMES + (one * NAME) / 4
    const b = NAMES + (other * NAME) / 4
    // Port and address of v4 are the first two words; of v6 all seven count, the zone of a link-local address among them.
    if (words[a] !== words[b] || words[a + 1] !== words[b + 1]) return false
    if (this.socket.family === 6) for (let k = 2; k < 7; k++) if (words[a + k] !== words[b + k]) return false
    return !this.socket.wildcard || this.sameControl(one, other)
  }

  private sameControl(one: number, other: number): boolean {
    const { words } = this.arena
    const length = this.controlLengths[one]!
    if (length !== this.controlLengths[other]) return false
    const a = CONTROLS + (one * CONTROL) / 4
    const b = CONTROLS + (other * CONTROL) / 4
    for (let k = 0; k < length / 4; k++) if (words[a + k] !== words[b + k]) return false
    return true
  }

  /** Message `place` answers packets `first` to `end`. */
  private write(place: number, first: number, end: number): void {
    const { words } = this.arena
    const header = HEADERS + place * HEADER_WORDS
    if (this.firsts[place] !== first) this.point(place, first)
    words[header + WORD.vectorCount] = end - first
    words[header + WORD.controlLength] = end - first === 1 ? this.controlLengths[first]! : this.writeSegments(first)
  }

  /** Points message `place` at what belongs to packet `first`. */
  private point(place: number, first: number): void {
    const { arena } = this
    const header = HEADERS + place * HEADER_WORDS
    this.firsts[place] = first
    arena.point(header + WORD.name, AT.names + first * NAME)
    arena.point(header + WORD.vectors, AT.sendVectors + first * IOVEC_WORDS * 4)
    arena.point(header + WORD.control, AT.controls + first * CONTROL)
  }

  /** Adds to what came with a packet into how long pieces what it leads is to be cut. @returns the length of all of it */
  private writeSegments(first: number): number {
    const { words } = this.arena
    const begin = (this.controlLengths[first]! + 7) & ~7
    const at = CONTROLS + (first * CONTROL + begin) / 4
    words[at] = SEGMENT_LENGTH
    words[at + 1] = 0
    words[at + 2] = SOL_UDP
    words[at + 3] = UDP_SEGMENT
    words[at + 4] = this.length(first)
    return begin + SEGMENT_SPACE
  }

  private flush(queued: number): void {
    const { libc, socket, arena, counters } = this
    let at = 0
    while (at < queued) {
      const sent = libc.sendmmsg(socket.fd, arena.base + AT.sendHeaders + at * HEADER, queued - at, 0)
      if (sent > 0) at += sent
      else if (libc.errno() !== EINTR) {
        // The first of them cannot be sent; its client asks again. The others can.
        const size = arena.words[HEADERS + at * HEADER_WORDS + WORD.vectorCount]!
        if (size > 1) this.sendApart(at, size)
        else count(counters, SCALAR.socketErrors)
        at++
      }
    }
  }

  /** What the system does not take together may go one by one: some devices cannot do it, some old kernels neither. */
  private sendApart(place: number, size: number): void {
    const { libc, socket, arena, counters } = this
    const first = this.firsts[place]!
    if (UNABLE.has(libc.errno())) {
      this.resting = REST
      count(counters, SCALAR.togetherRefused)
    }
    for (let i = first; i < first + size; i++) {
      this.write(place, i, i + 1)
      const sent = libc.sendmmsg(socket.fd, arena.base + AT.sendHeaders + place * HEADER, 1, 0)
      if (sent < 1) count(counters, SCALAR.socketErrors)
    }
  }
}
