import { connect, Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, expect, test, vi } from 'vitest'
import { type Counters, makeCounters, total } from '../../src/data-plane/counters.js'
import { SnapshotFeed } from '../../src/data-plane/feed.js'
import { Peer } from '../../src/data-plane/peer.js'
import { Responder } from '../../src/data-plane/respond.js'
import { serveTcp } from '../../src/data-plane/tcp.js'
import { clientOf, TCP_LIMITS, type TcpLimits } from '../../src/data-plane/tcp-limits.js'
import type { Transport } from '../../src/data-plane/transport.js'
import { type Prefix, parseAddress, parsePrefix } from '../../src/dns/address.js'
import { encodeQuery } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { OPTION, TYPE } from '../../src/dns/numbers.js'
import { announceVersion, makeVersionWord } from '../../src/snapshot/version.js'
import { type Decoded, decode, healthOf, query, World } from '../world.js'

const DOCUMENT = `
regions: { east: { addresses: [192.0.2.1] }, west: { addresses: [192.0.2.2] } }
zones:
  example.com:
    nameservers: [ns.example.net]
    records: { api: { steer: nearest }, big: { type: TXT, data: '${Array(200)
      .fill(`"${'x'.repeat(250)}"`)
      .join(' ')}' } }
`

const API = { name: parseName('api.example.com'), type: TYPE.A, edns: true }
const NOTHING = new Uint8Array(0)

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

interface Served {
  readonly transport: Transport
  readonly counters: Counters
  readonly world: World
  /** Publishes what the world's publisher has now, as the node does. */
  publish(): void
}

async function serve(limits: Partial<TcpLimits> = {}, proxies: readonly Prefix[] = []): Promise<Served> {
  const world = await World.make(DOCUMENT)
  const counters = makeCounters()
  const { port1, port2 } = new MessageChannel()
  const word = makeVersionWord()
  const first = world.publisher.current()!.snapshot
  announceVersion(word, first.version)
  const feed = new SnapshotFeed(port2, word, counters)
  const transport = await serveTcp(
    { host: '127.0.0.1', port: 0 },
    { responder: new Responder(first, counters), feed, counters, proxies },
    {
      ...TCP_LIMITS,
      ...limits,
    },
  )
  open.push(transport, port1)
  return {
    transport,
    counters,
    world,
    publish() {
      const { snapshot } = world.publisher.current()!
      port1.postMessage(snapshot)
      announceVersion(word, snapshot.version)
    },
  }
}

const framed = (message: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message])

class Client {
  readonly socket: Socket
  private bytes = Buffer.alloc(0)
  private readonly arrived: Decoded[] = []
  private wake: () => void = () => {}
  closed = false

  constructor(port: number, allowHalfOpen = false, localAddress = '127.0.0.1') {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen, localAddress })
    open.push({ close: () => this.socket.destroy() })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.closed = true
      this.wake()
    })
    this.socket.on('data', chunk => {
      this.bytes = Buffer.concat([this.bytes, chunk])
      while (this.bytes.length >= 2 && this.bytes.length >= 2 + this.bytes.readUInt16BE(0)) {
        const end = 2 + this.bytes.readUInt16BE(0)
        this.arrived.push(decode(this.bytes.subarray(2, end)))
        this.bytes = this.bytes.subarray(end)
      }
      this.wake()
    })
  }

  async answers(count: number): Promise<Decoded[]> {
    while (this.arrived.length < count && !this.closed) await new Promise<void>(resolve => (this.wake = resolve))
    return this.arrived
  }

  async end(): Promise<void> {
    while (!this.closed) await new Promise<void>(resolve => (this.wake = resolve))
  }
}

test('queries sent one upon the other are answered in their order', async () => {
  const { transport } = await serve()
  const client = new Client(transport.bound.port)
  const names = Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? 'api.example.com' : `n${i}.example.com`))
  client.socket.write(Buffer.concat(names.map(name => framed(query(name, 'A')))))
  const answers = await client.answers(50)
  expect(answers.map(({ questions }) => questions[0].name)).toEqual(names)
})

test('answers to queries that came together leave together, and not by a call of the system each', async () => {
  const { transport } = await serve()
  const write = vi.spyOn(Socket.prototype, 'write')
  const client = new Client(transport.bound.port)
  client.socket.write(Buffer.concat(Array.from({ length: 100 }, () => framed(query('api.example.com', 'A')))))
  expect(await client.answers(100)).toHaveLength(100)
  const byServer = write.mock.contexts.filter(socket => (socket as Socket).localPort === transport.bound.port)
  write.mockRestore()
  expect(byServer.length).toBeGreaterThan(0)
  expect(byServer.length).toBeLessThan(10)
})

