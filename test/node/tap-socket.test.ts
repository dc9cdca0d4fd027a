import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { controlFrame, dataFrame, readControl } from '../../src/dns/frame-stream.js'
import { TapSocket } from '../../src/node/tap-socket.js'

const TYPE = 'protobuf:dnstap.Dnstap'
const SOON = { timeout: 30_000 }

let folder: string
let listener: Listener | undefined
let tap: TapSocket | undefined
const told: string[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meridian-tap-'))
  told.length = 0
})
afterEach(async () => {
  await tap?.close()
  tap = undefined
  await listener?.close()
  listener = undefined
  await rm(folder, { recursive: true })
})

const path = (): string => join(folder, 'tap.sock')
const open = (): TapSocket => {
  tap = new TapSocket(path(), TYPE, sentence => void told.push(sentence))
  return tap
}

/** The other side, whose words are the test's to say. */
class Listener {
  heard = Buffer.alloc(0)
  socket: Socket | undefined
  private readonly server: Server

  private constructor(server: Server) {
    this.server = server
    server.on('connection', socket => {
      this.socket = socket
      this.heard = Buffer.alloc(0)
      socket.on('error', () => {})
      socket.on('data', chunk => {
        this.heard = Buffer.concat([this.heard, chunk])
      })
    })
  }

  static async open(): Promise<Listener> {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(path(), resolve))
    listener = new Listener(server)
    return listener
  }

  /** Resolves when so many bytes have come since the connection was made. */
  async hears(bytes: number): Promise<Buffer> {
    await vi.waitFor(() => expect(this.heard.length).toBeGreaterThanOrEqual(bytes), SOON)
    return this.heard
  }

  close(): Promise<void> {
    this.socket?.destroy()
    return new Promise(resolve => this.server.close(() => resolve()))
  }
}

test('the handshake is that of Frame Streams, and the end is said and heard', async () => {
  const other = await Listener.open()
  const socket = open()
  const ready = controlFrame('ready', TYPE)
  expect(readControl(await other.hears(ready.length))).toMatchObject({ control: 'ready', contentTypes: [TYPE] })
  socket.write(Uint8Array.of(1))
  expect([socket.written, socket.lost]).toEqual([0, 1])

  other.socket!.write(controlFrame('accept', TYPE))
  await vi.waitFor(() => expect(told).toEqual([`${path()} takes dnstap`]), SOON)
  socket.write(Uint8Array.of(2, 3))
  const sent = Buffer.concat([ready, controlFrame('start', TYPE), dataFrame(Uint8Array.of(2, 3))])
  expect(await other.hears(sent.length)).toEqual(sent)
  expect([socket.written, socket.lost]).toEqual([1, 1])

  const closed = socket.close()
  const all = Buffer.concat([sent, controlFrame('stop')])
  expect(await other.hears(all.length)).toEqual(all)
  other.socket!.write(controlFrame('finish'))
  await closed
})

test.each([
  ['what is no frame', Buffer.from('GET / HTTP/1.1\r\n'), 'it does not speak Frame Streams'],
  ['another content type', Buffer.from(controlFrame('accept', 'protobuf:other')), `it does not take ${TYPE}`],
])('who answers with %s gets nothing, and is tried again', async (_, answer, why) => {
  const other = await Listener.open()
  const socket = open()
  await other.hears(12)
  const first = other.socket
  first!.write(answer)
  await vi.waitFor(() => expect(told.join()).toContain(why), SOON)
  socket.write(Uint8Array.of(1))
  expect(socket.written).toBe(0)
  await vi.waitFor(() => expect(other.socket).not.toBe(first), SOON)
})

test('where nobody listens that is told once, and who comes later is found', async () => {
  const socket = open()
  await vi.waitFor(() => expect(told).toHaveLength(1), SOON)
  expect(told[0]).toContain('ENOENT')
  const other = await Listener.open()
  await other.hears(12)
  other.socket!.write(controlFrame('accept'))
  await vi.waitFor(() => expect(told).toHaveLength(2), SOON)
  socket.write(Uint8Array.of(1))
  expect(socket.written).toBe(1)
})

test('a reader that takes nothing costs frames, and no memory', async () => {
  const other = await Listener.open()
  const socket = open()
  await other.hears(12)
  other.socket!.write(controlFrame('accept', TYPE))
  await vi.waitFor(() => expect(told).toHaveLength(1), SOON)
  other.socket!.pause()
  const megabyte = new Uint8Array(1 << 20)
  for (let i = 0; i < 40; i++) socket.write(megabyte)
  expect(socket.lost).toBeGreaterThan(20)
  expect(socket.written + socket.lost).toBe(40)
})

test('a close before anybody has listened waits for nobody', async () => {
  await open().close()
})
