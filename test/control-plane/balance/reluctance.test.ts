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
  // moved within the hour, how reluctant, what may be moved next
  [0, 0, 0.007],
  [0.007, 0.5, 0.007],
  [0.0105, 0.75, 0.0035],
  [0.014, 1, 0.007],
  [0.2, 1, 0.007],
])(
  'where %d of all were moved within the hour, reluctance is %d, and %d may be moved next',
  (spent, reluctant, next) => {
    expect(reluctance(spent)).toBeCloseTo(reluctant)
    expect(calmStep(spent)).toBeCloseTo(next)
  },
)

test('a limit rises with reluctance', () => {
  expect([0, 0.5, 1].map(reluctant => between([1.05, 1.1], reluctant))).toEqual([1.05, 1.0750000000000002, 1.1])
})
