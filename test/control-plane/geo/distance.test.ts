import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chordSquared, kilometres, vectorOf } from '../../../src/control-plane/geo/distance.js'
import type { Location } from '../../../src/control-plane/traffic/document/region.js'

const at = (latitude: number, longitude: number): Location => ({ latitude, longitude })
const anywhere = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
})
const HALF_ROUND = 20_015.115

test.each([
  // what, a, b, km
  ['a point and itself', at(50.11, 8.68), at(50.11, 8.68), 0],
  ['Frankfurt and Singapore', at(50.11, 8.68), at(1.35, 103.82), 10_258.4],
  ['Virginia and Oregon', at(38.95, -77.45), at(45.84, -119.7), 3_510.072],
  ['a degree of the equator', at(0, 0), at(0, 1), 111.195],
  ['two degrees across the antimeridian', at(0, 179), at(0, -179), 222.39],
  ['one meridian under its two names', at(10, 180), at(10, -180), 0],
  ['a pole under two longitudes', at(90, 0), at(90, 123), 0],
  ['pole and pole', at(90, 0), at(-90, 77), HALF_ROUND],
  ['pole and equator', at(90, 0), at(0, -50), HALF_ROUND / 2],
  ['antipodes', at(37.5, 122.3), at(-37.5, -57.7), HALF_ROUND],
  ['over the pole', at(89, 0), at(89, 180), 222.39],
  ['a metre', at(50, 8), at(50.000009, 8), 0.001],
])('%s: %o, %o', (_, a, b, km) => {
  expect(Math.abs(kilometres(a, b) - km)).toBeLessThan(Math.max(0.0001, km * 1e-5))
})

test('distance is the same both ways, never negative, never more than half round the Earth', () => {
  fc.assert(
    fc.property(anywhere, anywhere, (a, b) => {
      const km = kilometres(a, b)
      expect(km).toBeGreaterThanOrEqual(0)
      expect(km).toBeLessThanOrEqual(HALF_ROUND + 0.001)
      expect(kilometres(b, a)).toBeCloseTo(km, 6)
    }),
  )
})

test('chords order points as kilometres do', () => {
  fc.assert(
    fc.property(anywhere, anywhere, anywhere, (from, a, b) => {
      const byKm = kilometres(from, a) - kilometres(from, b)
      const byChord = chordSquared(vectorOf(from), vectorOf(a)) - chordSquared(vectorOf(from), vectorOf(b))
      // Near the antipodes both lose digits: a metre there is no order.
      if (Math.abs(byKm) > 0.001 && kilometres(from, a) < HALF_ROUND - 10 && kilometres(from, b) < HALF_ROUND - 10)
        expect(Math.sign(byChord)).toBe(Math.sign(byKm))
    }),
    { numRuns: 2_000 },
  )
})
