import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectPlain, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { MessageChannel } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Counters, makeCounters, total } from '../../src/data-plane/counters.js'
import { SnapshotFeed } from '../../src/data-plane/feed.js'
import { TRANSPORT } from '../../src/data-plane/peer.js'
import { Responder } from '../../src/data-plane/respond.js'
import { serveTcp } from '../../src/data-plane/tcp.js'
import { type TcpLimits, TLS_LIMITS } from '../../src/data-plane/tcp-limits.js'
import { openDoor } from '../../src/data-plane/tls.js'
import { decodeMessage, encodeQuery, type Message } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { OPTION, TYPE } from '../../src/dns/numbers.js'
import { announceVersion, makeVersionWord } from '../../src/snapshot/version.js'
import { World } from '../world.js'

let folder: string
let world: World
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-tls-'))
  for (const name of ['one', 'two'])
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
        ...['-subj', `/CN=${name}.example`, '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)],
      ],
      { stdio: 'ignore' },
    )
  world = await World.make(`
regions: { east: { addresses: [192.0.2.1] } }
zones: { example.com: { nameservers: [ns.example.net], records: { api: { steer: nearest } } } }`)
})
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string): string => join(folder, name)

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

interface Served {
  readonly port: number
  readonly counters: Counters
  readonly warnings: string[]
  close(): Promise<void>
}

async function serve(limits: Partial<TcpLimits> = {}, handshakeMs = 5000): Promise<Served> {
  use('one')
  const counters = makeCounters()
  const { port1, port2 } = new MessageChannel()
  const word = makeVersionWord()
  const { snapshot } = world.publisher.current()!
  announceVersion(word, snapshot.version)
  const warnings: string[] = []
  const door = openDoor({ certificate: file('crt'), key: file('key') }, handshakeMs, text => warnings.push(text))
  const { bound, close } = await serveTcp(
    { host: '127.0.0.1', port: 0 },
    { responder: new Responder(snapshot, counters), feed: new SnapshotFeed(port2, word, counters), counters },
    { ...TLS_LIMITS, ...limits },
    door,
  )
  open.push({ close }, port1)
  return { port: bound.port, counters, warnings, close }
}

/** Puts a certificate and its key where the server looks for them. */
function use(certificate: string, key = certificate): void {
  writeFileSync(file('crt'), readFileSync(file(`${certificate}.crt`)))
  writeFileSync(file('key'), readFileSync(file(`${key}.key`)))
}

async function enter(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
  open.push({ close: () => socket.destroy() })
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  return socket
}
const nameOf = (socket: TLSSocket): unknown => socket.getPeerCertificate().subject.CN

const API = { name: parseName('api.example.com'), type: TYPE.A, edns: true } as const
function send(socket: Socket, ...options: readonly number[]): void {
  const query = encodeQuery({ ...API, options: options.map(code => ({ code, data: new Uint8Array(0) })) })
  socket.write(Buffer.concat([Buffer.of(query.length >> 8, query.length & 255), query]))
}
async function next(socket: Socket): Promise<Message & { readonly length: number }> {
  let bytes = Buffer.alloc(0)
  while (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0))
    bytes = Buffer.concat([bytes, await new Promise<Buffer>(resolve => socket.once('data', resolve))])
  return { ...decodeMessage(bytes.subarray(2)), length: bytes.length - 2 }
}
const gone = (socket: Socket): Promise<void> =>
  new Promise(resolve => {
    socket.on('error', () => {})
    socket.once('close', () => resolve())
    socket.resume()
  })

test('queries are answered in private, padded where they were, and counted as TLS', async () => {
  const { port, counters } = await serve()
  const socket = await enter(port)
  send(socket)
  expect(await next(socket)).toMatchObject({ answers: [{ type: TYPE.A }], edns: { options: [] } })
  send(socket, OPTION.PADDING, OPTION.TCP_KEEPALIVE)
  const padded = await next(socket)
  expect(padded.length).toBe(468)
  const keepalive = padded.edns!.options.find(({ code }) => code === OPTION.TCP_KEEPALIVE)!
  expect([...keepalive.data]).toEqual([300 >> 8, 300 & 255])
  expect(total([counters]).queries).toEqual([{ transport: TRANSPORT.tls, type: TYPE.A, count: 2 }])
})

test('the protocol is called dot; who wants another is turned away, who names none is not', async () => {
  const { port, counters } = await serve()
  expect((await enter(port, { ALPNProtocols: ['h2', 'dot'] })).alpnProtocol).toBe('dot')
  expect((await enter(port)).alpnProtocol).toBe(false)
  await expect(enter(port, { ALPNProtocols: ['h2'] })).rejects.toThrow()
  while (total([counters]).scalars.tlsFailed === 0) await pause(5)
})

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a client that comes again goes on where it was, by %s (RFC 7858 §3.4)',
  async version => {
    const { port } = await serve()
    const first = await enter(port, { maxVersion: version })
    send(first)
    // With TLS 1.3 the ticket comes behind the handshake, but before the answer.
    await next(first)
    const again = await enter(port, { maxVersion: version, session: first.getSession() })
    expect(again.isSessionReused()).toBe(true)
    send(again)
    expect((await next(again)).answers).toHaveLength(1)
  },
)

