import { connect } from 'node:net'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { FOR_OFFICE } from '../../src/data-plane/admit.js'
import { makeCounters } from '../../src/data-plane/counters.js'
import { DESK, Desk, makeDeskWords, type OfficeRequest } from '../../src/data-plane/desk.js'
import { SnapshotFeed } from '../../src/data-plane/feed.js'
import { Peer, TRANSPORT } from '../../src/data-plane/peer.js'
import { Responder } from '../../src/data-plane/respond.js'
import { serveTcp } from '../../src/data-plane/tcp.js'
import { TCP_LIMITS } from '../../src/data-plane/tcp-limits.js'
import { Window } from '../../src/data-plane/window.js'
import { OPCODE, RCODE, TYPE } from '../../src/dns/numbers.js'
import { signRequest } from '../../src/dns/tsig-check.js'
import { announceVersion, makeVersionWord } from '../../src/snapshot/version.js'
import { question, XFER } from '../control-plane/transfer/world.js'
import { query, World } from '../world.js'

const DOCUMENT = `
zones: { example.com: { nameservers: [ns.example.net], records: { www: { type: A, data: 192.0.2.1 } } } }
`

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function responder(open: boolean): Promise<Responder> {
  const world = await World.make(DOCUMENT)
  const made = new Responder(world.publisher.current()!.snapshot, makeCounters())
  made.office = Int32Array.of(open ? 1 : 0)
  return made
}

function respond(line: Responder, message: Uint8Array, transport: 'udp' | 'tcp'): string {
  const peer = new Peer()
  peer.transport = TRANSPORT[transport]
  const buffer = new Uint8Array(65_535 + message.length)
  buffer.set(message)
  const length = line.respond(buffer, 0, message.length, peer)
  if (length !== FOR_OFFICE) return length === 0 ? 'nothing' : `rcode ${buffer[3]! & 15}`
  expect(buffer.subarray(0, message.length)).toEqual(message)
  return 'office'
}

const withOpcode = (opcode: number): Uint8Array => {
  const message = question(TYPE.SOA)
  message[2] = opcode << 3
  return message
}
const SIGNED = signRequest(question(TYPE.A), XFER, 1)

test.each([
  // what, message, transport, with an office, without
  ['an ordinary query', query('www.example.com', 'A'), 'udp', 'rcode 0', 'rcode 0'],
  ['AXFR', question(TYPE.AXFR), 'tcp', 'office', 'rcode 5'],
  ['AXFR', question(TYPE.AXFR), 'udp', 'rcode 5', 'rcode 5'],
  ['IXFR', question(TYPE.IXFR, 1), 'tcp', 'office', 'rcode 5'],
  ['IXFR', question(TYPE.IXFR, 1), 'udp', 'office', 'rcode 5'],
  ['UPDATE', withOpcode(OPCODE.UPDATE), 'udp', 'office', 'rcode 4'],
  ['NOTIFY', withOpcode(OPCODE.NOTIFY), 'udp', 'office', 'rcode 4'],
  ['STATUS', withOpcode(2), 'udp', 'rcode 4', 'rcode 4'],
  ['a signed query', SIGNED, 'udp', 'office', 'rcode 0'],
  ['a query with a record in its authority section', question(TYPE.A, 1), 'udp', 'rcode 1', 'rcode 1'],
] as const)(
  '%s by %3$s goes to the office, if there is one, where it should',
  async (_, message, transport, open, closed) => {
    expect(respond(await responder(true), message, transport)).toBe(open)
    expect(respond(await responder(false), message, transport)).toBe(closed)
  },
)

/** An office whose answers a test lets go. */
class SlowOffice {
  readonly requests: OfficeRequest[] = []
  left = 0
  made = 0
  private let: () => void = () => {}
  readonly opened = new Promise<void>(resolve => (this.let = resolve))
  private readonly count: number
  private readonly size: number

  constructor(count = 2, size = 20) {
    this.count = count
    this.size = size
  }

  go(): void {
    this.let()
  }
  async *answer(request: OfficeRequest): AsyncGenerator<Uint8Array, void, undefined> {
    this.requests.push(request)
    try {
      await this.opened
      for (let i = 0; i < this.count; i++) {
        this.made++
        yield Uint8Array.from([request.message[0]!, request.message[1]!, 0x80, i, ...new Uint8Array(this.size)])
      }
    } finally {
      this.left++
    }
  }
}

async function serve(office: SlowOffice, limits = TCP_LIMITS) {
  const world = await World.make(DOCUMENT)
  const first = world.publisher.current()!.snapshot
  const snapshots = new MessageChannel()
  const way = new MessageChannel()
  const words = makeDeskWords()
  words[DESK.open] = 1
  const word = makeVersionWord()
  announceVersion(word, first.version)
  const window = new Window(
    way.port1,
    words,
    request => office.answer(request),
    () => {},
  )
  const desk = new Desk(way.port2, words)
  desk.listen()
  const counters = makeCounters()
  const line = new Responder(first, counters)
  line.office = words
  const feed = new SnapshotFeed(snapshots.port2, word, counters)
  const transport = await serveTcp({ host: '127.0.0.1', port: 0 }, { responder: line, feed, counters, desk }, limits)
  closing.push(
    () => transport.close(),
    () => way.port1.close(),
    () => snapshots.port1.close(),
  )
  return { port: transport.bound.port, words, window }
}

