import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import type { AdminPort } from '../../src/control-plane/admin/port.js'
import type { NodeEvent } from '../../src/control-plane/operate/event.js'
import { spanned, spannedNow } from '../../src/control-plane/trace/span.js'
import { drillSpans } from '../../src/node/drill-spans.js'
import { otlpMetrics } from '../../src/node/otlp-metrics.js'
import { traceSpans } from '../../src/node/span-tracer.js'
import { takeoverSpans } from '../../src/node/takeover-spans.js'
import { MOST_WAITING, openTelemetry } from '../../src/node/telemetry.js'
import { httpCollector } from '../end-to-end/collector.js'
import { until } from '../end-to-end/server.js'

const memory = new InMemorySpanExporter()
const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: memory })] }).getTracer('test')
afterEach(() => memory.reset())

/** Names of spans, each with that of its parent. */
const told = (): readonly (readonly [string, string | undefined])[] => {
  const spans = memory.getFinishedSpans()
  const nameOf = (id: string | undefined) => spans.find(span => span.spanContext().spanId === id)?.name
  return spans.map(span => [span.name, nameOf(span.parentSpanContext?.spanId)])
}

describe('what is done', () => {
  test('is a part of what awaits it, also where both of two go on at once', async () => {
    const spans = traceSpans(tracer)
    const change = (part: string) =>
      spanned({ name: `change ${part}`, alone: true }, async () => {
        await new Promise(resolve => setImmediate(resolve))
        await spanned({ name: `compile ${part}` }, async () => spannedNow({ name: `publish ${part}` }, () => 1))
      })
    await Promise.all([change('a'), change('b')])
    spans.stop()
    expect(Object.fromEntries(told())).toEqual({
      'publish a': 'compile a',
      'publish b': 'compile b',
      'compile a': 'change a',
      'compile b': 'change b',
      'change a': undefined,
      'change b': undefined,
    })
  })

  test('is not told where it is of no interest alone, and part of nothing; nor when nobody listens any more', async () => {
    const spans = traceSpans(tracer)
    expect(await spanned({ name: 'part' }, async () => 1)).toBe(1)
    spans.stop()
    expect(await spanned({ name: 'alone', alone: true }, async () => 2)).toBe(2)
    expect(told()).toEqual([])
  })

  test('that fails is told as failed, with what it found out before, and fails as it would', async () => {
    const spans = traceSpans(tracer)
    const work = spanned({ name: 'change', alone: true, attributes: { actor: 'ann' } }, async attributes => {
      attributes['tries'] = 3
      throw new Error('no room')
    })
    await expect(work).rejects.toThrow('no room')
    const now = () =>
      spannedNow({ name: 'publish', alone: true }, () => {
        throw new Error('closed')
      })
    expect(now).toThrow('closed')
    spans.stop()
    expect(memory.getFinishedSpans().map(({ name, attributes, status }) => ({ name, attributes, status }))).toEqual([
      {
        name: 'change',
        attributes: { 'meridian.actor': 'ann', 'meridian.tries': 3 },
        status: { code: SpanStatusCode.ERROR, message: 'no room' },
      },
      { name: 'publish', attributes: {}, status: { code: SpanStatusCode.ERROR, message: 'closed' } },
    ])
  })
})

/** Epoch ms; what is before the start of the process would be taken for a time since then. */
const T = 1_900_000_000_000

const move = (change: object): NodeEvent =>
  ({
    kind: 'drill',
    at: T,
    drill: '7',
    phase: 'out',
    regions: ['eu'],
    percent: 50,
    what: 'half',
    ...change,
  }) as NodeEvent // as drills tell it

