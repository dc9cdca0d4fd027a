// A node's events as text for an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). Pure.
import { isoTime } from './api-values.js'
import type { EventLog, Logged } from './event-log.js'

/** How soon a reader whose stream has broken should come again, ms. */
const RETRY_MS = 2000

/** Its kind is the type of the event; JSON has no line feeds, so one line of data is enough. */
export const formatEvent = ({ id, event: { kind, at, ...rest } }: Logged): string =>
  `event: ${kind}\nid: ${id}\ndata: ${JSON.stringify({ at: isoTime(at), ...rest })}\n\n`

/**
 * What a stream begins with: what the reader has missed since the event of `lastHeard`, or that this is not known any more.
 * One who comes for the first time is given an id, and so misses nothing from here on.
 */
export function greet(log: EventLog, lastHeard: string | undefined): string {
  const missed = lastHeard === undefined ? [] : log.since(lastHeard)
  const begins =
    missed === undefined
      ? `event: reset\nid: ${log.lastId}\ndata: {}\n\n`
      : missed.length > 0
        ? missed.map(formatEvent).join('')
        : `id: ${log.lastId}\n\n`
  return `retry: ${RETRY_MS}\n\n${begins}`
}
