// A drill as one long span, from its first step to its end, with each of its moves as an event in it.
import { type Span, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { NodeEvent } from '../control-plane/operate/event.js'

/** Gives what is to be told of every event of a node. A drill that never began has no span. */
export function drillSpans(tracer: Tracer): (event: NodeEvent) => void {
  const open = new Map<string, Span>()
  return event => {
    if (event.kind !== 'drill' || event.phase === 'planned') return
    const { drill, phase, regions, percent, what, outcome, at } = event
    const known = open.get(drill)
    if (known === undefined && phase === 'over') return
    const span = known ?? tracer.startSpan('drill', { root: true, startTime: at })
    if (known === undefined) {
      open.set(drill, span)
      span.setAttributes({ 'meridian.drill': drill, 'meridian.regions': [...regions] })
    }
    span.addEvent(what, { 'meridian.percent': percent }, at)
    if (phase !== 'over') return
    open.delete(drill)
    if (outcome !== undefined) span.setAttribute('meridian.outcome', outcome)
    if (outcome !== 'succeeded') span.setStatus({ code: SpanStatusCode.ERROR, message: what })
    span.end(at)
  }
}
