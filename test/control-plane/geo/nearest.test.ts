import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kilometres } from '../../../src/control-plane/geo/distance.js'
import { nearestFirst } from '../../../src/control-plane/geo/nearest.js'

const anywhere = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
})

test('of no points there is no order', () => {
  expect(nearestFirst([])({ latitude: 0, longitude: 0 })).toHaveLength(0)
})

test('one point is first', () => {
  expect([...nearestFirst([{ latitude: 1, longitude: 1 }])({ latitude: 1, longitude: 1 })]).toEqual([0])
})

test.each([2, 3, 64, 65, 1000])('of %d points at one place, the first one is first', count => {
  const points = Array<{ latitude: number; longitude: number }>(count).fill({ latitude: 35.68, longitude: 139.69 })
  const order = points.map((_, i) => i)
  expect([...nearestFirst(points)({ latitude: 50.11, longitude: 8.68 })]).toEqual(order)
  expect([...nearestFirst(points)({ latitude: 35.68, longitude: 139.69 })]).toEqual(order)
})

test.each([
  ['a few', 8],
  ['a thousand', 1000],
])('%s points come in the order of their distance, each once, from one client after another', (_, count) => {
  fc.assert(
    fc.property(
      fc.array(anywhere, { minLength: count, maxLength: count }),
      fc.array(anywhere, { minLength: 3, maxLength: 3 }),
      (points, clients) => {
        const nearest = nearestFirst(points)
        for (const client of clients) {
          const order = nearest(client)
          expect([...order].sort((a, b) => a - b)).toEqual(points.map((_, i) => i))
          const km = [...order].map(i => kilometres(points[i]!, client))
          // A metre is no order at the antipodes, where all formulas lose their digits.
          for (let i = 1; i < km.length; i++) expect(km[i]!).toBeGreaterThan(km[i - 1]! - 0.5)
        }
      },
    ),
    { numRuns: count > 100 ? 5 : 200 },
  )
})
