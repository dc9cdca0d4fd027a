// Moments in both times: UTC, which logs and colleagues elsewhere have, and the one of whoever looks.
import { clock } from './parts.js'
import { isoMinute, isoSecond } from './words.js'

const HERE = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', weekday: 'short' })

/** Whether clocks here say something else than UTC at that moment. */
const differs = (at: Date): boolean => at.getTimezoneOffset() !== 0

/** `Wed 06:26` on the clocks here. */
const hereOf = (at: Date): string => HERE.format(at).replace(',', '')

export function Moment({ at, to = 'second' }: { readonly at: string | number; readonly to?: 'second' | 'minute' }) {
  const moment = new Date(at)
  return (
    <time dateTime={moment.toISOString()} class="moment">
      {to === 'second' ? isoSecond(at) : isoMinute(at)}
      {differs(moment) ? <span class="quiet block">{hereOf(moment)} here</span> : null}
    </time>
  )
}

/** What time it is, for whoever compares with a log. */
export function Clock() {
  const now = new Date(clock.value)
  return (
    <span class="clock">
      {isoSecond(clock.value)} UTC{differs(now) ? `, ${hereOf(now)} here` : ''}
    </span>
  )
}