test('a query that comes byte by byte is answered', async () => {
  const { transport } = await serve()
  const client = new Client(transport.bound.port)
  client.socket.setNoDelay(true)
  for (const byte of framed(query('api.example.com', 'A'))) {
    client.socket.write(Buffer.of(byte))
    await new Promise(resolve => setImmediate(resolve))
  }
  expect((await client.answers(1))[0].answers[0].data).toBe('192.0.2.1')
})

test('a client that has said all it has to say still gets its answers, and then the end', async () => {
  const { transport } = await serve()
  const client = new Client(transport.bound.port, true)
  client.socket.end(framed(query('api.example.com', 'A')))
  expect(await client.answers(1)).toHaveLength(1)
  client.socket.on('end', () => client.socket.destroy())
  await client.end()
})

test.each([
  ['a response', Uint8Array.from(query('api.example.com', 'A')).map((byte, i) => (i === 2 ? byte | 0x80 : byte))],
  ['eleven bytes', new Uint8Array(11)],
  ['nothing at all', new Uint8Array(0)],
])('%s closes the connection', async (_, message) => {
  const { transport } = await serve()
  const client = new Client(transport.bound.port)
  client.socket.write(framed(message))
  await client.end()
  expect(await client.answers(1)).toHaveLength(0)
})

test('an answer of 50,000 bytes comes whole', async () => {
  const { transport } = await serve()
  const client = new Client(transport.bound.port)
  client.socket.write(framed(query('big.example.com', 'TXT')))
  const [answer] = await client.answers(1)
  expect(answer.flag_tc).toBe(false)
  expect(answer.answers[0].data).toHaveLength(200)
})

test('a client that sends a byte now and then, and never a whole query, is cut off', async () => {
  const { transport } = await serve({ idleMs: 200 })
  const client = new Client(transport.bound.port)
  const drip = setInterval(() => client.socket.write(Buffer.of(0)), 20)
  client.socket.write(Buffer.of(0xff, 0xff))
  await client.end()
  clearInterval(drip)
})

test('a client that asks and never reads is cut off, and does not fill the memory', async () => {
  const { transport, counters } = await serve({ idleMs: 300, backlog: 1 << 16 })
  const client = new Client(transport.bound.port)
  client.socket.pause()
  const flood = framed(query('big.example.com', 'TXT'))
  for (let i = 0; i < 2000 && !client.closed; i++) client.socket.write(flood)
  while (!client.socket.destroyed) {
    await pause(20)
    client.socket.resume()
    client.socket.pause()
    if (total([counters]).queries.reduce((n, { count }) => n + count, 0) >= 2000) break
    client.socket.write(flood)
  }
  // What was answered is bounded by the buffers of both ends, far from all that was asked.
  expect(total([counters]).queries[0]!.count).toBeLessThan(2000)
})

test('where too much waits for all clients together, whom most waits for is cut off, and counted', async () => {
  const { transport, counters } = await serve({ backlog: 1 << 22, backlogs: 1 << 22 })
  const flood = framed(query('big.example.com', 'TXT'))
  const [slow, slower] = [new Client(transport.bound.port), new Client(transport.bound.port)]
  for (const client of [slow, slower]) client.socket.pause()
  slow.socket.write(flood)
  // Beyond what the kernel takes for a connection, of which it has megabytes.
  slower.socket.write(Buffer.concat(Array.from({ length: 400 }, () => flood)))
  while (total([counters]).scalars.tcpSlow === 0) {
    slower.socket.write(flood)
    await pause(20)
  }
  slower.socket.resume()
  await slower.end()
  slow.socket.resume()
  expect(await slow.answers(1)).toHaveLength(1)
  expect(total([counters]).scalars.tcpSlow).toBe(1)
})

test('connections beyond the limit for one client are refused, and counted; those within go on', async () => {
  const { transport, counters } = await serve({ perClient: 3 })
  const clients = Array.from({ length: 3 }, () => new Client(transport.bound.port))
  for (const client of clients) client.socket.write(framed(query('api.example.com', 'A')))
  for (const client of clients) await client.answers(1)
  const refused = new Client(transport.bound.port)
  await refused.end()
  expect(total([counters]).scalars.tcpRefused).toBe(1)
  clients[0]!.socket.write(framed(query('api.example.com', 'A')))
  expect(await clients[0]!.answers(2)).toHaveLength(2)
})

test.each([
  ['192.0.2.1', '192.0.2.2', false],
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['2001:db8::1', '2001:db8:0:0:ffff::1', true],
  ['2001:db8::1', '2001:db8:0:1::1', false],
])('to the limits %s and %s are one client: %s', (one, other, same) => {
  const client = (address: string): string => {
    const peer = new Peer()
    peer.set(parseAddress(address)!)
    return clientOf(peer)
  }
  expect(client(one) === client(other)).toBe(same)
})

