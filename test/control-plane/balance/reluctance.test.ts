import { expect, test } from 'vitest'
import { between, calmStep, movedLately, reluctance, withMove } from '../../../src/control-plane/balance/reluctance.js'

const HOUR = 3_600_000

test('clients count as moved for an hour', () => {
  const moves = withMove(withMove([], 0, 0.01), HOUR / 2, 0.005)
  expect(movedLately(moves, HOUR - 1)).toBeCloseTo(0.015)
  expect(movedLately(moves, HOUR)).toBeCloseTo(0.005)
  expect(withMove(moves, HOUR, 0.02)).toHaveLength(2)
})

test.each([
  // moved within the hour, how reluctant, what may be moved next, and what for a great need
  [0, 0, 0.006, 0.006],
  [0.006, 0.5, 0.006, 0.006],
  [0.009, 0.75, 0.003, 0.006],
  [0.0119, 0.99, 0.0001, 0.006],
  [0.012, 1, 0.006, 0.006],
  [0.2, 1, 0.006, 0.006],
])(
  'where %d of all were moved within the hour, reluctance is %d, and %d may be moved next, %d for a great need',
  (spent, reluctant, next, great) => {
    expect(reluctance(spent)).toBeCloseTo(reluctant)
    expect(calmStep(spent, false)).toBeCloseTo(next)
    expect(calmStep(spent, true)).toBeCloseTo(great)
  },
)

test('a limit rises with reluctance', () => {
  expect([0, 0.5, 1].map(reluctant => between([1.05, 1.1], reluctant))).toEqual([1.05, 1.0750000000000002, 1.1])
})
