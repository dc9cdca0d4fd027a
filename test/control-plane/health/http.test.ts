import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { attempt } from '../../../src/control-plane/health/attempt.js'
import { check } from '../../../src/control-plane/health/check.js'
import type { HttpCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import { certificate, freePort, httpPort, httpsPort, listen, tcpPort } from './servers.js'
import { httpSpec } from './specs.js'

/** Undefined when the check passes, else its cause. */
const ask = (more: Partial<HttpCheckSpec>, address = '127.0.0.1', timeoutMs = 4000): Promise<string | undefined> =>
  attempt(signal => check(httpSpec(more), address, signal), timeoutMs, new AbortController())

const status =
  (code: number, headers = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(code, headers).end('a body')

test.each([
  // status, ranges, cause
  [200, [[200, 299]], undefined],
  [204, [[200, 299]], undefined],
  [299, [[200, 299]], undefined],
  [
    401,
    [
      [200, 299],
      [401, 401],
    ],
    undefined,
  ],
  [300, [[200, 299]], 'status 300, expected 200-299'],
  [503, [[200, 299]], 'status 503, expected 200-299'],
  [
    404,
    [
      [200, 200],
      [301, 308],
    ],
    'status 404, expected 200, 301-308',
  ],
] as const)('status %d against the ranges %j gives the cause %s', async (code, ranges, cause) => {
  const port = await httpPort(status(code))
  expect(await ask({ port, expect: ranges })).toBe(cause)
})

test('a redirect is judged by its own status and not followed', async () => {
  const paths: (string | undefined)[] = []
  const port = await httpPort((request, response) => {
    paths.push(request.url)
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  expect(await ask({ port })).toBe('status 302, expected 200-299')
  expect(await ask({ port, expect: [[300, 399]] })).toBeUndefined()
  expect(paths).toEqual(['/health', '/health'])
})

test.each(['GET', 'HEAD'] as const)('a %s probe sends its path, its host and the user agent meridian', async method => {
  const seen: unknown[] = []
  const port = await httpPort((request, response) => {
    const { host, connection, 'user-agent': agent } = request.headers
    seen.push([request.method, request.url, host, agent, connection])
    response.end('ok')
  })
  expect(await ask({ port, method, path: '/a?b=c', host: 'api.test' })).toBeUndefined()
  expect(await ask({ port, method, path: '/' })).toBeUndefined()
  expect(seen).toEqual([
    [method, '/a?b=c', 'api.test', 'meridian', 'close'],
    [method, '/', `127.0.0.1:${port}`, 'meridian', 'close'],
  ])
})

test('IPv6 addresses are probed, and written in brackets in the Host header', async () => {
  const hosts: (string | undefined)[] = []
  const port = await httpPort((request, response) => {
    hosts.push(request.headers.host)
    response.end('ok')
  }, '::1')
  expect(await ask({ port }, '::1')).toBeUndefined()
  expect(hosts).toEqual([`[::1]:${port}`])
})

test('a port on which nothing listens is a connection refused', async () => {
  expect(await ask({ port: await freePort() })).toBe('connection refused')
  expect(await ask({ port: await freePort(), type: 'https' })).toBe('connection refused')
})

test.each([
  // what the server does, cause
  ['accepts and says nothing', () => {}, 'no answer within 0.2 s'],
  ['resets', socket => socket.resetAndDestroy(), 'connection reset'],
  ['closes without a word', socket => socket.end(), 'connection closed before the answer was complete'],
  ['speaks something else', socket => socket.end('220 mail.test ESMTP\r\n'), 'the answer is not HTTP'],
  ['stops amid the headers', socket => socket.write('HTTP/1.1 200 OK\r\nx: '), 'no answer within 0.2 s'],
  [
    'stops amid the body',
    socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'),
    'no answer within 0.2 s',
  ],
  [
    'closes amid the body',
    socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'),
    'connection closed before the answer was complete',
  ],
  [
    'closes amid a chunk',
    socket => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n9\r\nabc'),
    'connection closed before the answer was complete',
  ],
  [
    'resets amid a body that the end of the connection ends',
    socket => socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc', () => reset(socket)),
    'connection reset',
  ],
  [
    'answers 100 Continue',
    socket => socket.end('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
    'the server answers 100 Continue to a request that has no body',
  ],
  [
    'changes the protocol',
    socket => socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    'the server changes to another protocol, which it was not asked to',
  ],
  [
    'sends headers without end',
    socket => socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`),
    'the headers of the answer are too long',
  ],
] satisfies [string, Parameters<typeof tcpPort>[0], string][])(
  'a server that %s fails with its cause',
  async (_, act, cause) => {
    const port = await tcpPort(socket => {
      socket.once('data', () => act(socket))
    })
    expect(await ask({ port }, '127.0.0.1', cause.startsWith('no answer') ? 200 : 4000)).toBe(cause)
  },
)

/** A moment later, so that what was written is read first. */
const reset = (socket: Socket): unknown => setTimeout(() => socket.resetAndDestroy(), 20)

test('what a server says before its answer is not its answer', async () => {
  const port = await tcpPort(socket => {
    socket.once('data', () =>
      socket.end('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n'),
    )
  })
  expect(await ask({ port })).toBe('status 503, expected 200-299')
})

test('a TLS handshake that never ends is no answer', async () => {
  const port = await tcpPort(() => {})
  expect(await ask({ port, type: 'https' }, '127.0.0.1', 200)).toBe('no answer within 0.2 s')
})

test('a body without end passes once 64 KiB of it have come, and the connection is closed', async () => {
  let closed: () => void
  const wasClosed = new Promise<void>(resolve => {
    closed = resolve
  })
  const port = await httpPort((_, response) => {
    const feed = setInterval(() => response.write('x'.repeat(8192)), 1)
    response.once('close', () => {
      clearInterval(feed)
      closed()
    })
  })
  expect(await ask({ port })).toBeUndefined()
  await wasClosed
})

test('an untrusted certificate is refused before the request is sent, and accepted without verify', async () => {
  let requests = 0
  const port = await httpsPort(certificate(), (_, response) => {
    requests++
    response.end('ok')
  })
  const https = { port, type: 'https' } as const
  expect(await ask(https)).toBe('certificate is signed by itself, not by a trusted authority')
  expect(requests).toBe(0)
  expect(await ask({ ...https, verify: false })).toBeUndefined()
  expect(requests).toBe(1)
})

test('the server name of https is the host, and is left out for a literal address', async () => {
  const names: unknown[] = []
  const port = await httpsPort(certificate(), (request, response) => {
    // The socket of a request that came over https.
    names.push((request.socket as TLSSocket & { servername?: string }).servername)
    response.end('ok')
  })
  const https = { port, type: 'https', verify: false } as const
  expect(await ask({ ...https, host: 'api.test' })).toBeUndefined()
  expect(await ask(https)).toBeUndefined()
  expect(names).toEqual(['api.test', false])
})

test('https to a port that speaks plain HTTP is a failed handshake', async () => {
  const port = await httpPort(status(200))
  expect(await ask({ port, type: 'https' })).toMatch(/^TLS handshake failed|^connection reset$/)
})

test('a probe that is aborted while it connects leaves no connection', async () => {
  const port = await httpPort(status(200))
  const abort = new AbortController()
  const probe = check(httpSpec({ port }), '127.0.0.1', abort.signal)
  abort.abort(new Error('stopped'))
  await expect(probe).rejects.toThrow()
  await expect(check(httpSpec({ port }), '127.0.0.1', abort.signal)).rejects.toThrow()
  await expect.poll(sockets, { timeout: 30_000 }).toBe(0)
})

test('500 probes that pass, fail or hang leave no socket behind on either side', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/hang') return
    response.writeHead(request.url === '/ok' ? 200 : 500).end('x'.repeat(request.url === '/ok' ? 100_000 : 10))
  })
  const port = await listen(server)
  for (let round = 0; round < 50; round++) {
    const probes = Array.from({ length: 10 }, (_, i) =>
      ask({ port, path: ['/ok', '/bad', '/hang'][i % 3]! }, '127.0.0.1', 20),
    )
    await Promise.all(probes)
  }
  const connections = (): Promise<number> => new Promise(resolve => server.getConnections((_, count) => resolve(count)))
  await expect.poll(connections, { timeout: 30_000 }).toBe(0)
  await expect.poll(sockets, { timeout: 30_000 }).toBe(0)
})

function sockets(): number {
  return process.getActiveResourcesInfo().filter(name => /TCPSocket|TLSWrap|TCPConnect/.test(name)).length
}
