// From a snapshot's being published until every thread answers from it, as a span beside the one that published it.
import type { Context, Tracer } from '@opentelemetry/api'
import type { NodeEvent } from '../control-plane/operate/event.js'

/** A thread takes a snapshot when it is asked something; who is asked nothing is not waited for longer; ms. */
const LONGEST_MS = 5000
/** Looks are this far apart at first, then twice as far each; ms. */
const [FIRST_MS, LAST_MS] = [1, 250]

/**
 * Gives what is to be told of every event of a node.
 * @param versions of the snapshots that threads answer from
 * @param active what the event is a part of; what is a part of nothing has no span
 */
export function takeoverSpans(
  tracer: Tracer,
  versions: () => readonly number[],
  active: () => Context | undefined,
): (event: NodeEvent) => void {
  return event => {
    const parent = event.kind === 'snapshot' ? active() : undefined
    if (event.kind !== 'snapshot' || parent === undefined) return
    const { version } = event
    const begun = Date.now()
    const span = tracer.startSpan('taken over by threads', { attributes: { 'meridian.version': version } }, parent)
    const look = (wait: number): void => {
      const all = versions()
      const have = all.filter(one => one >= version).length
      if (have < all.length && Date.now() - begun < LONGEST_MS) {
        setTimeout(look, wait, Math.min(2 * wait, LAST_MS)).unref()
        return
      }
      span.setAttributes({ 'meridian.threads': all.length, 'meridian.threads.have': have })
      span.end()
    }
    look(FIRST_MS)
  }
}
