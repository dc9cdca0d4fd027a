// Every kind of check against real servers: what passes, and what each fault is called.
import { createServer as createHttp2, createSecureServer, type Http2Server } from 'node:http2'
import type { Server, Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { expect, test } from 'vitest'
import { attempt } from '../../../src/control-plane/health/attempt.js'
import { checker } from '../../../src/control-plane/health/check.js'
import type { Word } from '../../../src/control-plane/health/crew.js'
import { decodeResponse, encodeRequest, framed, unframed } from '../../../src/control-plane/health/grpc.js'
import { readSeries, samplesOf } from '../../../src/control-plane/health/series.js'
import type { Signal } from '../../../src/control-plane/health/signal.js'
import { newTrace, type Trace } from '../../../src/control-plane/health/trace.js'
import type { GrpcCheckSpec, ProbedCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import { certificate, freePort, httpPort, httpsPort, listen, tcpPort } from './servers.js'
import { httpSpec, tcpSpec } from './specs.js'
import { udpPort } from './udp.js'

const TIMING = { id: 'api', intervalMs: 10_000, timeoutMs: 4000, fall: 3, rise: 2 }
const TLS = { verify: true, warningDays: 14 }

interface Asked {
  readonly cause: string | undefined
  readonly trace: Trace
}

async function ask(spec: ProbedCheckSpec, word: Word = {}, timeoutMs = 4000, execAllowed = true): Promise<Asked> {
  const trace = newTrace()
  const probe = checker({ execAllowed })
  const cause = await attempt(signal => probe(spec, '127.0.0.1', signal, trace, word), timeoutMs, new AbortController())
  return { cause, trace }
}
const causeOf = async (...args: Parameters<typeof ask>): Promise<string | undefined> => (await ask(...args)).cause

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

test('http: headers are sent, and phases are told', async () => {
  let seen: unknown
  const port = await httpPort((request, response) => {
    seen = [request.headers['x-probe'], request.headers['user-agent']]
    response.end()
  })
  const { trace, cause } = await ask(httpSpec({ port, headers: { 'X-Probe': '1' } }))
  expect(cause).toBeUndefined()
  expect(seen).toEqual(['1', 'meridian'])
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

/** An HTTP/2 server, over TLS where `pair` is given. */
const http2Port = (setUp: (server: Http2Server) => void, pair?: ReturnType<typeof certificate>): Promise<number> => {
  const server = pair === undefined ? createHttp2() : createSecureServer(pair)
  server.on('session', session => session.on('error', () => {}))
  setUp(server as Http2Server) // what is used is the same in both
  return listen(server as unknown as Server) // it listens like any other
}

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

const grpcSpec = (port: number, more: Partial<GrpcCheckSpec> = {}): GrpcCheckSpec => ({
  type: 'grpc',
  ...TIMING,
  ...TLS,
  port,
  service: '',
  tls: false,
  ...more,
})

/** A gRPC server that knows two services: what it says of each. */
const grpcPort = (): Promise<number> =>
  http2Port(server =>
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = []
      stream.on('error', () => {})
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const [known, status] = new Map([
          ['', ['y', 1]],
          ['mail', ['y', 2]],
        ] as const).get(
          Buffer.from(unframed(Buffer.concat(chunks)))
            .subarray(2)
            .toString() as '' | 'mail',
        ) ?? ['n', 0]
        expect(headers[':path']).toBe('/grpc.health.v1.Health/Check')
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        stream.on('wantTrailers', () =>
          stream.sendTrailers({
            'grpc-status': known === 'y' ? '0' : '5',
            'grpc-message': known === 'y' ? '' : 'unknown service',
          }),
        )
        stream.end(known === 'y' ? framed(Uint8Array.of(8, status)) : undefined)
      })
    }),
  )

