// Spans of the control plane as OpenTelemetry has them: listens where our own rooms and fastify tell what they do, and knows
// by what is awaited which is a part of which.
import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import {
  type Attributes,
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { SPANS, type SpanFacts } from '../control-plane/trace/span.js'

export interface SpanTracer {
  /** What goes on here; undefined where that is nothing of interest. */
  active(): Context | undefined
  stop(): void
}

/** What the channel carries beside what a span was begun with. */
type Told = SpanFacts & { readonly result?: unknown; readonly error?: unknown }

/** Of what fastify tells, as much as is used. */
interface Handled {
  readonly request: { readonly method: string; readonly url: string; readonly headers: object }
  readonly reply: { readonly statusCode: number; readonly raw: { once(event: 'close', listener: () => void): unknown } }
  readonly route: { readonly url?: string }
}

/** All attributes of ours that no convention names begin so. */
const OURS = 'meridian.'

/** Follows what is done until it is stopped. */
export function traceSpans(tracer: Tracer): SpanTracer {
  const active = new AsyncLocalStorage<Context | undefined>()
  const open = new WeakMap<object, Span>()
  const begin = (key: object, span: Span, parent: Context): Context => {
    open.set(key, span)
    return trace.setSpan(parent, span)
  }
  const onWork = (told: unknown): Context | undefined => {
    const facts = told as SpanFacts // nothing else is told on this channel
    const parent = active.getStore()
    if (parent === undefined && !facts.alone) return undefined
    const kind = facts.kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL
    return begin(facts, tracer.startSpan(facts.name, { kind }, parent), parent ?? ROOT_CONTEXT)
  }
  const onRequest = (told: unknown): Context | undefined => {
    const handled = told as Handled // as fastify documents it
    const { route, request, reply } = handled
    if (!isTraced(route.url)) return undefined
    const parent = PROPAGATOR.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter)
    const span = tracer.startSpan(
      `${request.method} ${route.url}`,
      {
        kind: SpanKind.SERVER,
        attributes: {
          'http.request.method': request.method,
          'http.route': route.url,
          'url.path': request.url.replace(/\?.*/s, ''),
        },
      },
      parent,
    )
    reply.raw.once('close', () => {
      span.setAttribute('http.response.status_code', reply.statusCode)
      if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
      span.end()
    })
    return trace.setSpan(parent, span)
  }
  const finish = (told: unknown): void => {
    const { attributes, error } = told as Told // as above
    const span = open.get(told as object)
    if (span === undefined) return
    open.delete(told as object)
    span.setAttributes(named(attributes))
    if (error !== undefined) {
      const message = error instanceof Error ? error.message : String(error)
      span.setStatus({ code: SpanStatusCode.ERROR, message })
    }
    span.end()
  }
  /** What is awaited has no result yet when the first part of it has been done. */
  const end = (told: unknown): void => {
    if ('result' in (told as Told) || 'error' in (told as Told)) finish(told)
  }
  const work = tracingChannel(SPANS)
  const requests = tracingChannel('fastify.request.handler')
  work.start.bindStore(active, onWork)
  work.end.subscribe(end)
  work.asyncEnd.subscribe(finish)
  requests.start.bindStore(active, onRequest)
  return {
    active: () => active.getStore(),
    stop() {
      work.start.unbindStore(active)
      work.end.unsubscribe(end)
      work.asyncEnd.unsubscribe(finish)
      requests.start.unbindStore(active)
    },
  }
}

const PROPAGATOR = new W3CTraceContextPropagator()

/** Of the API alone, and not what goes on for hours; that somebody reads metrics is no news. */
const isTraced = (route: string | undefined): boolean => route?.startsWith('/v1/') === true && route !== '/v1/events'

const named = (attributes: SpanFacts['attributes']): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${OURS}${name}`, value]))
