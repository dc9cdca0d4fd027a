// A collector of OTLP for tests, over HTTP and over gRPC: it reads what comes by the numbers of the published definitions.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Server as GrpcServer, type handleUnaryCall, ServerCredentials } from '@grpc/grpc-js'
import protobuf from 'protobufjs'

const types = protobuf.loadSync(fileURLToPath(new URL('otlp.proto', import.meta.url)))
const REQUESTS = {
  traces: types.lookupType('ExportTraceServiceRequest'),
  metrics: types.lookupType('ExportMetricsServiceRequest'),
}
type Signal = keyof typeof REQUESTS

type Value = string | number | boolean | readonly Value[]

export interface CollectedSpan {
  readonly trace: string
  readonly id: string
  /** Empty: it is part of nothing. */
  readonly parent: string
  readonly name: string
  /** 1 internal, 2 server, 3 client. */
  readonly kind: number
  /** Both in ns since 1970. */
  readonly begun: bigint
  readonly ended: bigint
  readonly failed: boolean
  readonly attributes: Readonly<Record<string, Value>>
  readonly events: readonly string[]
}

export interface CollectedMetric {
  readonly name: string
  readonly description: string
  readonly kind: 'gauge' | 'sum' | 'histogram'
  /** Of a histogram the value is how many there were. */
  readonly points: readonly { readonly attributes: Readonly<Record<string, Value>>; readonly value: number }[]
}

export interface Collector {
  /** What to write in the settings. */
  readonly endpoint: string
  readonly spans: readonly CollectedSpan[]
  /** Of each reading, in the order in which they came. */
  readonly readings: readonly (readonly CollectedMetric[])[]
  /** Of whoever told it last. */
  resource: Readonly<Record<string, Value>>
  /** The header `authorization` of all that came. */
  readonly authorizations: ReadonlySet<string>
  /** What it answers: takes, says no, or keeps silent. */
  manner: 'takes' | 'refuses' | 'silent'
  close(): void
}

class Collected implements Omit<Collector, 'endpoint' | 'close'> {
  readonly spans: CollectedSpan[] = []
  readonly readings: (readonly CollectedMetric[])[] = []
  readonly authorizations = new Set<string>()
  resource: Readonly<Record<string, Value>> = {}
  manner: Collector['manner'] = 'takes'

  take(signal: Signal, bytes: Uint8Array, authorization: string): void {
    this.authorizations.add(authorization)
    // biome-ignore lint/suspicious/noExplicitAny: as otlp.proto has it
    const told: any = REQUESTS[signal].toObject(REQUESTS[signal].decode(bytes), { defaults: true, longs: String })
    for (const { resource, scopeSpans = [], scopeMetrics = [] } of told.resourceSpans ?? told.resourceMetrics) {
      this.resource = attributesOf(resource.attributes)
      for (const { spans } of scopeSpans) this.spans.push(...spans.map(spanOf))
      // What the SDK would tell of itself has no metrics.
      for (const { metrics } of scopeMetrics) if (metrics.length > 0) this.readings.push(metrics.map(metricOf))
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as otlp.proto has it, here and below
const readValue = (value: any): Value =>
  value.arrayValue?.values.map(readValue) ??
  value.stringValue ??
  value.doubleValue ??
  value.boolValue ??
  Number(value.intValue)

// biome-ignore lint/suspicious/noExplicitAny: as above
const attributesOf = (list: any[]): Record<string, Value> =>
  Object.fromEntries(list.map(({ key, value }) => [key, readValue(value)]))

// biome-ignore lint/suspicious/noExplicitAny: as above
const spanOf = (span: any): CollectedSpan => ({
  trace: Buffer.from(span.traceId).toString('hex'),
  id: Buffer.from(span.spanId).toString('hex'),
  parent: Buffer.from(span.parentSpanId).toString('hex'),
  name: span.name,
  kind: span.kind,
  begun: BigInt(span.startTimeUnixNano),
  ended: BigInt(span.endTimeUnixNano),
  failed: span.status?.code === 2,
  attributes: attributesOf(span.attributes),
  events: span.events.map(({ name }: { readonly name: string }) => name),
})

// biome-ignore lint/suspicious/noExplicitAny: as above
const metricOf = ({ name, description, gauge, sum, histogram }: any): CollectedMetric => ({
  name,
  description,
  kind: sum !== undefined ? 'sum' : histogram !== undefined ? 'histogram' : 'gauge',
  // biome-ignore lint/suspicious/noExplicitAny: as above
  points: (sum ?? histogram ?? gauge).dataPoints.map(({ attributes, asDouble, asInt, count }: any) => ({
    attributes: attributesOf(attributes),
    value: Number(count ?? (asDouble === 0 ? asInt : asDouble)),
  })),
})

export async function httpCollector(): Promise<Collector> {
  const collected = new Collected()
  const server = createServer(async (request, response) => {
    const bytes = await buffer(request)
    if (collected.manner === 'silent') return
    const signal = request.url?.replace('/v1/', '') as Signal // anything else fails the test
    if (collected.manner === 'takes') collected.take(signal, bytes, request.headers.authorization ?? '')
    const status =
      collected.manner === 'takes' && request.headers['content-type'] === 'application/x-protobuf' ? 200 : 400
    response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  return Object.assign(collected, {
    endpoint: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
}

export async function grpcCollector(): Promise<Collector> {
  const collected = new Collected()
  const server = new GrpcServer()
  const raw = { requestSerialize: Buffer.from, requestDeserialize: (bytes: Buffer) => bytes }
  const service = (signal: Signal, path: string) => ({
    Export: {
      ...raw,
      path: `/opentelemetry.proto.collector.${path}/Export`,
      requestStream: false,
      responseStream: false,
      responseSerialize: () => Buffer.alloc(0),
      responseDeserialize: (bytes: Buffer) => bytes,
      signal,
    },
  })
  for (const [signal, path] of [
    ['traces', 'trace.v1.TraceService'],
    ['metrics', 'metrics.v1.MetricsService'],
  ] as const) {
    const handle: handleUnaryCall<Buffer, Buffer> = ({ request, metadata }, done) => {
      collected.take(signal, request, String(metadata.get('authorization')[0] ?? ''))
      done(null, Buffer.alloc(0))
    }
    server.addService(service(signal, path), { Export: handle })
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, at) =>
      error === null ? resolve(at) : reject(error),
    ),
  )
  return Object.assign(collected, { endpoint: `http://127.0.0.1:${port}`, close: () => server.forceShutdown() })
}
