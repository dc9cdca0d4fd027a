import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type BatchSocket, openBatchSocket } from '../../src/data-plane/batch-socket.js'
import { COUNTER, makeCounters, SCALAR, type Scalar } from '../../src/data-plane/counters.js'
import { Dispatch } from '../../src/data-plane/dispatch.js'
import { loadLibc, SOL_SOCKET } from '../../src/data-plane/libc.js'
import { Arena, AT, CONTROL, NAME, SLOT } from '../../src/data-plane/udp-arena.js'
import { parseAddress } from '../../src/dns/address.js'

const RUNS = Number(process.env['MERIDIAN_RUNS'] ?? 100)
const SO_NO_CHECK = 11
const libc = loadLibc()

interface Answer {
  /** Which receiver it goes to. */
  readonly to: number
  /** Bytes; 0 for a query that gets no answer. */
  readonly length: number
  /** Where it is sent instead, and does not arrive. */
  readonly toward?: string
  /** Which of our addresses it leaves from, on a wildcard socket. */
  readonly from?: string
}

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

interface Heard {
  readonly from: string
  readonly bytes: Buffer
}

/** Sockets of the system, and a batch that is sent to them. */
class Post {
  readonly counters = makeCounters()
  readonly heard: Heard[][] = []
  private readonly socket: BatchSocket
  private readonly arena = new Arena(libc.addressOf)
  private readonly dispatch: Dispatch
  private readonly receivers: readonly Socket[]

  private constructor(host: string, receivers: readonly Socket[]) {
    this.socket = openBatchSocket(libc, { host, port: 0 }, false)
    closing.push(() => libc.close(this.socket.fd))
    this.arena.wire(this.socket.family, this.socket.wildcard)
    this.dispatch = new Dispatch(libc, this.socket, this.arena, this.counters)
    this.receivers = receivers
    for (const receiver of receivers) {
      const mine: Heard[] = []
      this.heard.push(mine)
      receiver.on('message', (bytes: Buffer, info: RemoteInfo) => mine.push({ from: info.address, bytes }))
    }
  }

  static async open(host: string, loopback: string, receivers: number): Promise<Post> {
    const sockets = Array.from({ length: receivers }, () =>
      createSocket({ type: loopback.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 }),
    )
    for (const socket of sockets) {
      closing.push(() => socket.close())
      socket.bind(0, loopback)
      await once(socket, 'listening')
    }
    return new Post(host, sockets)
  }

  /** What devices without checksums of their own do: the system takes no several answers in one message. */
  refuseSegments(): void {
    const one = new Uint8Array(new SharedArrayBuffer(4))
    one[0] = 1
    expect(libc.setsockopt(this.socket.fd, SOL_SOCKET, SO_NO_CHECK, libc.addressOf(one), 4)).toBe(0)
  }

  counted(scalar: Scalar): number {
    return this.counters[COUNTER.scalars + SCALAR[scalar]]!
  }

  /** @returns what each receiver should hear, after it has heard so much */
  async send(answers: readonly Answer[]): Promise<Buffer[][]> {
    for (const mine of this.heard) mine.length = 0
    const expected: Buffer[][] = this.receivers.map(() => [])
    answers.forEach((answer, i) => {
      this.lay(i, answer)
      if (answer.length > 0 && answer.toward === undefined)
        expected[answer.to]!.push(Buffer.from(this.arena.bytes.slice(i * SLOT, i * SLOT + answer.length)))
    })
    this.dispatch.send(answers.length)
    const wanted = expected.reduce((sum, list) => sum + list.length, 0)
    await expect
      .poll(() => this.heard.reduce((sum, list) => sum + list.length, 0), { timeout: 30_000, interval: 1 })
      .toBe(wanted)
    return expected
  }

  private lay(i: number, { to, length, from, toward }: Answer): void {
    const { bytes } = this.arena
    bytes.fill(i + 1, i * SLOT, i * SLOT + length)
    const { address, port, family } = this.receivers[to]!.address()
    const name = Buffer.from(bytes.buffer, AT.names + i * NAME, NAME).fill(0)
    name.writeUInt16LE(family === 'IPv4' ? 2 : 10, 0)
    name.writeUInt16BE(port, 2)
    name.set(parseAddress(toward ?? address)!, family === 'IPv4' ? 4 : 8)
    this.dispatch.from(i, from === undefined ? 0 : this.leaveFrom(i, from))
    this.dispatch.lay(i, length)
  }