test.each(['ns1.example.net', 'a.name.that.nobody.has', undefined])(
  'whoever asks for the name %s gets the same certificate (RFC 9539 §3.2, §3.3)',
  async servername => {
    const { port } = await serve()
    expect(nameOf(await enter(port, servername === undefined ? {} : { servername }))).toBe('one.example')
  },
)

test('questions that come together are answered on one connection, which stays (RFC 7858 §3.3, §3.4)', async () => {
  const { port } = await serve()
  const socket = await enter(port)
  const query = encodeQuery(API)
  const framed = Buffer.concat([Buffer.of(0, query.length), query])
  let bytes = Buffer.alloc(0)
  socket.on('data', chunk => {
    bytes = Buffer.concat([bytes, chunk])
  })
  socket.write(Buffer.concat(Array.from({ length: 20 }, () => framed)))
  const whole = (): number => {
    let at = 0
    let count = 0
    for (; at + 2 <= bytes.length && at + 2 + bytes.readUInt16BE(at) <= bytes.length; count++)
      at += 2 + bytes.readUInt16BE(at)
    return count
  }
  while (whole() < 20) await pause(5)
  expect(socket.destroyed).toBe(false)
})

test('nothing older than TLS 1.2 is spoken', async () => {
  const { port } = await serve()
  expect((await enter(port, { maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2')
  await expect(enter(port, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' })).rejects.toThrow()
})

test.each([
  ['a DNS query in clear', Buffer.from([0, 29, ...encodeQuery(API)])],
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['noise', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 73) & 255))],
  ['a handshake that is cut short', Buffer.from([22, 3, 1, 2, 0, 1, 0, 1])],
])('%s closes the connection, and those in private go on', async (_, bytes) => {
  // However slow the machine is, whoever is in private has been in time.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  open.push({ close: () => vi.useRealTimers() })
  const { port, counters } = await serve({}, 300)
  const good = await enter(port)
  const bad = connectPlain({ host: '127.0.0.1', port })
  bad.write(bytes)
  const cut = gone(bad)
  while (total([counters]).scalars.tcpConnections < 2) await pause(5)
  vi.advanceTimersByTime(300)
  await cut
  while (total([counters]).scalars.tlsFailed === 0) await pause(5)
  send(good)
  expect((await next(good)).answers).toHaveLength(1)
})

test('a client that says nothing is cut off', async () => {
  const { port, counters } = await serve({}, 100)
  await gone(connectPlain({ host: '127.0.0.1', port }))
  while (total([counters]).scalars.tlsFailed === 0) await pause(5)
})

test('so is one that goes silent in private', async () => {
  const { port } = await serve({ idleMs: 100 })
  await gone(await enter(port))
})

test('connections count before they are private', async () => {
  const { port, counters } = await serve({ perClient: 2 })
  const [silent, spoken] = [connectPlain({ host: '127.0.0.1', port }), await enter(port)]
  open.push({ close: () => silent.destroy() })
  await expect(enter(port)).rejects.toThrow()
  expect(total([counters]).scalars.tcpRefused).toBe(1)
  send(spoken)
  expect((await next(spoken)).answers).toHaveLength(1)
})

test('a new certificate is used for the connections that come after it, and those before go on', async () => {
  const { port, warnings } = await serve()
  const before = await enter(port)
  expect(nameOf(before)).toBe('one.example')
  use('two')
  while (nameOf(await enter(port)) !== 'two.example') await pause(100)
  send(before)
  expect((await next(before)).answers).toHaveLength(1)
  expect(warnings.filter(text => !text.includes('stays in use'))).toEqual([])
})

test('one that cannot be used is told of, and the one before it stays', async () => {
  const { port, warnings } = await serve()
  use('two', 'one')
  while (warnings.length === 0) await pause(50)
  expect(warnings[0]).toContain(`${file('crt')} with ${file('key')}: `)
  expect(nameOf(await enter(port))).toBe('one.example')
})

test('without a certificate that can be used it does not start', () => {
  use('two', 'one')
  const door = (certificate: string) => () =>
    openDoor({ certificate: file(certificate), key: file('key') }, 1, () => {})
  expect(door('crt')).toThrow(`${file('crt')} with ${file('key')}`)
  expect(door('none')).toThrow('the certificate cannot be read')
})

test('closing ends the connections properly, and nothing listens any more', async () => {
  const { port, close } = await serve()
  const socket = await enter(port)
  send(socket)
  await next(socket)
  const ended = new Promise(resolve => socket.once('end', resolve))
  socket.resume()
  await close()
  await ended
  await expect(enter(port)).rejects.toThrow('ECONNREFUSED')
})
