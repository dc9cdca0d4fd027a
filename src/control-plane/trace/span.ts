// Spans: what is done, from when to when. They are told on a channel of Node's; whoever listens also knows what each is a part
// of, since the channel follows what is awaited.
import { tracingChannel } from 'node:diagnostics_channel'

export type SpanAttributes = Record<string, string | number | boolean>

export interface SpanFacts {
  /** One of few: `change`, never `change of eu-central`. */
  readonly name: string
  /** `client`: it is asked of another program. */
  readonly kind: 'internal' | 'client'
  /** Whether it is of interest where it is not a part of something. */
  readonly alone: boolean
  /** What it is about; the work may add what it finds out. */
  readonly attributes: SpanAttributes
}

/** The name of the channel. */
export const SPANS = 'meridian.span'

const channel = tracingChannel<unknown, SpanFacts>(SPANS)

type Wish = Pick<SpanFacts, 'name'> & Partial<SpanFacts>

const facts = ({ name, kind = 'internal', alone = false, attributes = {} }: Wish): SpanFacts => ({
  name,
  kind,
  alone,
  attributes: { ...attributes },
})

/** Does the work, as a span where somebody listens. */
export function spanned<T>(wish: Wish, work: (attributes: SpanAttributes) => Promise<T>): Promise<T> {
  const span = facts(wish)
  return channel.hasSubscribers ? channel.tracePromise(() => work(span.attributes), span) : work(span.attributes)
}

/** As `spanned`, for work that is done when it returns. */
export function spannedNow<T>(wish: Wish, work: () => T): T {
  return channel.hasSubscribers ? channel.traceSync(work, facts(wish)) : work()
}
