// Connections of checks against real servers, TCP and TLS: what passes, what each fault is called, and where they come from.
import { createServer as createTls } from 'node:tls'
import { expect, test } from 'vitest'
import { attempt } from '../../../src/control-plane/health/attempt.js'
import { checker } from '../../../src/control-plane/health/check.js'
import { newTrace } from '../../../src/control-plane/health/trace.js'
import { ask, causeOf, TIMING, TLS } from './asking.js'
import { certificate, httpsPort, listen, tcpPort } from './servers.js'
import { httpSpec, tcpSpec } from './specs.js'

test('tcp: what is sent may have to be answered with a text', async () => {
  const port = await tcpPort(socket => {
    socket.once('data', data => socket.end(`+PONG ${data}`))
  })
  expect(await causeOf(tcpSpec({ port, send: 'PING\r\n', receive: '+PONG' }))).toBeUndefined()
  expect(await causeOf(tcpSpec({ port, send: 'PING\r\n', receive: '-ERR' }))).toBe('"-ERR" is not in the answer')
  const silent = await tcpPort(socket => socket.end())
  expect(await causeOf(tcpSpec({ port: silent, receive: '220 ' }))).toBe('"220 " is not in the answer, which is empty')
})

test('a connection that does not open in its own time fails before the probe does', async () => {
  const port = await tcpPort(() => {})
  const spec = { type: 'tls', ...TIMING, ...TLS, port, connectTimeoutMs: 150 } as const
  const began = performance.now()
  expect(await causeOf(spec)).toBe('no connection within 0.15 s')
  expect(performance.now() - began).toBeLessThan(4000)
})

test('a probe that ends while it shakes hands, at whatever moment, raises no error that nobody hears', async () => {
  const port = await httpsPort(certificate(), (_, response) => response.end('ok'))
  const unheard: unknown[] = []
  const hear = (error: unknown): void => void unheard.push(error)
  process.on('uncaughtExceptionMonitor', hear)
  const spec = httpSpec({ port, type: 'https', verify: false })
  for (let i = 0; i < 40; i++)
    await Promise.all(Array.from({ length: 5 }, (_, j) => causeOf(spec, undefined, 1 + ((i + j) % 20))))
  process.off('uncaughtExceptionMonitor', hear)
  expect(unheard).toEqual([])
})

test('probes come from the address that the node is to use', async () => {
  const port = await tcpPort(socket => socket.end(`${socket.remoteAddress}`), '127.0.0.1')
  const from = async (source: readonly string[], receive: string): Promise<string | undefined> => {
    const probe = checker({ execAllowed: false, source })
    const spec = tcpSpec({ port, receive })
    return attempt(signal => probe(spec, '127.0.0.1', signal, newTrace(), {}), 4000, new AbortController())
  }
  expect(await from(['127.0.0.9', '::1'], '127.0.0.9')).toBeUndefined()
  expect(await from([], '127.0.0.1')).toBeUndefined()
  // RFC 5737: no address of this machine.
  expect(await from(['192.0.2.1'], '192.0.2.1')).toBe('no address of this machine can reach it')
})

test('a TLS handshake has a limit of its own', async () => {
  const port = await tcpPort(socket => socket.resume())
  const spec = { type: 'tls', ...TIMING, ...TLS, port, connectTimeoutMs: 3000, tlsTimeoutMs: 50 } as const
  expect(await causeOf(spec)).toBe('no TLS handshake within 0.05 s')
})

test('tls: a handshake with a certificate that does not hold fails, and passes where nobody verifies', async () => {
  const port = await listen(createTls(certificate(), socket => socket.end()))
  const spec = { type: 'tls', ...TIMING, ...TLS, port } as const
  expect(await causeOf(spec)).toBe('certificate is signed by itself, not by a trusted authority')
  const { cause, trace } = await ask({ ...spec, verify: false })
  expect(cause).toBeUndefined()
  expect(trace.phases.tlsMs).toBeGreaterThan(0)
})
