// The gRPC check against real servers: of @grpc/grpc-js, which speak the health protocol, and of HTTP/2 that do as they please.

import type { ServerHttp2Stream } from 'node:http2'
import {
  Server as GrpcServer,
  type handleUnaryCall,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js'
import { expect, onTestFinished, test } from 'vitest'
import { decodeResponse, encodeRequest } from '../../../src/control-plane/health/grpc.js'
import type { GrpcCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import { ask, causeOf, http2Port, TIMING, TLS } from './asking.js'
import { leavesNothing } from './leftovers.js'
import { certificate, freePort, httpPort, tcpPort } from './servers.js'

const grpcSpec = (port: number, more: Partial<GrpcCheckSpec> = {}): GrpcCheckSpec => ({
  type: 'grpc',
  ...TIMING,
  ...TLS,
  port,
  service: '',
  tls: false,
  ...more,
})

const asItIs = (bytes: Buffer): Buffer => bytes
const HEALTH = (path: string): ServiceDefinition => ({
  check: {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
    responseSerialize: asItIs,
    responseDeserialize: asItIs,
  },
})

const STATES = new Map([
  ['', 1],
  ['mail', 2],
])

/** A gRPC server that knows two services, and from where it was asked with which authority. */
async function grpcServer(tls = false, path = '/grpc.health.v1.Health/Check') {
  const seen: string[] = []
  const server = new GrpcServer()
  const check: handleUnaryCall<Buffer, Buffer> = (call, told) => {
    seen.push(call.getPeer().replace(/:\d+$/, ''), call.getHost())
    const state = STATES.get(call.request.subarray(2).toString())
    if (state === undefined) told({ code: status.NOT_FOUND, details: 'unknown service' })
    else told(null, Buffer.of(8, state))
  }
  server.addService(HEALTH(path), { check })
  const { key, cert } = certificate()
  const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) }
  const credentials = tls ? ServerCredentials.createSsl(null, [pair]) : ServerCredentials.createInsecure()
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error === null ? resolve(bound) : reject(error))),
  )
  onTestFinished(() => server.forceShutdown())
  return { port, seen }
}

test.each([
  ['', undefined],
  ['mail', 'the service is NOT_SERVING'],
  ['none', 'gRPC status 5 (unknown service)'],
])('grpc: of the service "%s" it is said: %s', async (service, cause) => {
  const { port } = await grpcServer()
  const asked = await ask(grpcSpec(port, { service }))
  expect(asked.cause).toBe(cause)
  expect(asked.trace.phases).toEqual({ connectMs: expect.any(Number), firstByteMs: expect.any(Number) })
})

test('grpc: a server without the health protocol says so', async () => {
  const { port } = await grpcServer(false, '/other.Service/Check')
  expect(await causeOf(grpcSpec(port))).toMatch(/^gRPC status 12 \(/)
})

test('grpc: by TLS, the certificate is judged, its days and the phases are told, and the authority is the host', async () => {
  const { port, seen } = await grpcServer(true)
  expect(await causeOf(grpcSpec(port, { tls: true }))).toBe(
    'certificate is signed by itself, not by a trusted authority',
  )
  const { cause, trace } = await ask(grpcSpec(port, { tls: true, verify: false, host: 'api.test' }))
  expect(cause).toBeUndefined()
  expect(trace.certificateDays).toBeGreaterThan(1000)
  expect(trace.phases).toEqual({
    connectMs: expect.any(Number),
    tlsMs: expect.any(Number),
    firstByteMs: expect.any(Number),
  })
  expect(seen).toEqual(['127.0.0.1', 'api.test'])
})

test('grpc: it is asked from the address that the node is to use, and on a connection of its own each time', async () => {
  const { port, seen } = await grpcServer()
  for (const source of ['127.0.0.9', '127.0.0.8'])
    expect((await ask(grpcSpec(port), {}, 4000, true, [source])).cause).toBeUndefined()
  expect(seen).toEqual(['127.0.0.9', `127.0.0.1:${port}`, '127.0.0.8', `127.0.0.1:${port}`])
})

/** A server of HTTP/2 that does this with what it is asked. */
const doing = (act: (stream: ServerHttp2Stream) => void) => (): Promise<number> =>
  http2Port(server =>
    server.on('stream', stream => {
      stream.on('error', () => {})
      act(stream)
    }),
  )

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' }
const serving = (stream: ServerHttp2Stream): void => {
  stream.respond(HEADERS, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.end(Buffer.of(0, 0, 0, 0, 2, 8, 1))
}

test.each<readonly [string, () => Promise<number>, string | undefined]>([
  ['refuses connections', freePort, 'connection refused'],
  ['resets', () => tcpPort(socket => socket.once('data', () => socket.resetAndDestroy())), 'connection reset'],
  ['closes without a word', () => tcpPort(socket => socket.end()), 'connection closed before the answer was complete'],
  ['speaks HTTP/1.1', () => httpPort((_, response) => response.end()), 'the server does not speak HTTP/2'],
  [
    'sends connections away',
    doing(stream => stream.session!.goaway(2)),
    'the server sends the connection away (GOAWAY 2)',
  ],
  [
    'goes in peace',
    doing(stream => {
      stream.session!.goaway(0, stream.id!)
      setTimeout(() => serving(stream), 20)
    }),
    undefined,
  ],
  [
    'ends the connection amid the answer',
    doing(stream => {
      stream.respond(HEADERS)
      stream.session!.destroy()
    }),
    'connection closed before the answer was complete',
  ],
  [
    'answers with another status of HTTP',
    doing(stream => {
      stream.respond({ ':status': 503 })
      stream.end('<html>')
    }),
    'status 503, expected 200',
  ],
  [
    'answers without a status of gRPC',
    doing(stream => {
      stream.respond(HEADERS)
      stream.end()
    }),
    'the answer is not gRPC',
  ],
  [
    'answers at length',
    doing(stream => {
      stream.respond(HEADERS)
      stream.end(Buffer.concat([Buffer.of(0, 0, 1, 0, 0), Buffer.alloc(65_536)]))
    }),
    'gRPC status 8 (Received message larger than max (65536 vs 4096))',
  ],
])('grpc: of a server that %s', async (_, serve, cause) => {
  expect(await causeOf(grpcSpec(await serve()), {}, 10_000)).toBe(cause)
})

test('grpc: connecting and shaking hands have limits of their own', async () => {
  const port = await tcpPort(socket => socket.resume())
  const tls = { tls: true, verify: false }
  expect(await causeOf(grpcSpec(port, { ...tls, connectTimeoutMs: 50 }))).toBe('no connection within 0.05 s')
  expect(await causeOf(grpcSpec(port, { ...tls, tlsTimeoutMs: 50 }))).toBe('no TLS handshake within 0.05 s')
})

test('grpc: probes that end at whatever moment raise no error that nobody hears, and leave no socket', async () => {
  const { port } = await grpcServer(true)
  const spec = grpcSpec(port, { tls: true, verify: false })
  await leavesNothing(async () => {
    for (let i = 0; i < 20; i++)
      await Promise.all(Array.from({ length: 5 }, (_, j) => causeOf(spec, undefined, 1 + ((i + j) % 20))))
  })
})

test('grpc: a message of the protocol is read and written', () => {
  expect([...encodeRequest('a'.repeat(200))].slice(0, 4)).toEqual([0x0a, 0xc8, 0x01, 0x61])
  expect(decodeResponse(Uint8Array.of())).toBe(0)
})
