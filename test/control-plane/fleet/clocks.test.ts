import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Clocks, clockOff } from '../../../src/control-plane/fleet/clocks.js'

test('a clock is as far ahead as the fastest of the last three signs of life says', () => {
  const clocks = new Clocks()
  const signs = [
    [30_000, 9000],
    [33_000, 3900],
    [36_000, 6050],
    [39_000, 9400],
  ] as const
  const seen = signs.map(([clock, now]) => {
    clocks.heard('ns2', clock, now)
    return clocks.ahead().get('ns2')
  })
  expect(seen).toEqual([undefined, undefined, 29_950, 29_950])
  clocks.forget('ns2')
  expect(clocks.ahead().size).toBe(0)
})

test('whatever the delays, a clock is never told to be further ahead than it is, nor further behind than by the least of them', () => {
  const delays = fc.array(fc.nat(60_000), { minLength: 3, maxLength: 8 })
  fc.assert(
    fc.property(fc.integer({ min: -1e6, max: 1e6 }), delays, (skew, delays) => {
      const clocks = new Clocks()
      for (const [i, delay] of delays.entries()) clocks.heard('ns2', i * 3000 + skew, i * 3000 + delay)
      expect(clocks.ahead().get('ns2')).toBe(skew - Math.min(...delays.slice(-3)))
    }),
  )
})

test.each([
  [undefined, ''],
  [0, ''],
  [-1999, ''],
  [2000, 'clock 2 s ahead'],
  [-29_990, 'clock 30 s behind'],
])('%j ms ahead is "%s"', (ahead, text) => {
  expect(clockOff(ahead)).toBe(text)
})
