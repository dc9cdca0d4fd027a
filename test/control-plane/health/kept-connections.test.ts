// Connections that are kept from one probe to the next, plain, by TLS, and by HTTP/2: what is asked on them, and when they end.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSecureServer, type Http2Session, type ServerHttp2Stream } from 'node:http2'
import type { Server, Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { expect, test } from 'vitest'
import { attempt } from '../../../src/control-plane/health/attempt.js'
import { check } from '../../../src/control-plane/health/check.js'
import type { HttpCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import { certificate, httpPort, httpsPort, listen } from './servers.js'
import { httpSpec } from './specs.js'

/** Undefined when the check passes, else its cause. */
const ask = (more: Partial<HttpCheckSpec>, address = '127.0.0.1', timeoutMs = 10_000): Promise<string | undefined> =>
  attempt(signal => check(httpSpec(more), address, signal), timeoutMs, new AbortController())

const HTTP2 = { type: 'https', verify: false, http2: true, reuse: true, intervalMs: 60_000 } as const

/** An HTTP/2 server, and the sessions that it was asked on, one a request. */
async function http2(act: (stream: ServerHttp2Stream, session: Http2Session) => void) {
  const asked: Http2Session[] = []
  const server = createSecureServer(certificate())
  server.on('session', session => session.on('error', () => {}))
  server.on('stream', stream => {
    const session = stream.session!
    stream.on('error', () => {})
    asked.push(session)
    act(stream, session)
  })
  const port = await listen(server as unknown as Server) // it listens like any other
  return { port, asked, sessions: () => new Set(asked).size }
}

const well = (stream: ServerHttp2Stream): void => {
  stream.respond({ ':status': 200 })
  stream.end('ok')
}

test('a connection is reused where that is wished, plain, by TLS or by HTTP/2, and fresh where it is not', async () => {
  const seen = new Set<unknown>()
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    seen.add(request.socket)
    response.end('ok')
  }
  const plain = await httpPort(answer)
  const secure = await httpsPort(certificate(), answer)
  const two = await http2((stream, session) => {
    seen.add(session)
    well(stream)
  })
  const count = async (more: Partial<HttpCheckSpec>): Promise<number> => {
    seen.clear()
    for (let i = 0; i < 30; i++) expect(await ask(more)).toBeUndefined()
    return seen.size
  }
  const own = { id: 'reused', intervalMs: 60_000 }
  expect(await count({ ...own, port: plain, reuse: true })).toBe(1)
  expect(await count({ ...own, port: secure, reuse: true, type: 'https', verify: false })).toBe(1)
  expect(await count({ ...HTTP2, port: two.port })).toBe(1)
  expect(await count({ ...own, port: plain })).toBe(30)
  expect(await count({ ...HTTP2, port: two.port, reuse: false })).toBe(30)
})

test('HTTP/2: the body is judged on a kept connection, and one that the limit has cut off is not kept', async () => {
  const { port, sessions } = await http2(stream => {
    stream.respond({ ':status': 200 })
    stream.end('x'.repeat(100_000))
  })
  const whole = { contains: 'y', limit: 200_000 }
  for (let i = 0; i < 3; i++)
    expect(await ask({ ...HTTP2, id: 'two-body', port, body: whole })).toBe('"y" is not in the body')
  expect(sessions()).toBe(3)
  for (let i = 0; i < 3; i++)
    expect(await ask({ ...HTTP2, id: 'two-cut', port, body: { contains: 'x', limit: 10 } })).toBeUndefined()
  expect(sessions()).toBe(6)
})

test('HTTP/2: a server that goes in peace still answers what it was asked, and the next probe has a fresh connection', async () => {
  const { port, asked, sessions } = await http2((stream, session) => {
    // RFC 9113 §6.8: no error, and this stream is the last that is heard.
    session.goaway(0, stream.id!)
    setTimeout(() => well(stream), 20)
  })
  for (let i = 0; i < 4; i++) expect(await ask({ ...HTTP2, id: 'two-peace', port })).toBeUndefined()
  expect([asked.length, sessions()]).toEqual([4, 4])
})

test('HTTP/2: a kept connection that is sent away while nobody asks, or on being asked, is no failure', async () => {
  let harsh = false
  const { port, asked, sessions } = await http2((stream, session) => {
    if (!harsh) return well(stream)
    harsh = false
    session.goaway(2, 0)
  })
  const spec = { ...HTTP2, id: 'two-away', port }
  expect(await ask(spec)).toBeUndefined()
  asked[0]!.goaway(0)
  // Long enough to hear of it, mostly; where it is not, it is heard on being asked.
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(await ask(spec)).toBeUndefined()
  expect(asked.at(-1)).not.toBe(asked[0])
  asked.length = 0
  harsh = true
  // Asked on the one that was kept, sent away, and asked anew.
  expect(await ask(spec)).toBeUndefined()
  expect([asked.length, sessions()]).toEqual([2, 2])
})

test('HTTP/2: what a server says that it has not heard before it went in peace fails at once', async () => {
  const settings = Buffer.from('000000040000000000', 'hex')
  // RFC 9113 §6.8: the last stream that was heard is 0, and so none; no error.
  const goaway = Buffer.from('0000080700000000000000000000000000', 'hex')
  const server = createTls({ ...certificate(), ALPNProtocols: ['h2'] }, socket => {
    socket.on('error', () => {}).once('data', () => socket.write(Buffer.concat([settings, goaway])))
  })
  expect(await ask({ ...HTTP2, id: 'two-unheard', port: await listen(server) })).toBe(
    'the server sends the connection away (GOAWAY 0)',
  )
})

test('HTTP/2: who sends every connection away fails, kept or not', async () => {
  const { port } = await http2((_, session) => session.goaway(2, 0))
  for (let i = 0; i < 3; i++)
    expect(await ask({ ...HTTP2, id: 'two-never', port })).toBe('the server sends the connection away (GOAWAY 2)')
})

test('HTTP/2: a kept connection ends by itself, and leaves nothing on its server', async () => {
  const { port, asked } = await http2(well)
  expect(await ask({ ...HTTP2, id: 'two-short', intervalMs: 20, timeoutMs: 1000, port })).toBeUndefined()
  await expect.poll(() => asked[0]?.destroyed, { timeout: 30_000 }).toBe(true)
})

test('a kept connection that the server has closed, or closes on being asked, is no failure', async () => {
  const sockets: Socket[] = []
  let asked = 0
  const port = await httpPort((request, response) => {
    sockets.push(request.socket)
    // Every other request on a connection meets its end.
    if (++asked % 2 === 0) request.socket.destroy()
    else response.end('ok')
  })
  const spec = { id: 'closing', intervalMs: 60_000, port, reuse: true }
  for (let i = 0; i < 5; i++) expect(await ask(spec)).toBeUndefined()
  sockets.at(-1)!.end()
  await expect.poll(() => sockets.at(-1)!.destroyed, { timeout: 30_000 }).toBe(true)
  asked = 0
  expect(await ask(spec)).toBeUndefined()
})

test('what is wrong is wrong on a kept connection too, and the next probe has a fresh one', async () => {
  const seen: unknown[] = []
  let code = 200
  const port = await httpPort((request, response) => {
    seen.push(request.socket)
    response.writeHead(code).end()
  })
  const spec = { id: 'wrong', intervalMs: 60_000, port, reuse: true }
  expect(await ask(spec)).toBeUndefined()
  code = 503
  expect(await ask(spec)).toBe('status 503, expected 200-299')
  expect(await ask(spec)).toBe('status 503, expected 200-299')
  expect(seen[1]).toBe(seen[0])
  expect(seen[2]).not.toBe(seen[1])
})

test('a connection is not kept for longer than until the next probe could be over', async () => {
  let open: Socket | undefined
  const port = await httpPort((request, response) => {
    open = request.socket
    response.end()
  })
  expect(
    await ask({ id: 'short', intervalMs: 20, timeoutMs: 10_000, port, reuse: true }, '127.0.0.1', 10_000),
  ).toBeUndefined()
  await expect.poll(() => open?.destroyed, { timeout: 30_000 }).toBe(true)
})
