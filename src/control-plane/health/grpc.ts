// The gRPC check: the health checking protocol, grpc.health.v1.Health/Check, over HTTP/2.
// https://github.com/grpc/grpc/blob/master/doc/health-checking.md
import { isIPv6, type Socket } from 'node:net'
import type { GrpcCheckSpec } from '../traffic/document/check.js'
import { cause, failed } from './cause.js'
import type { Check } from './check.js'
import { open } from './connection.js'
import { exchange2 } from './exchange.js'

/** Bytes; a health answer has less than ten. */
const ANSWER_CAP = 4096

/** `HealthCheckResponse.ServingStatus` */
const STATUS_WORDS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']
const SERVING = 1

/** Passes when the service says that it serves. */
export const grpc: Check<GrpcCheckSpec> = async ({ address, spec, source }, signal, trace) => {
  const { port, connectTimeoutMs, tlsTimeoutMs, service } = spec
  let socket: Socket | undefined
  try {
    const tls = spec.tls ? { tls: { ...spec, alpn: ['h2'] } } : {}
    socket = await open({ address, port, connectTimeoutMs, tlsTimeoutMs, source, ...tls }, signal, trace)
    const request = {
      method: 'POST',
      path: '/grpc.health.v1.Health/Check',
      host: spec.host ?? `${isIPv6(address) ? `[${address}]` : address}:${port}`,
      headers: { 'content-type': 'application/grpc', te: 'trailers', 'user-agent': 'meridian' },
      body: framed(encodeRequest(service)),
    }
    const { status, body, trailers } = await exchange2(socket, request, ANSWER_CAP, trace)
    if (status !== 200) throw new Error(`status ${status}, expected 200`)
    const code = String(trailers['grpc-status'] ?? '0')
    if (code !== '0') throw new Error(`gRPC status ${code}${messageOf(trailers['grpc-message'])}`)
    const serving = decodeResponse(unframed(body))
    if (serving !== SERVING) throw new Error(`the service is ${STATUS_WORDS[serving] ?? serving}`)
  } catch (error) {
    throw failed(cause(error), error)
  } finally {
    socket?.destroy()
  }
}

const messageOf = (message: unknown): string => (typeof message === 'string' && message !== '' ? ` (${message})` : '')

/** Length-prefixed message: no compression, then its length in four bytes. */
export function framed(message: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(5 + message.length)
  frame.writeUInt32BE(message.length, 1)
  frame.set(message, 5)
  return frame
}

/** @throws Error where it is no frame, or a compressed one: none was offered */
export function unframed(frame: Uint8Array): Uint8Array {
  const view = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
  if (view.length < 5 || view[0] !== 0 || view.length < 5 + view.readUInt32BE(1))
    throw new Error('the answer is not gRPC')
  return view.subarray(5, 5 + view.readUInt32BE(1))
}

/** `message HealthCheckRequest { string service = 1; }` */
export function encodeRequest(service: string): Uint8Array {
  const name = Buffer.from(service, 'utf8')
  return service === '' ? name : Buffer.concat([Uint8Array.of(0x0a), varint(name.length), name])
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Uint8Array.of(...bytes, rest)
}

/** `message HealthCheckResponse { ServingStatus status = 1; }`; 0 where the field is left out, as its default is. */
export function decodeResponse(message: Uint8Array): number {
  // Field 1 as a varint; a server that knows more fields sends them after it.
  return message[0] === 0x08 ? (message[1] ?? 0) : 0
}
