// How telemetry gets to a collector: by HTTP or by gRPC, both with the messages of OTLP in protobuf. Nothing is sent twice, and
// nothing that was sent keeps a process from ending.
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import type { TelemetrySettings } from '../settings-telemetry.js'

export type Signal = 'traces' | 'metrics'

/** Names in lower case. */
export type OtlpHeaders = Readonly<Record<string, string>>

export interface Sender {
  /** Resolves to what the collector answered; rejects where it does not take it. */
  send(signal: Signal, body: Uint8Array): Promise<Uint8Array>
  /** What is under way is given up. */
  close(): void
}

/** ms that a collector may take. */
const TIMEOUT_MS = 10_000

export function openSender(
  { endpoint, protocol }: Pick<TelemetrySettings, 'endpoint' | 'protocol'>,
  headers: OtlpHeaders,
): Sender {
  return protocol === 'grpc' ? overGrpc(endpoint, headers) : overHttp(endpoint.replace(/\/$/, ''), headers)
}

function overHttp(endpoint: string, headers: OtlpHeaders): Sender {
  const ended = new AbortController()
  return {
    async send(signal, body) {
      const answer = await fetch(`${endpoint}/v1/${signal}`, {
        method: 'POST',
        body,
        headers: { ...headers, 'content-type': 'application/x-protobuf' },
        // What is shown to this address is for no other.
        redirect: 'manual',
        signal: AbortSignal.any([ended.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      })
      const reply = new Uint8Array(await answer.arrayBuffer())
      if (!answer.ok) throw new Error(`status ${answer.status}`)
      return reply
    },
    close: () => ended.abort(new Error('the node stops')),
  }
}

const SERVICES: Readonly<Record<Signal, string>> = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
}

function overGrpc(endpoint: string, headers: OtlpHeaders): Sender {
  const { protocol, host } = new URL(endpoint)
  const client = new Client(host, protocol === 'https:' ? credentials.createSsl() : credentials.createInsecure())
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  const underWay = new Set<{ cancel(): void }>()
  const bytes = (value: Uint8Array): Buffer => Buffer.from(value)
  return {
    send: (signal, body) =>
      new Promise((resolve, reject) => {
        const deadline = Date.now() + TIMEOUT_MS
        const call = client.makeUnaryRequest(
          SERVICES[signal],
          bytes,
          bytes,
          body,
          metadata,
          { deadline },
          (error, reply) => {
            underWay.delete(call)
            if (error !== null) reject(error)
            else resolve(reply ?? new Uint8Array())
          },
        )
        underWay.add(call)
      }),
    close() {
      for (const call of underWay) call.cancel()
      client.close()
    },
  }
}
