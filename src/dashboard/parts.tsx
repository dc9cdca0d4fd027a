// Small things that several views show the same way.
import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { duration } from './words.js'

/** Epoch ms, once a second: what has been for a while grows older while one looks. */
export const clock = signal(Date.now())
setInterval(() => {
  clock.value = Date.now()
}, 1000)

/** How long ago, with the moment itself in both times for whoever points at it. */
export function Since({ at }: { readonly at: string | number | undefined }) {
  if (at === undefined) return <span class="quiet">–</span>
  const moment = new Date(at)
  return (
    <time dateTime={moment.toISOString()} title={`${moment.toISOString()} (UTC)\n${moment.toLocaleString()} (here)`}>
      {duration(clock.value - moment.getTime())}
    </time>
  )
}

/** How long until then; a moment that has passed is now. */
export function Until({ at }: { readonly at: string | undefined }) {
  if (at === undefined) return <span class="quiet">–</span>
  const moment = new Date(at)
  return (
    <time dateTime={moment.toISOString()} title={`${moment.toISOString()} (UTC)\n${moment.toLocaleString()} (here)`}>
      {duration(Math.max(0, moment.getTime() - clock.value))}
    </time>
  )
}

export function Panel({
  title,
  children,
  aside,
}: {
  readonly title: string
  readonly children: ComponentChildren
  readonly aside?: ComponentChildren
}) {
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** While something is on its way, or when it did not come. */
export function Waiting({ what, error }: { readonly what: string; readonly error?: string | undefined }) {
  return error === undefined || error === '' ? (
    <p class="quiet">Reading {what} …</p>
  ) : (
    <p class="complaint" role="alert">
      {error}
    </p>
  )
}
