// HTTP/2 checks against servers that end streams and connections as they please: the words of each, and no error that nobody hears.
import type { ServerHttp2Stream } from 'node:http2'
import { createServer as createTls, type TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { causeOf, http2Port } from './asking.js'
import { leavesNothing } from './leftovers.js'
import { certificate, listen } from './servers.js'
import { httpSpec } from './specs.js'

const PAIR = certificate()
const HTTP2 = { type: 'https', verify: false, http2: true } as const

/** A server that does this with what it is asked. */
const doing = (act: (stream: ServerHttp2Stream) => void): Promise<number> =>
  http2Port(
    server =>
      server.on('stream', stream => {
        stream.on('error', () => {})
        act(stream)
      }),
    PAIR,
  )

/** A server that agrees on HTTP/2, and says this in its place as soon as it is asked. */
const saying = (act: (socket: TLSSocket) => void): Promise<number> =>
  listen(
    createTls({ ...PAIR, ALPNProtocols: ['h2'] }, socket => {
      socket.on('error', () => {}).once('data', () => act(socket))
    }),
  )

/** Frames (RFC 9113 §4.1) of the first stream that a client opens. */
const SETTINGS = '000000 04 00 00000000'
const STATUS_200 = '000001 01 04 00000001 88'
const ABC = '000003 00 00 00000001 616263'
const RESET = '000004 03 00 00000001 00000002'
const frames = (...hex: readonly string[]): Buffer => Buffer.from(hex.join('').replaceAll(' ', ''), 'hex')

const EARLY = 'connection closed before the answer was complete'

test.each<readonly [string, () => Promise<number>, string]>([
  [
    'refuses the request',
    () => doing(stream => stream.close(7)),
    'the server ends the request (NGHTTP2_REFUSED_STREAM)',
  ],
  ['ends the request', () => doing(stream => stream.close(2)), 'the server ends the request (NGHTTP2_INTERNAL_ERROR)'],
  ['cancels the request', () => doing(stream => stream.close(8)), 'the server ends the request'],
  [
    'ends the request amid the body',
    () => saying(socket => socket.write(frames(SETTINGS, STATUS_200, ABC, RESET))),
    'the server ends the request (NGHTTP2_INTERNAL_ERROR)',
  ],
  ['ends the session', () => doing(stream => stream.session!.destroy()), EARLY],
  ['closes the connection amid the body', () => saying(socket => socket.end(frames(SETTINGS, STATUS_200, ABC))), EARLY],
  ['closes the connection', () => saying(socket => socket.end()), EARLY],
  [
    'speaks HTTP/1.1 all the same',
    () => saying(socket => socket.end('HTTP/1.1 200 OK\r\n\r\n')),
    'the server does not speak HTTP/2',
  ],
])('by HTTP/2, a server that %s fails', async (_, serve, cause) => {
  const spec = httpSpec({ port: await serve(), ...HTTP2, body: { contains: 'abc', limit: 100 } })
  expect(await causeOf(spec, undefined, 10_000)).toBe(cause)
})

test('by HTTP/2, what ends at whatever moment, on either side, raises no error that nobody hears, and leaves no socket', async () => {
  let asked = 0
  const port = await doing(stream => {
    setTimeout(() => {
      if (asked++ % 3 === 0) stream.session?.destroy()
      else if (asked % 3 === 1) stream.session?.goaway(asked % 2)
      else if (!stream.destroyed) stream.respond({ ':status': 200 }, { endStream: true })
    }, asked % 5)
  })
  await leavesNothing(async () => {
    for (let i = 0; i < 40; i++)
      await Promise.all(
        Array.from({ length: 5 }, (_, j) =>
          causeOf(httpSpec({ id: `whatever${j}`, port, ...HTTP2, reuse: i % 2 === 0 }), undefined, 1 + ((i + j) % 20)),
        ),
      )
  })
})
