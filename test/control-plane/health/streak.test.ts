import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeInMs, first, type Streak, step } from '../../../src/control-plane/health/streak.js'

const up = (run = 0): Streak => ({ up: true, run })
const down = (run = 0): Streak => ({ up: false, run })

test('the first result is believed at once', () => {
  expect(first(true)).toEqual(up())
  expect(first(false)).toEqual(down())
})

test.each([
  // before, passed, after (fall 3, rise 2)
  [up(), true, up()],
  [up(), false, up(1)],
  [up(1), false, up(2)],
  [up(2), false, down()],
  [up(2), true, up()],
  [down(), false, down()],
  [down(), true, down(1)],
  [down(1), true, up()],
  [down(1), false, down()],
  // A run beyond a threshold that was lowered meanwhile flips with the next result.
  [up(7), false, down()],
])('%j with passed %s becomes %j', (before, passed, after) => {
  expect(step(before, passed, { fall: 3, rise: 2 })).toEqual(after)
})

test.each([
  // streak, ms (interval 10 s, fall 3, rise 2)
  [up(), 30_000],
  [up(1), 4000],
  [up(2), 2000],
  [up(9), 2000],
  [down(), 20_000],
  [down(1), 10_000],
  [down(9), 10_000],
])('%j can flip in %d ms at the earliest', (streak, ms) => {
  expect(changeInMs(streak, { fall: 3, rise: 2, intervalMs: 10_000 })).toBe(ms)
})

const thresholds = fc.record({ fall: fc.integer({ min: 1, max: 6 }), rise: fc.integer({ min: 1, max: 6 }) })

test('it never goes down without `fall` failures in a row, nor up without `rise` passes in a row', () => {
  fc.assert(
    fc.property(thresholds, fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), (limits, results) => {
      let streak = first(results[0]!)
      for (let i = 1; i < results.length; i++) {
        const next = step(streak, results[i]!, limits)
        const needed = next.up ? limits.rise : limits.fall
        const last = results.slice(Math.max(0, i + 1 - needed), i + 1)
        const inRow = last.length === needed && last.every(passed => passed === next.up)
        if (next.up !== streak.up) expect(inRow).toBe(true)
        // And it goes as soon as there are that many.
        else if (inRow && i >= needed) expect(next.up).toBe(results[i])
        streak = next
      }
    }),
  )
})
