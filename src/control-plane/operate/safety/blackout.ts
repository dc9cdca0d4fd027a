// Times in which traffic stays where it is: weekends, holidays, the night of the sale.
import type { BlackoutWindow } from '../../traffic/document/safety.js'
import { meetsAny } from '../../traffic/region-glob.js'
import type { Objection } from './change.js'
import { onlyRecovers } from './touched.js'

export const blackout: Objection<'blackout'> = ({ windows, of }, { touched, regions, circumstances: { now } }) => {
  const about = regions.filter(({ id }) => touched.has(id)).some(region => meetsAny(of, region))
  // Whatever the day, what was taken out may come back.
  if (!about || onlyRecovers(touched)) return undefined
  const window = windows.find(window => holds(window, now))
  if (window === undefined) return undefined
  const end = window.kind === 'once' ? new Date(window.end).toISOString() : `${clock(window.to)} (${window.timeZone})`
  return { words: `this is a time in which traffic stays where it is: ${wordsOf(window)}`, remedy: `wait until ${end}` }
}

/** @param now epoch ms */
export function holds(window: BlackoutWindow, now: number): boolean {
  if (window.kind === 'once') return window.start <= now && now < window.end
  const { days, from, to } = window
  const { day, minute } = localTime(now, window.timeZone)
  if (from < to) return days.includes(day) && from <= minute && minute < to
  // Over midnight: it belongs to the day on which it began.
  return (days.includes(day) && minute >= from) || (days.includes((day + 6) % 7) && minute < to)
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Day of the week (0 is Sunday) and minute of the day by the clocks of a time zone, summer time and all. */
function localTime(now: number, timeZone: string): { readonly day: number; readonly minute: number } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]))
  return {
    day: DAYS.indexOf(parts.get('weekday') ?? ''),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  }
}

function wordsOf(window: BlackoutWindow): string {
  if (window.kind === 'once')
    return `from ${new Date(window.start).toISOString()} until ${new Date(window.end).toISOString()}`
  const days = window.days.length === 7 ? 'every day' : window.days.map(day => DAYS[day]).join(', ')
  return `${days} from ${clock(window.from)} to ${clock(window.to)} (${window.timeZone})`
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
