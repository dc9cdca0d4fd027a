import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  admitted,
  begin,
  type Failback,
  next,
  nextStepMs,
  release,
} from '../../../src/control-plane/health/failback.js'
import { regionUp } from '../../../src/control-plane/health/region-up.js'
import type { FailbackSpec } from '../../../src/control-plane/traffic/document/region.js'

const spec = (more: Partial<FailbackSpec>): FailbackSpec => ({ mode: 'automatic', delayMs: 0, rampMs: 0, ...more })

/** Percent at each of the times, of a region that comes up at 0. */
function path(own: FailbackSpec, times: readonly number[]): readonly number[] {
  let state: Failback = next(begin(false), true, own, 0)
  return times.map(now => {
    state = next(state, true, own, now)
    return admitted(state, own, now)
  })
}

test.each([
  ['at once', spec({}), [100, 100, 100, 100]],
  ['after a delay', spec({ delayMs: 60_000 }), [0, 0, 100, 100]],
  ['over a ramp', spec({ rampMs: 60_000 }), [5, 52, 100, 100]],
  ['over a ramp after a delay', spec({ delayMs: 30_000, rampMs: 60_000 }), [0, 5, 52, 100]],
  ['never by itself', spec({ mode: 'manual' }), [0, 0, 0, 0]],
])('a region comes back %s', (_, own, percents) => {
  expect(path(own, [0, 30_000, 60_000, 3_600_000])).toEqual(percents)
})

test('what is up at the start has nothing to come back from', () => {
  const own = spec({ mode: 'manual' })
  expect(admitted(next(begin(true), true, own, 0), own, 0)).toBe(100)
})

test('a word lets it in at once, over its ramp if it has one', () => {
  const own = spec({ mode: 'manual', rampMs: 60_000 })
  const waiting = next(begin(false), true, own, 0)
  const back = release(waiting, own, 100_000)
  expect([0, 30_000, 60_000].map(ms => admitted(back, own, 100_000 + ms))).toEqual([5, 52, 100])
  expect(release(begin(true), own, 0)).toEqual(begin(true))
})

test('one that goes down on its way back begins anew', () => {
  const own = spec({ rampMs: 60_000 })
  let state = next(begin(false), true, own, 0)
  state = next(state, false, own, 30_000)
  state = next(state, true, own, 50_000)
  expect(admitted(state, own, 50_000)).toBe(5)
})

test('percents only grow while it stays up, reach 100 when delay and ramp are over, and no step is missed by waking at each', () => {
  const times = fc.integer({ min: 0, max: 600_000 })
  fc.assert(
    fc.property(times, times, (delayMs, rampMs) => {
      const own = spec({ delayMs, rampMs })
      let now = 0
      let state = next(begin(false), true, own, now)
      let last = -1
      for (let steps = 0; steps < 100; steps++) {
        const percent = admitted(state, own, now)
        expect(percent).toBeGreaterThanOrEqual(last)
        last = percent
        const wait = nextStepMs(state, own, now)
        if (!Number.isFinite(wait)) break
        // Just before the next step nothing has changed.
        if (wait > 1) expect(admitted(state, own, now + wait - 1)).toBe(percent)
        now += wait
        state = next(state, true, own, now)
      }
      expect(last).toBe(100)
      expect(now).toBeLessThanOrEqual(delayMs + rampMs + 20)
    }),
  )
})

test.each([
  // up, minimum share, the region
  [[true, false], undefined, true],
  [[false, false], undefined, false],
  [[true, false, false], 0.5, false],
  [[true, true, false], 0.5, true],
  [[true, false], 0.5, true],
  [[true, true, false], 1, false],
  [[], 0, false],
  [[...Array(7).fill(true), ...Array(93).fill(false)], 0.07, true],
] as const)('addresses %j with a minimum of %s: up %s', (ups, minimum, up) => {
  expect(regionUp(ups, minimum)).toBe(up)
})