describe('a drill', () => {
  test('is one span, from its first step to its end, with its moves as events', () => {
    const tell = drillSpans(tracer)
    tell(move({ phase: 'planned', percent: 0 }))
    tell(move({}))
    tell(move({ at: T + 1000, percent: 100, what: 'all' }))
    tell(move({ at: T + 2500, phase: 'over', percent: 0, what: 'done', outcome: 'succeeded' }))
    const [span, ...more] = memory.getFinishedSpans()
    expect(more).toEqual([])
    expect(span).toMatchObject({
      name: 'drill',
      startTime: [T / 1000, 0],
      endTime: [T / 1000 + 2, 500_000_000],
      attributes: { 'meridian.drill': '7', 'meridian.regions': ['eu'], 'meridian.outcome': 'succeeded' },
      status: { code: SpanStatusCode.UNSET },
    })
    expect(
      span?.events.map(({ name, attributes, time }) => [name, attributes?.['meridian.percent'], time[0] - T / 1000]),
    ).toEqual([
      ['half', 50, 0],
      ['all', 100, 1],
      ['done', 0, 2],
    ])
  })

  test.each(['failed', 'aborted', 'interrupted'] as const)('that is %s is told as an error', outcome => {
    const tell = drillSpans(tracer)
    tell(move({}))
    tell(move({ phase: 'over', outcome, what: 'why' }))
    expect(memory.getFinishedSpans()[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'why' })
  })

  test('that never began has none', () => {
    const tell = drillSpans(tracer)
    tell(move({ phase: 'over', outcome: 'refused' }))
    expect(memory.getFinishedSpans()).toEqual([])
  })
})

test('a snapshot is taken over when the last thread has it, or a newer one', async () => {
  const parent = trace.setSpan(ROOT_CONTEXT, tracer.startSpan('publish'))
  const threads = [4, 4]
  const tell = takeoverSpans(
    tracer,
    () => threads,
    () => parent,
  )
  tell({ kind: 'snapshot', at: 0, version: 5 })
  threads[0] = 5
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(memory.getFinishedSpans()).toEqual([])
  threads[1] = 6
  const [span] = await until('it is taken over', 5000, async () => {
    const spans = memory.getFinishedSpans()
    return spans.length > 0 ? spans : undefined
  })
  expect(span?.attributes).toEqual({ 'meridian.version': 5, 'meridian.threads': 2, 'meridian.threads.have': 2 })
})

test('a snapshot that is part of nothing is not told of', () => {
  takeoverSpans(
    tracer,
    () => [9],
    () => undefined,
  )({ kind: 'snapshot', at: 0, version: 5 })
  expect(memory.getFinishedSpans()).toEqual([])
})

test('counters are sums that grow from the start of the process on, gauges are what they are now', () => {
  const metrics = [
    { name: 'meridian_a_total', help: 'All.', type: 'counter', samples: [{ labels: { of: 'x' }, value: 3 }] },
    { name: 'meridian_b', help: 'One.', type: 'gauge', samples: [{ value: 0.5 }] },
    { name: 'meridian_none', help: 'None.', type: 'gauge', samples: [] },
  ] as const
  const [a, b, ...more] = otlpMetrics(metrics, 1500, 61_250)
  expect(more).toEqual([])
  const times = { startTime: [1, 500_000_000], endTime: [61, 250_000_000] }
  expect(a).toMatchObject({
    descriptor: { name: 'meridian_a_total', description: 'All.' },
    isMonotonic: true,
    dataPoints: [{ attributes: { of: 'x' }, value: 3, ...times }],
  })
  expect(b).toMatchObject({
    descriptor: { name: 'meridian_b' },
    dataPoints: [{ attributes: {}, value: 0.5, ...times }],
  })
  expect(b).not.toHaveProperty('isMonotonic')
})

test('what waits for a collector that keeps silent is bounded, the rest is lost and counted, and the end is not waited for', async () => {
  const collector = await httpCollector()
  collector.manner = 'silent'
  // Of the port as much as traces need.
  const port = { release: '0', startedAt: 0, subscribe: () => () => undefined } as unknown as AdminPort
  const telemetry = await openTelemetry(
    {
      ...{ endpoint: collector.endpoint, protocol: 'http/protobuf' },
      ...{ traces: true, metrics: false, intervalMs: 1000, resource: {} },
    },
    { port, node: 'n', versions: () => [], log: pino({ level: 'silent' }) },
  )
  for (let i = 0; i < MOST_WAITING + 952; i++) spannedNow({ name: 'health', alone: true }, () => undefined)
  expect(telemetry.counts()).toEqual([
    { signal: 'traces', sent: 0, lost: 952 },
    { signal: 'metrics', sent: 0, lost: 0 },
  ])
  await telemetry.close()
  expect(telemetry.counts()[0]).toEqual({ signal: 'traces', sent: 0, lost: MOST_WAITING + 952 })
  collector.close()
})
