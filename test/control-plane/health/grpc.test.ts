// The gRPC check against a real server that speaks the health protocol.
import { expect, test } from 'vitest'
import { decodeResponse, encodeRequest, framed, unframed } from '../../../src/control-plane/health/grpc.js'
import type { GrpcCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import { causeOf, http2Port, TIMING, TLS } from './asking.js'
import { httpPort } from './servers.js'

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