test.each([
  ['', undefined],
  ['mail', 'the service is NOT_SERVING'],
  ['none', 'gRPC status 5 (unknown service)'],
])('grpc: of the service "%s" it is said: %s', async (service, cause) => {
  expect(await causeOf(grpcSpec(await grpcPort(), { service }))).toBe(cause)
})

test('grpc: a server that speaks HTTP/1.1 fails; a message of the protocol is read and written', async () => {
  const port = await httpPort((_, response) => response.end())
  expect(await causeOf(grpcSpec(port))).toEqual(expect.any(String))
  expect([...encodeRequest('a'.repeat(200))].slice(0, 4)).toEqual([0x0a, 0xc8, 0x01, 0x61])
  expect(decodeResponse(Uint8Array.of())).toBe(0)
  expect(() => unframed(Uint8Array.of(1, 0, 0, 0, 0))).toThrow('not gRPC')
})

test('dns: response code and answer are judged, and a refusal is told', async () => {
  const port = await udpPort(query => {
    const reply = Buffer.concat([
      query.subarray(0, query.length),
      Buffer.from('c00c000100010000003c0004c0000219', 'hex'),
    ])
    reply.writeUInt16BE(0x8400, 2)
    reply.writeUInt16BE(1, 6)
    return reply
  })
  const spec = { type: 'dns', ...TIMING, port, name: 'mail.example.com', recordType: 'A', rcode: 'NOERROR' } as const
  expect(await causeOf(spec)).toBeUndefined()
  expect(await causeOf({ ...spec, answer: '192.0.2.25' })).toBeUndefined()
  expect(await causeOf({ ...spec, answer: '192.0.2.9' })).toBe('192.0.2.9 is not in the answer, which has 192.0.2.25')
  expect(await causeOf({ ...spec, rcode: 'REFUSED' })).toBe('response code NOERROR, expected REFUSED')
  expect(await causeOf({ ...spec, port: await freePort() })).toBe('connection refused')
})

const PAGE = `# HELP queue_length Mail that waits.
# TYPE queue_length gauge
queue_length{queue="mail",host="a"} 12
queue_length{queue="news",host="a"} 9e3 1700000000000
queue_length_max 5
odd_value NaN
most +Inf
`

test.each([
  ['queue_length{queue="mail"}', { max: 100 }, undefined],
  ['queue_length', { max: 100 }, 'queue_length is 9000, more than 100'],
  ['queue_length{queue="mail",host="a"}', { min: 20 }, 'queue_length{queue="mail",host="a"} is 12, less than 20'],
  ['queue_length{queue="none"}', { max: 1 }, 'there is no queue_length{queue="none"}'],
  ['odd_value', { max: 1 }, 'odd_value is NaN, more than 1'],
  ['most', { max: 1 }, 'most is Infinity, more than 1'],
] as const)('metric: %s within %j: %s', async (series, bounds, cause) => {
  const port = await httpPort((_, response) => response.end(PAGE))
  const spec = { type: 'metric', ...TIMING, ...TLS, port, path: '/metrics', tls: false, series, ...bounds } as const
  expect(await causeOf(spec)).toBe(cause)
})

test.each(['queue', 'queue{}', 'queue{a="b"}', 'a:b{x="y", z="\\"q\\\\"}'])('the series %s can be read', text => {
  expect(readSeries(text)).toBeDefined()
})
test.each(['', '9', 'a b', 'a{', 'a}', 'a{b}', 'a{b=c}', 'a{b="c}', 'a{b="c"} 1'])('the series %j cannot', text => {
  expect(readSeries(text)).toBeUndefined()
})
test('escapes in labels are read as the format has them', () => {
  expect(samplesOf('a{x="q\\"\\n\\\\"} 7', readSeries('a{x="q\\"\\n\\\\"}')!)).toEqual([7])
})

const exec = (...command: string[]) => ({ type: 'exec', ...TIMING, port: 0, command }) as const

