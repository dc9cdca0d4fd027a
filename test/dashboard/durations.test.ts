import { expect, test } from 'vitest'
import { within } from '../../src/dashboard/durations.js'

test.each([
  [{ 8: 100 }, 0.5, 6],
  [{ 8: 50, 16: 50 }, 0.5, 8],
  [{ 16: 50, 8: 50 }, 0.75, 12],
  [{ 4: 99, 1024: 1 }, 0.99, 4],
  [{ 4: 99, 1024: 1 }, 1, 1024],
  [{}, 0.5, undefined],
])('of %j the share %d was answered within %d µs', (durations, share, us) => {
  expect(within(durations, share)).toBe(us)
})
