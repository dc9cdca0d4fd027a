import { expect, test } from 'vitest'
import { countDuration, makeCounters, total } from '../../src/data-plane/counters.js'
import { Stopwatch } from '../../src/data-plane/stopwatch.js'

const durations = (counters: ReturnType<typeof makeCounters>) => total([counters]).durations
const timed = (counters: ReturnType<typeof makeCounters>): number =>
  durations(counters).reduce((sum, { count }) => sum + count, 0)

test.each([
  [0, 1],
  [1, 2],
  [7.9, 8],
  [8, 16],
  [999, 1024],
  [5e6, 2 ** 20],
])('what took %d µs is counted as less than %d, or among the longest', (us, belowUs) => {
  const counters = makeCounters()
  countDuration(counters, us, 3)
  expect(durations(counters)).toEqual([{ belowUs, count: 3 }])
})

test('one batch in ten milliseconds is timed, and all of its queries count', () => {
  const counters = makeCounters()
  const watch = new Stopwatch(counters)
  for (const now of [1000, 1003, 1009, 1010]) {
    watch.start(now)
    watch.stop(4)
  }
  expect(timed(counters)).toBe(8)
})

test('a batch that nothing was told of is not counted with the next, and a clock that is set back is followed', () => {
  const counters = makeCounters()
  const watch = new Stopwatch(counters)
  watch.start(1000)
  watch.start(1001)
  watch.stop(4)
  expect(timed(counters)).toBe(0)
  watch.start(500)
  watch.stop(1)
  expect(timed(counters)).toBe(1)
})
