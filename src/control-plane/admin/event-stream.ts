// A node's events as text for an event stream. Pure.
import type { NodeEvent } from '../operate/event.js'
import { isoTime } from './api-values.js'

/** Its kind is the type of the event; JSON has no line feeds, so one line of data is enough. */
export const formatEvent = ({ kind, at, ...rest }: NodeEvent): string =>
  `event: ${kind}\ndata: ${JSON.stringify({ at: isoTime(at), ...rest })}\n\n`