test.each([
  [['true'], undefined],
  [['false'], 'false ended with code 1'],
  [['sh', '-c', 'echo queue is full; exit 3'], 'sh ended with code 3: queue is full'],
  [['sh', '-c', 'test "$MERIDIAN_ADDRESS $MERIDIAN_CHECK" = "127.0.0.1 api" && test -z "$HOME"'], undefined],
  [['/nonexistent/program'], 'there is no program /nonexistent/program'],
  [['sh', '-c', 'yes'], 'sh wrote more than 65536 bytes: y'],
  [['sh', '-c', 'kill -9 $$'], 'sh was ended'],
])('exec: %j: %s', async (command, cause) => {
  expect(await causeOf(exec(...command))).toBe(cause)
})

test('exec: a program that does not end is ended; where it is not allowed it is not run', async () => {
  expect(await causeOf(exec('sleep', '100'), undefined, 200)).toBe('no answer within 0.2 s')
  expect(await causeOf(exec('true'), undefined, 4000, false)).toBe(
    'exec checks are not allowed in the settings of this node',
  )
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

test.each([
  [undefined, 'nothing was told yet'],
  [{ up: true, at: Date.now() }, undefined],
  [{ up: false, at: Date.now() }, 'told to be down'],
  [{ up: false, at: Date.now(), reason: 'disk full' }, 'told to be down: disk full'],
  [
    { up: true, at: Date.now() - 3_600_000 },
    expect.stringMatching(/^nothing was told for 36\d\d s; 60 s is the most$/),
  ],
] as const)('push: told %j: %s', async (told, cause) => {
  expect(
    await causeOf({ type: 'push', ...TIMING, port: 0, maxAgeMs: 60_000 }, told === undefined ? {} : { told }),
  ).toEqual(cause)
})

const PASSIVE = {
  type: 'passive',
  ...TIMING,
  port: 0,
  maxAgeMs: 60_000,
  errorRate: 0.05,
  samples: 100,
  weight: 1,
  alone: false,
} as const
const errors = (errorRate: number, samples: number) => ({ kind: 'errors', errorRate, samples }) as const

test.each<[string, readonly Signal[], string | undefined]>([
  ['nobody says anything', [], undefined],
  ['all is well', [{ source: 'lb', at: Date.now(), seen: { kind: 'verdict', failing: false } }], undefined],
  ['few errors', [{ source: 'rum', at: Date.now(), seen: errors(0.049, 1000) }], undefined],
  ['many errors of too few requests', [{ source: 'rum', at: Date.now(), seen: errors(1, 99) }], undefined],
  ['many errors', [{ source: 'rum', at: Date.now(), seen: errors(0.125, 400) }], 'rum: 12.5 % of 400 requests failed'],
  ['many errors long ago', [{ source: 'rum', at: Date.now() - 60_001, seen: errors(0.125, 400) }], undefined],
  [
    'a load balancer, and one that disagrees',
    [
      { source: 'lb', at: Date.now(), seen: { kind: 'verdict', failing: true }, reason: 'no backend left' },
      { source: 'rum', at: Date.now(), seen: errors(0, 400) },
    ],
    'lb: says that it fails (no backend left)',
  ],
])('passive: %s', async (_, signals, cause) => {
  expect(await causeOf(PASSIVE, { signals })).toBe(cause)
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

test('dns: the question comes from the address that the node is to use', async () => {
  const asked: string[] = []
  const port = await udpPort((query, address) => {
    asked.push(address)
    const reply = Buffer.from(query)
    reply.writeUInt16BE(0x8400, 2)
    return reply
  })
  const probe = checker({ execAllowed: false, source: ['127.0.0.9'] })
  const spec = { type: 'dns', ...TIMING, port, name: 'example.com', recordType: 'A', rcode: 'NOERROR' } as const
  const cause = await attempt(signal => probe(spec, '127.0.0.1', signal, newTrace(), {}), 4000, new AbortController())
  expect([cause, asked]).toEqual([undefined, ['127.0.0.9']])
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