test('connections beyond the limit for all clients together are refused, and counted, until one of them is over', async () => {
  const { transport, counters } = await serve({ connections: 3, perClient: 2 })
  const from = (address: string): Client => new Client(transport.bound.port, false, address)
  const ask = (client: Client): boolean => client.socket.write(framed(query('api.example.com', 'A')))
  const clients = ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map(from)
  for (const client of clients) ask(client)
  for (const client of clients) await client.answers(1)
  await from('127.0.0.4').end()
  expect(total([counters]).scalars.tcpRefused).toBe(1)
  clients[0]!.socket.end()
  await clients[0]!.end()
  const next = from('127.0.0.4')
  ask(next)
  expect(await next.answers(1)).toHaveLength(1)
})

/** PROXY version 2, of a TCP connection from 198.51.100.7. */
const HEADER = Buffer.from('0d0a0d0a000d0a515549540a2111000cc6336407c0000235c0000035', 'hex')

test('a proxy says once for a connection whom it speaks for, in whatever pieces, and may have more connections than one client', async () => {
  const { transport } = await serve({ perClient: 1 }, [parsePrefix('127.0.0.1/32')!])
  for (const size of [1, 7, 28, 100]) {
    const client = new Client(transport.bound.port)
    client.socket.setNoDelay(true)
    const bytes = Buffer.concat([HEADER, framed(query('api.example.com', 'A')), framed(query('x.example.com', 'A'))])
    for (let at = 0; at < bytes.length; at += size) {
      client.socket.write(bytes.subarray(at, at + size))
      await new Promise(resolve => setImmediate(resolve))
    }
    expect((await client.answers(2)).map(({ rcode }) => rcode)).toEqual(['NOERROR', 'NXDOMAIN'])
  }
})

test.each([
  ['no header', framed(query('api.example.com', 'A'))],
  ['half a header and the end', HEADER.subarray(0, 20)],
  ['a header of version 1', Buffer.from('PROXY TCP4 198.51.100.7 192.0.2.53 49152 53\r\n')],
])('a proxy that sends %s is closed, and counted', async (_, bytes) => {
  const { transport, counters } = await serve({}, [parsePrefix('127.0.0.0/8')!])
  const client = new Client(transport.bound.port, true)
  client.socket.end(bytes)
  await client.end()
  expect(await client.answers(1)).toHaveLength(0)
  expect(total([counters]).scalars.proxyRefused).toBe(1)
})

test('a header from anybody else is no query', async () => {
  const { transport } = await serve({ idleMs: 200 }, [parsePrefix('192.0.2.0/24')!])
  const client = new Client(transport.bound.port)
  client.socket.write(Buffer.concat([HEADER, framed(query('api.example.com', 'A'))]))
  await client.end()
  expect((await client.answers(1)).filter(({ answers }) => answers.length > 0)).toEqual([])
})

test('a query that comes after a snapshot was announced is answered from it, on a connection that was open before', async () => {
  const { transport, world, publish } = await serve()
  const client = new Client(transport.bound.port)
  client.socket.write(framed(query('api.example.com', 'A')))
  expect((await client.answers(1))[0].answers[0].data).toBe('192.0.2.1')
  world.publisher.setHealth(healthOf(world.document, ['east']))
  publish()
  client.socket.write(framed(query('api.example.com', 'A')))
  expect((await client.answers(2))[1].answers[0].data).toBe('192.0.2.2')
})

test('closing lets what was asked be answered, and then nothing listens', async () => {
  const { transport } = await serve()
  const client = new Client(transport.bound.port)
  client.socket.write(framed(query('api.example.com', 'A')))
  await client.answers(1)
  await transport.close()
  await client.end()
  const late = new Client(transport.bound.port)
  await late.end()
  expect(await late.answers(1)).toHaveLength(0)
})

test('the last tenth of the connections is told not to stay (RFC 7828 §3.3.2)', async () => {
  const { transport } = await serve({ connections: 10, idleMs: 5000 })
  const clients: Client[] = []
  const stay = async (): Promise<number> => {
    const client = clients[clients.push(new Client(transport.bound.port)) - 1]!
    client.socket.write(framed(encodeQuery({ ...API, options: [{ code: OPTION.TCP_KEEPALIVE, data: NOTHING }] })))
    const answer = (await client.answers(1)).at(-1)
    return answer.additionals[0].options[0].timeout
  }
  for (let i = 1; i < 9; i++) expect(await stay()).toBe(50)
  expect([await stay(), await stay()]).toEqual([0, 0])
  // Room again: the next one hears of it.
  for (const client of clients.splice(0, 5)) client.socket.destroy()
  await vi.waitFor(async () => expect(await stay()).toBe(50))
})
