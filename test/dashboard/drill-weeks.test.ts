import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DrillView } from '../../src/control-plane/admin/api.js'
import { standingOf, weeksAround } from '../../src/dashboard/drill-weeks.js'

const DAY_MS = 86_400_000
/** A Sunday. */
const NOW = Date.parse('2026-11-29T02:10:00Z')

const drill = (part: Partial<DrillView>): DrillView => ({
  id: '1',
  kind: 'switch',
  regions: ['eu-central'],
  reason: 'why',
  actor: 'alice',
  phase: 'planned',
  percent: 0,
  windowSeconds: 0,
  weekly: false,
  steps: [],
  back: [],
  guards: { minHealthy: 1, maxLoad: 100, maxErrors: 5 },
  timeline: [],
  foretold: { predicted: {}, moves: [], load: {}, ttl: 30 },
  ...part,
})

const entries = (drills: readonly DrillView[], count = 6) =>
  weeksAround(drills, NOW, count).flatMap(week => week.flatMap(day => day.entries))

test('a Sunday ends its week: the calendar begins on the Monday of the week before', () => {
  const weeks = weeksAround([], NOW, 3)
  expect(weeks.map(week => new Date(week[0]!.at).toISOString())).toEqual([
    '2026-11-16T00:00:00.000Z',
    '2026-11-23T00:00:00.000Z',
    '2026-11-30T00:00:00.000Z',
  ])
})

test('a drill stands at its day in UTC, whatever the hour', () => {
  for (const time of ['00:00:00.000', '23:59:59.999']) {
    const days = weeksAround([drill({ startsAt: `2026-12-02T${time}Z` })], NOW, 6).flat()
    const [day] = days.filter(({ entries }) => entries.length > 0)
    expect(new Date(day!.at).toISOString()).toBe('2026-12-02T00:00:00.000Z')
  }
})

test('what comes every week is at each of its days to the end; what is over came once', () => {
  const weekly = { weekly: true, startsAt: '2026-12-02T04:30:00Z' }
  expect(entries([drill(weekly)]).map(({ standing }) => standing)).toEqual([
    'planned',
    'every week',
    'every week',
    'every week',
  ])
  expect(entries([drill({ ...weekly, phase: 'over', outcome: 'succeeded' })])).toMatchObject([
    { standing: 'succeeded' },
  ])
})

test('a drill that waits for somebody to start it has no day, and one that runs says so', () => {
  expect(entries([drill({})])).toEqual([])
  expect(standingOf(drill({ phase: 'back' }))).toBe('under way')
})

test('every day of every calendar follows the one before, today is in the second week, and nothing is in two days', () => {
  const moment = fc.integer({ min: 0, max: 4e12 })
  fc.assert(
    fc.property(moment, fc.array(moment, { maxLength: 5 }), fc.boolean(), (now, starts, weekly) => {
      const drills = starts.map((at, i) =>
        drill({ id: String(i), weekly, startsAt: new Date(now + (at % (60 * DAY_MS)) - 20 * DAY_MS).toISOString() }),
      )
      const weeks = weeksAround(drills, now, 6)
      const days = weeks.flat()
      expect(days).toHaveLength(42)
      for (const [i, day] of days.entries()) {
        if (i > 0) expect(day.at - days[i - 1]!.at).toBe(DAY_MS)
        for (const { at } of day.entries) expect(Math.floor((at - day.at) / DAY_MS)).toBe(0)
      }
      expect(new Date(days[0]!.at).getUTCDay()).toBe(1)
      expect(weeks[1]!.filter(({ at }) => now >= at && now < at + DAY_MS)).toHaveLength(1)
      const all = days.flatMap(({ entries }) => entries.map(({ id, at }) => `${id} ${at}`))
      expect(new Set(all).size).toBe(all.length)
    }),
    { numRuns: 200 },
  )
})
