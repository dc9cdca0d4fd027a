import fc from 'fast-check'
import { expect, test } from 'vitest'
import { beat, beatAfter, evenPhases, isOnTime, nextDue } from '../../../src/control-plane/health/rhythm.js'

const BEAT = { intervalMs: 10_000, phaseMs: 3000 }

test.each([
  // due, started, ended, up, run, next
  [3000, 3000, 3010, true, 0, 13_000],
  [3000, 3001, 3010, false, 0, 13_000],
  // The timer fired a moment early: not the same beat again.
  [3000, 2999.6, 2999.9, true, 0, 13_000],
  // After a first failure: a fifth of the interval after the start, or at once where the probe took longer.
  [3000, 3000, 3010, true, 1, 5000],
  [3000, 3000, 7000, true, 1, 7000],
  [5000, 5000, 5001, true, 2, 7000],
  // The confirming probe took it down: back to the beat.
  [7000, 7000, 7001, false, 0, 13_000],
  [11_000, 11_000, 15_000, false, 0, 23_000],
  // Recovery comes at the interval.
  [13_000, 13_000, 13_001, false, 1, 23_000],
  // A probe that outlasted two beats does not make up for them.
  [3000, 3000, 28_000, false, 0, 33_000],
])(
  'due %d, started %d, ended %d, up %s with run %d: the next is due at %d',
  (dueAt, startedAt, endedAt, up, run, next) => {
    expect(nextDue(BEAT, { dueAt, startedAt, endedAt }, { up, run })).toBe(next)
  },
)

test('a timer that is late by more than half an interval is not on time', () => {
  expect(isOnTime(BEAT, 3000, 3000)).toBe(true)
  expect(isOnTime(BEAT, 3000, 8000)).toBe(true)
  expect(isOnTime(BEAT, 3000, 8001)).toBe(false)
})

const interval = fc.integer({ min: 1, max: 3_600_000 })
const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('the next beat lies after the time, by at most an interval, and every beat has the same phase', () => {
  fc.assert(
    fc.property(interval, share, fc.double({ min: 0, max: 1e12, noNaN: true }), (intervalMs, random, time) => {
      const mine = beat(intervalMs, random)
      expect(mine.phaseMs).toBeGreaterThanOrEqual(0)
      expect(mine.phaseMs).toBeLessThan(intervalMs)
      const next = beatAfter(mine, time)
      expect(next).toBeGreaterThan(time)
      expect(next - time).toBeLessThanOrEqual(intervalMs)
      expect((next - mine.phaseMs) % intervalMs).toBe(0)
      expect(beatAfter(mine, next)).toBe(next + intervalMs)
    }),
  )
})

test('the next probe never starts before the last one ended, and never later than an interval after that', () => {
  fc.assert(
    fc.property(interval, share, share, fc.nat(100_000), fc.boolean(), fc.nat(3), (ms, random, late, took, up, run) => {
      const mine = beat(ms, random)
      const dueAt = beatAfter(mine, 1e6)
      const startedAt = dueAt + late * ms
      const endedAt = startedAt + took
      const next = nextDue(mine, { dueAt, startedAt, endedAt }, { up, run })
      expect(next).toBeGreaterThanOrEqual(endedAt)
      expect(next - endedAt).toBeLessThanOrEqual(ms)
    }),
  )
})

test('phases lie evenly, however many there are and wherever they start: none has more than three times its share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3000 }), share, (count, start) => {
      const phase = evenPhases(start)
      const places = Array.from({ length: count }, phase).sort((a, b) => a - b)
      const gaps = places.map((place, i) => (places[i + 1] ?? places[0]! + 1) - place)
      expect(places.every(place => place >= 0 && place < 1)).toBe(true)
      expect(Math.max(...gaps)).toBeLessThan(3 / count)
      expect(Math.min(...gaps)).toBeGreaterThan(1 / 3 / count)
    }),
    { numRuns: 50 },
  )
})
