// The calendar of drills: whole weeks around today, with what ran and what is to come. In UTC, as drills are planned. Pure.
import type { DrillView } from '../control-plane/admin/api.js'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** The first of January 1970 was a Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS

export interface Entry {
  readonly id: string
  /** Epoch ms. */
  readonly at: number
  readonly regions: readonly string[]
  /** How it ended, or that it is to come, runs, or would follow one that comes every week. */
  readonly standing: NonNullable<DrillView['outcome']> | 'planned' | 'under way' | 'every week'
}

export interface Day {
  /** Epoch ms of its beginning. */
  readonly at: number
  readonly entries: readonly Entry[]
}

export type Week = readonly Day[]

/** So many whole weeks, from the one before that of `now` on. @param now epoch ms */
export function weeksAround(drills: readonly DrillView[], now: number, count: number): readonly Week[] {
  const first = now - ((((now - FIRST_MONDAY_MS) % WEEK_MS) + WEEK_MS) % WEEK_MS) - WEEK_MS
  const end = first + count * WEEK_MS
  const entries = drills.flatMap(drill => entriesOf(drill, end)).sort((a, b) => a.at - b.at)
  return Array.from({ length: count }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => {
      const at = first + week * WEEK_MS + day * DAY_MS
      return { at, entries: entries.filter(entry => entry.at >= at && entry.at < at + DAY_MS) }
    }),
  )
}

function entriesOf(drill: DrillView, end: number): readonly Entry[] {
  const { id, regions, startsAt, weekly, outcome } = drill
  if (startsAt === undefined) return []
  const at = Date.parse(startsAt)
  const own: Entry = { id, at, regions, standing: standingOf(drill) }
  // The one after a drill that is over is planned, and in the list itself.
  if (!weekly || outcome !== undefined) return [own]
  const more = Math.max(0, Math.ceil((end - at) / WEEK_MS) - 1)
  return [
    own,
    ...Array.from({ length: more }, (_, i) => ({
      ...own,
      at: at + (i + 1) * WEEK_MS,
      standing: 'every week' as const,
    })),
  ]
}

export const isUnderWay = ({ phase }: DrillView): boolean => phase === 'out' || phase === 'back'

export function standingOf(drill: DrillView): Exclude<Entry['standing'], 'every week'> {
  return isUnderWay(drill) ? 'under way' : (drill.outcome ?? 'planned')
}
