import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ageInDays, staleness } from '../../../src/control-plane/geo/freshness.js'

const BUILT = Date.UTC(2026, 5, 5, 13, 42, 2)
const HOUR = 3_600_000
const DAY = 24 * HOUR

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test.each([
  // what, ms since the build, days, stale at 60
  ['just built', 0, 0, false],
  ['an hour short of a day', 23 * HOUR, 0, false],
  ['a day', DAY, 1, false],
  ['60 days', 60 * DAY, 60, false],
  ['an hour short of 61 days', 61 * DAY - HOUR, 60, false],
  ['61 days', 61 * DAY, 61, true],
  ['a year', 365 * DAY, 365, true],
  ['built in the future, by a wrong clock', -3 * DAY, 0, false],
])('data that is %s old', (_, since, ageDays, stale) => {
  vi.setSystemTime(BUILT + since)
  expect(ageInDays(BUILT / 1000, Date.now())).toBe(ageDays)
  expect(staleness(BUILT / 1000, Date.now(), 60)).toEqual({ ageDays, stale })
})
