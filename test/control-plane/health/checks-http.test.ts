// HTTP checks against real servers: bodies, headers, certificates, and HTTP/2.
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { ask, causeOf, http2Port } from './asking.js'
import { certificate, httpPort, httpsPort } from './servers.js'
import { httpSpec } from './specs.js'

test.each([
  [{ contains: 'ready' }, undefined],
  [{ contains: 'down' }, '"down" is not in the body'],
  [{ matches: '"queue": *[0-9]{1,2}\\b' }, undefined],
  [{ matches: '^ready$' }, 'the body does not match ^ready$'],
  [{ json: { '/status': 'ready', '/shards/1/up': true } }, undefined],
  [{ json: { '/status': 'closed' } }, '/status is "ready", expected "closed"'],
  [{ json: { '/none': 1 } }, '/none is missing, expected 1'],
  [{ json: { '/constructor': 'x' } }, '/constructor is missing, expected "x"'],
  [{ contains: 'queue', limit: 10 }, '"queue" is not in the first 10 bytes of the body'],
  [{ json: { '/status': 'ready' }, limit: 10 }, 'the first 10 bytes of the body is not JSON'],
] as const)('http: a body against %j: %s', async (body, cause) => {
  const text = JSON.stringify({ status: 'ready', shards: [{}, { up: true }], queue: 12 })
  const port = await httpPort((_, response) => response.end(text))
  expect(await causeOf(httpSpec({ port, body: { limit: 65_536, ...body } }))).toBe(cause)
})

test('http: an expression that runs wild on a body fails, and holds nobody up for long', async () => {
  const port = await httpPort((_, response) => response.end(`${'a'.repeat(40)}!`))
  const body = { matches: '^(a+)+$', limit: 65_536 }
  expect(await causeOf(httpSpec({ port, body }))).toBe('^(a+)+$ takes too long to match the body')
})

test('http: headers are sent, and phases are told', async () => {
  let seen: unknown
  const port = await httpPort((request, response) => {
    seen = [request.headers['x-probe'], request.headers['user-agent']]
    response.end()
  })
  const { trace, cause } = await ask(httpSpec({ port, headers: { 'X-Probe': '1' } }))
  expect(cause).toBeUndefined()
  expect(seen).toEqual(['1', 'meridian'])
  await ask(httpSpec({ port, headers: { 'User-Agent': 'own' } }))
  expect(seen).toEqual([undefined, 'own'])
  expect(trace).toMatchObject({
    heard: true,
    phases: { connectMs: expect.any(Number), firstByteMs: expect.any(Number) },
  })
})

const day = (offset: number): string =>
  new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')

test('https: days that a certificate has left are told, warned of, and may be too few', async () => {
  const port = await httpsPort(certificate('20200101', day(7)), (_, response) => response.end())
  const https = { port, type: 'https', verify: false } as const
  const { cause, trace } = await ask(httpSpec({ ...https, warningDays: 14 }))
  expect(cause).toBeUndefined()
  expect(trace.certificateDays).toBeGreaterThanOrEqual(5)
  expect(trace.warning).toMatch(/^certificate ends in [567] days$/)
  expect(await causeOf(httpSpec({ ...https, minimumDays: 10 }))).toMatch(
    /^certificate ends in [567] days, less than 10 days$/,
  )
})

test('https: SNI and Host may differ, and a client certificate is shown', async () => {
  let seen: unknown
  const port = await httpsPort(certificate(), (request, response) => {
    seen = [(request.socket as Socket & { servername?: string }).servername, request.headers.host] // over TLS
    response.end()
  })
  await ask(httpSpec({ port, type: 'https', verify: false, host: 'www.test', serverName: 'edge.test' }))
  expect(seen).toEqual(['edge.test', 'www.test'])
  const none = { certificate: '/nonexistent/client.crt', key: '/nonexistent/client.key' }
  expect(await causeOf(httpSpec({ port, type: 'https', clientCertificate: none }))).toMatch(
    /^the client certificate cannot be read: /,
  )
})

test('https by HTTP/2: an answer passes, and a server that knows none fails', async () => {
  const port = await http2Port(server => server.on('request', (_, response) => response.end('ok')), certificate())
  const https = { type: 'https', verify: false, http2: true, body: { contains: 'ok', limit: 100 } } as const
  expect(await causeOf(httpSpec({ port, ...https }))).toBeUndefined()
  const old = await httpsPort(certificate(), (_, response) => response.end('ok'))
  expect(await causeOf(httpSpec({ port: old, ...https }))).toMatch(/HTTP\/2|TLS handshake failed/)
})

test('https by HTTP/2: a GOAWAY is told', async () => {
  const port = await http2Port(server => server.on('stream', stream => stream.session?.goaway(2)), certificate())
  expect(await causeOf(httpSpec({ port, type: 'https', verify: false, http2: true }))).toBe(
    'the server sends the connection away (GOAWAY 2)',
  )
})