const framed = (message: Uint8Array): Buffer => Buffer.from([message.length >> 8, message.length & 255, ...message])

function connection(port: number) {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  closing.push(() => socket.destroy())
  let bytes = Buffer.alloc(0)
  let wake = (): void => {}
  socket.on('data', chunk => {
    bytes = Buffer.concat([bytes, chunk])
    wake()
  })
  socket.on('close', () => wake())
  const messages = (): Buffer[] => {
    const found: Buffer[] = []
    for (
      let at = 0;
      at + 2 <= bytes.length && at + 2 + bytes.readUInt16BE(at) <= bytes.length;
      at += 2 + bytes.readUInt16BE(at)
    )
      found.push(bytes.subarray(at + 2, at + 2 + bytes.readUInt16BE(at)))
    return found
  }
  return {
    socket,
    async read(count: number): Promise<Buffer[]> {
      while (messages().length < count && !socket.closed) await new Promise<void>(resolve => (wake = resolve))
      return messages()
    },
  }
}

const withId = (message: Uint8Array, id: number): Uint8Array => message.map((byte, i) => (i === 1 ? id : byte))
const untilTrue = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setImmediate(resolve))
}

test('what is asked after a transfer on the same connection is answered after it; others do not wait', async () => {
  const office = new SlowOffice()
  const { port, words } = await serve(office)
  const [slow, quick] = [connection(port), connection(port)]
  const ordinary = query('www.example.com', 'A')
  slow.socket.write(
    Buffer.concat([withId(ordinary, 1), withId(question(TYPE.AXFR), 2), withId(ordinary, 3)].map(framed)),
  )
  await untilTrue(() => office.requests.length === 1)
  quick.socket.write(framed(withId(ordinary, 4)))
  expect((await quick.read(1)).map(message => message[1])).toEqual([4])
  expect((await slow.read(1)).map(message => message[1])).toEqual([1])
  office.go()
  expect((await slow.read(4)).map(message => message[1])).toEqual([1, 2, 2, 3])
  await untilTrue(() => words[DESK.waiting] === 0)
})

test('a client that ends its side gets all of its answer', async () => {
  const office = new SlowOffice(5)
  const { port } = await serve(office)
  const client = connection(port)
  client.socket.end(framed(question(TYPE.AXFR)))
  office.go()
  expect(await client.read(5)).toHaveLength(5)
})

test('a reader that does not read is sent no more than is worth it, and what it asked for is let go when it leaves', async () => {
  const office = new SlowOffice(1_000_000, 60_000)
  const { port, words } = await serve(office, { ...TCP_LIMITS, backlog: 1 << 18, idleMs: 60_000 })
  const client = connection(port)
  client.socket.pause()
  client.socket.write(framed(question(TYPE.AXFR)))
  office.go()
  let before = -1
  // The buffers of both ends fill, and then nothing moves any more.
  while (office.made !== before || before <= 0) {
    before = office.made
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  expect(office.made).toBeLessThan(1000)
  client.socket.destroy()
  await untilTrue(() => office.left === 1 && words[DESK.waiting] === 0)
})

test('a full office turns away with SERVFAIL, and the line goes on', async () => {
  const office = new SlowOffice()
  const { port, words } = await serve(office)
  words[DESK.waiting] = 64
  const client = connection(port)
  client.socket.write(Buffer.concat([question(TYPE.AXFR), query('www.example.com', 'A')].map(framed)))
  expect((await client.read(2)).map(message => message[3]! & 15)).toEqual([RCODE.SERVFAIL, RCODE.NOERROR])
  expect(words[DESK.waiting]).toBe(64)
  expect(office.requests).toEqual([])
})

test('when a thread is gone, what it asked for is let go', async () => {
  const words = makeDeskWords()
  const way = new MessageChannel()
  const office = new SlowOffice()
  new Window(
    way.port1,
    words,
    request => office.answer(request),
    () => {},
  )
  const desk = new Desk(way.port2, words)
  const request = { message: SIGNED, sender: Uint8Array.of(127, 0, 0, 1), transport: 'tcp' } as const
  expect(desk.ask(request, () => {})).toBe(0)
  await untilTrue(() => office.requests.length === 1)
  expect(words[DESK.waiting]).toBe(1)
  desk.close()
  await untilTrue(() => words[DESK.waiting] === 0)
})

test('for a thread that hears nothing the whole answer is sent back by the office', async () => {
  const words = makeDeskWords()
  const way = new MessageChannel()
  const office = new SlowOffice(1)
  office.go()
  const sent: Uint8Array[] = []
  new Window(
    way.port1,
    words,
    request => office.answer(request),
    (_, message) => void sent.push(message),
  )
  const desk = new Desk(way.port2, words)
  const none = new Uint8Array()
  expect(desk.leave({ message: SIGNED, sender: none, transport: 'udp' }, { name: none, control: none })).toBe(true)
  await untilTrue(() => words[DESK.waiting] === 0)
  expect(sent).toHaveLength(1)
  desk.close()
})
