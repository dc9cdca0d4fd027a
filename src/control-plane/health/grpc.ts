// The gRPC check: the health checking protocol, grpc.health.v1.Health/Check, as @grpc/grpc-js speaks it.
// https://github.com/grpc/grpc/blob/master/doc/health-checking.md
import { isIPv6 } from 'node:net'
import type { GrpcCheckSpec } from '../traffic/document/check.js'
import { failed } from './cause.js'
import type { Check } from './check.js'
import { grpcCause, systemCode } from './grpc-cause.js'
import { isHeard } from './phase.js'

const METHOD = '/grpc.health.v1.Health/Check'

/** Bytes; a health answer has less than ten. */
const ANSWER_CAP = 4096

/** `HealthCheckResponse.ServingStatus` */
const STATUS_WORDS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN']
const SERVING = 1

let loaded: typeof import('./grpc-call.js') | undefined

/** Passes when the service says that it serves. */
export const grpc: Check<GrpcCheckSpec> = async ({ address, spec, source }, signal, trace) => {
  const { port, connectTimeoutMs, tlsTimeoutMs, service } = spec
  const authority = spec.host ?? `${isIPv6(address) ? `[${address}]` : address}:${port}`
  const tls = spec.tls ? { tls: { ...spec, alpn: ['h2'] } } : {}
  const to = { address, port, connectTimeoutMs, tlsTimeoutMs, source, authority, ...tls }
  try {
    // grpc-js is loaded by the first probe that needs it: a start has no time for what nobody asks for.
    loaded ??= await import('./grpc-call.js')
    const question = { method: METHOD, message: encodeRequest(service), limit: ANSWER_CAP }
    const serving = decodeResponse(await loaded.call({ ...to, ...question }, signal, trace))
    if (serving !== SERVING) throw new Error(`the service is ${STATUS_WORDS[serving] ?? serving}`)
  } catch (error) {
    if (isHeard(systemCode(error))) trace.heard = true
    throw failed(grpcCause(error), error)
  }
}

/** `message HealthCheckRequest { string service = 1; }` */
export function encodeRequest(service: string): Buffer {
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