  /** struct in_pktinfo, as the kernel gave it and takes it. */
  private leaveFrom(i: number, from: string): number {
    const control = Buffer.from(this.arena.bytes.buffer, AT.controls + i * CONTROL, CONTROL).fill(0)
    control.writeUInt32LE(28, 0)
    control.writeUInt32LE(8, 12)
    control.set(parseAddress(from)!, 20)
    return 32
  }
}

const bytesOf = (heard: readonly (readonly Heard[])[]): Buffer[][] => heard.map(list => list.map(one => one.bytes))

/** With an answer of each length that matters: like its neighbour's, shorter, the longest that goes with others, longer, none. */
const LENGTH = fc.constantFrom(0, 40, 40, 40, 40, 33, 1000, 1001, 1400)

describe.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
])('answers sent from %s', (host, loopback) => {
  test('each arrives where it belongs, whole and in its turn, whatever lies beside it', async () => {
    const post = await Post.open(host, loopback, 3)
    const answer = fc.record({ to: fc.constantFrom(0, 0, 0, 1, 2), length: LENGTH })
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 64 }), async answers => {
        const expected = await post.send(answers)
        expect(bytesOf(post.heard)).toEqual(expected)
      }),
      { numRuns: RUNS },
    )
    expect(post.counted('socketErrors')).toBe(0)
    expect(post.counted('togetherRefused')).toBe(0)
  })

  test('a whole batch to one socket goes together', async () => {
    const post = await Post.open(host, loopback, 1)
    const expected = await post.send(Array.from({ length: 64 }, () => ({ to: 0, length: 1000 })))
    expect(bytesOf(post.heard)).toEqual(expected)
    expect(post.counted('together')).toBe(64)
  })

  test('so do those of one length and a shorter last one; a longer one begins anew, and none but the last is shorter', async () => {
    const post = await Post.open(host, loopback, 1)
    await post.send([40, 40, 30, 40, 50, 50].map(length => ({ to: 0, length })))
    expect(post.counted('together')).toBe(5)
  })

  test('a query without an answer, another socket and an answer too long for some path come between', async () => {
    const post = await Post.open(host, loopback, 2)
    await post.send([
      { to: 0, length: 40 },
      { to: 0, length: 0 },
      { to: 0, length: 40 },
      { to: 1, length: 40 },
      { to: 0, length: 40 },
      { to: 1, length: 1001 },
      { to: 1, length: 1001 },
    ])
    expect(post.counted('together')).toBe(0)
  })
})

test('on a wildcard socket only answers from one address of ours go together, and leave from it', async () => {
  const post = await Post.open('0.0.0.0', '127.0.0.1', 1)
  const froms = ['127.0.0.2', '127.0.0.2', '127.0.0.2', '127.0.0.3', '127.0.0.3', '127.0.0.2']
  await post.send(froms.map(from => ({ to: 0, length: 40, from })))
  expect(post.heard[0]!.map(one => one.from)).toEqual(froms)
  expect(post.counted('together')).toBe(5)
})

test('where the system refuses it each goes by itself, and it is not asked again for a while', async () => {
  const post = await Post.open('127.0.0.1', '127.0.0.1', 2)
  post.refuseSegments()
  const answers = [0, 0, 0, 1, 1, 0].map(to => ({ to, length: 40 }))
  expect(await post.send(answers)).toEqual(bytesOf(post.heard))
  const refused = post.counted('togetherRefused')
  expect(refused).toBe(2)
  expect(await post.send(answers)).toEqual(bytesOf(post.heard))
  expect(post.counted('togetherRefused')).toBe(refused)
  expect(post.counted('socketErrors')).toBe(0)
})

test('what nobody may be sent is counted, all others go, and those that can go together still do', async () => {
  const post = await Post.open('127.0.0.1', '127.0.0.1', 1)
  const forbidden = { to: 0, length: 40, toward: '255.255.255.255' }
  const mine = { to: 0, length: 40 }
  const expected = await post.send([mine, forbidden, forbidden, mine, mine, forbidden])
  expect(bytesOf(post.heard)).toEqual(expected)
  expect(expected[0]).toHaveLength(3)
  expect(post.counted('socketErrors')).toBe(3)
  await post.send([mine, mine])
  expect(post.counted('together')).toBe(6)
})
