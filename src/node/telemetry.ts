// Traces and metrics of the control plane, sent to a collector by OTLP. Loaded only where the settings name one: what a start
// needs has none of it. A collector that is slow, away, or says no costs what waited for it, which is counted, and nothing else.
import { readFile } from 'node:fs/promises'
import { ProtobufMetricsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { MeterProvider, PeriodicExportingMetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { collectMetrics, thisInstant } from '../control-plane/admin/metrics.js'
import type { AdminPort, TelemetryCount } from '../control-plane/admin/port.js'
import type { Log } from '../log.js'
import type { TelemetrySettings } from '../settings-telemetry.js'
import { drillSpans } from './drill-spans.js'
import { otlpMetrics } from './otlp-metrics.js'
import { type OtlpHeaders, openSender, type Sender } from './otlp-sender.js'
import { traceSpans } from './span-tracer.js'
import { takeoverSpans } from './takeover-spans.js'
import { Tally } from './telemetry-tally.js'

interface Around {
  readonly port: AdminPort
  /** What this node is called. */
  readonly node: string
  /** Versions of the snapshots that threads answer from. */
  readonly versions: () => readonly number[]
  readonly log: Log
}

export interface Telemetry {
  counts(): readonly TelemetryCount[]
  /** Sends what waits, but does not wait long for a collector that does not take it. */
  close(): Promise<void>
}

/** Spans that wait for the collector; what comes beyond them is lost. */
export const MOST_WAITING = 2048
/** ms that spans are gathered for before they are sent. */
const GATHER_MS = 2000
/** ms that a stop waits for a collector. */
const CLOSE_MS = 500

/** @throws Error with a sentence for people where the file of headers cannot be read */
export async function openTelemetry(settings: TelemetrySettings, around: Around): Promise<Telemetry> {
  const { port, node, log } = around
  const headers = settings.headersFile === undefined ? {} : await readHeaders(settings.headersFile)
  const sender = openSender(settings, headers)
  const resource = resourceFromAttributes({
    'service.name': 'meridian',
    'service.version': port.release,
    'service.instance.id': node,
    ...settings.resource,
  })
  const tallies = { traces: new Tally('traces', log), metrics: new Tally('metrics', log) }
  const closers = [
    ...(settings.traces ? [sendTraces(around, resource, sender, tallies.traces)] : []),
    ...(settings.metrics ? [sendMetrics(around, resource, sender, tallies.metrics, settings.intervalMs)] : []),
  ]
  return {
    counts: () => Object.values(tallies).map(({ signal, sent, lost }) => ({ signal, sent, lost })),
    async close() {
      const giveUp = setTimeout(() => sender.close(), CLOSE_MS)
      await Promise.allSettled(closers.map(close => close()))
      clearTimeout(giveUp)
      sender.close()
    },
  }
}

/** @returns what ends it */
function sendTraces({ port, versions }: Around, resource: Resource, sender: Sender, tally: Tally): () => Promise<void> {
  let waiting = 0
  const exporter: SpanExporter = {
    export(spans, done) {
      void tally.count(spans.length, send(), result => {
        waiting -= spans.length
        done(result)
      })
      async function send(): Promise<number> {
        const reply = await sender.send('traces', ProtobufTraceSerializer.serializeRequest(spans) ?? new Uint8Array())
        return Number(ProtobufTraceSerializer.deserializeResponse(reply).partialSuccess?.rejectedSpans ?? 0)
      }
    },
    shutdown: async () => undefined,
  }
  const batches = new BatchSpanProcessor({
    exporter,
    // Never reached: what is beyond the bound is counted before it comes here.
    maxQueueSize: 2 * MOST_WAITING,
    scheduledDelayMillis: GATHER_MS,
  })
  const bounded: SpanProcessor = {
    onStart: (span, context) => batches.onStart(span, context),
    onEnd(span) {
      if (waiting === MOST_WAITING) tally.lost++
      else {
        waiting++
        batches.onEnd(span)
      }
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  }
  const provider = new TracerProvider({ resource, spanProcessors: [bounded] })
  const tracer = provider.getTracer('meridian', port.release)
  const spans = traceSpans(tracer)
  const listeners = [drillSpans(tracer), takeoverSpans(tracer, versions, spans.active)]
  const unsubscribe = listeners.map(listener => port.subscribe(listener))
  return () => {
    spans.stop()
    for (const end of unsubscribe) end()
    return provider.shutdown()
  }
}

/** @returns what ends it */
function sendMetrics(
  { port }: Around,
  resource: Resource,
  sender: Sender,
  tally: Tally,
  intervalMs: number,
): () => Promise<void> {
  const scope = { name: 'meridian', version: port.release }
  const reader = new PeriodicExportingMetricReader({
    exporter: {
      export: (metrics, done) => void tally.count(1, send(metrics), done),
      forceFlush: async () => undefined,
      shutdown: async () => undefined,
    },
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: intervalMs,
    metricProducers: [
      {
        async collect() {
          const metrics = otlpMetrics(collectMetrics(port, thisInstant()), port.startedAt, Date.now())
          return { resourceMetrics: { resource, scopeMetrics: [{ scope, metrics }] }, errors: [] }
        },
      },
    ],
  })
  const provider = new MeterProvider({ resource, readers: [reader] })
  return () => provider.shutdown()

  async function send(metrics: ResourceMetrics): Promise<number> {
    const reply = await sender.send('metrics', ProtobufMetricsSerializer.serializeRequest(metrics) ?? new Uint8Array())
    const { partialSuccess } = ProtobufMetricsSerializer.deserializeResponse(reply)
    return Number(partialSuccess?.rejectedDataPoints ?? 0) > 0 ? 1 : 0
  }
}

/** `name: value`, one a line. */
async function readHeaders(file: string): Promise<OtlpHeaders> {
  const lines = (await readFile(file, 'utf8')).split('\n')
  const headers = lines.flatMap((line, i): readonly (readonly [string, string])[] => {
    if (line.trim() === '') return []
    const parts = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*?)\s*$/.exec(line)
    if (parts === null) throw new Error(`${file}:${i + 1}: not a header, such as "authorization: Bearer abc"`)
    return [[parts[1]!.toLowerCase(), parts[2]!]]
  })
  return Object.fromEntries(headers)
}
