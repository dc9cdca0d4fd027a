// What every view shows of the server: looked at when its events say that something has happened, and besides by a steady beat,
// for what events do not tell of.
import { batch, signal } from '@preact/signals'
import type { RegionView, StatusView } from '../control-plane/admin/api.js'
import { expired, get, sentenceOf, session } from './api.js'

export const status = signal<StatusView | undefined>(undefined)
export const regions = signal<readonly RegionView[] | undefined>(undefined)
/** Why what is shown is not what is: the server cannot be reached. */
export const silence = signal<{ readonly since: number; readonly why: string } | undefined>(undefined)
/** Whether the regions have been asked for: what takes the server longer is asked after them, and does not wait for them. */
export const begun = signal(false)
/** Counts the changes, so that views which hold more can look again. */
export const change = signal(0)
/** Count what happened of these kinds, which the state of regions does not tell. */
export const happened = { drill: signal(0), incident: signal(0), dnssec: signal(0) } as const

/** From one look to the next, ms: with events, and without. */
const BEAT_MS = 5000
const BEAT_WITHOUT_EVENTS_MS = 2000
/** Events come in swarms: one look is for all of them, ms. */
const SETTLE_MS = 50

const EVENTS = ['health', 'region', 'prober', 'snapshot', 'document', 'reset'] as const

let timer: ReturnType<typeof setTimeout> | undefined
let looking = false
/** Something has happened since the look that is going on began. */
let again = false
let events: EventSource | undefined

/** Looks at once, and goes on looking while somebody is signed in. */
export async function refresh(): Promise<void> {
  if (session.peek() === null || expired.peek()) return
  if (looking) {
    again = true
    return
  }
  looking = true
  again = false
  clearTimeout(timer)
  listen()
  try {
    const coming = Promise.all([get('/v1/status'), get('/v1/regions')])
    begun.value = true
    const [newStatus, list] = await coming
    const version = status.peek()?.snapshot?.version
    batch(() => {
      status.value = newStatus
      // The same list is the same object: nothing is drawn anew.
      if (JSON.stringify(list.regions) !== JSON.stringify(regions.peek())) regions.value = list.regions
      silence.value = undefined
      if (newStatus.snapshot?.version !== version) change.value++
    })
  } catch (error) {
    // That the session is over is said elsewhere.
    if (!expired.peek()) silence.value ??= { since: Date.now(), why: sentenceOf(error) }
  } finally {
    looking = false
    if (session.peek() !== null && !expired.peek()) timer = setTimeout(refresh, again ? SETTLE_MS : beat())
  }
}

function beat(): number {
  const without = events?.readyState !== EventSource.OPEN
  return (without ? BEAT_WITHOUT_EVENTS_MS : BEAT_MS) * (document.hidden ? 5 : 1)
}

/** The browser opens the stream anew where it breaks; where it was refused, the next look does. */
function listen(): void {
  if (events !== undefined && events.readyState !== EventSource.CLOSED) return
  events = new EventSource('/v1/events')
  for (const kind of EVENTS) events.addEventListener(kind, soon)
  for (const [kind, count] of Object.entries(happened)) events.addEventListener(kind, () => count.value++)
}

function soon(): void {
  if (looking) {
    again = true
    return
  }
  clearTimeout(timer)
  timer = setTimeout(refresh, SETTLE_MS)
}

/** @param forgetting whether what is known is for nobody's eyes any more */
export function unfollow(forgetting: boolean): void {
  clearTimeout(timer)
  events?.close()
  events = undefined
  silence.value = undefined
  if (!forgetting) return
  begun.value = false
  status.value = undefined
  regions.value = undefined
}
