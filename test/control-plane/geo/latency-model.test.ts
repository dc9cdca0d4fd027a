import fc from 'fast-check'
import { expect, test } from 'vitest'
import { agree, fitModel, modelled, USUAL } from '../../../src/control-plane/geo/latency-model.js'

const points = (endsMs: number, msPerKm: number, count = 60) =>
  Array.from({ length: count }, (_, i) => ({ km: i * 150, ms: endsMs + msPerKm * i * 150 }))

test('what lies on a line is fitted by that line', () => {
  expect(fitModel(points(7, 0.02))).toEqual({ model: { endsMs: 7, msPerKm: 0.02 }, points: 60, errorMs: 0 })
})

test('a fifth of the points may be nonsense', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 10_000, noNaN: true }), { maxLength: 15, minLength: 15 }), wild => {
      const line = points(5, 0.016)
      const spoiled = line.map((point, i) => (i % 5 === 0 ? { ...point, ms: wild[(i / 5) | 0]! } : point))
      const { model } = fitModel(spoiled)!
      expect(Math.abs(modelled(8000, model) - modelled(8000, { endsMs: 5, msPerKm: 0.016 }))).toBeLessThan(25)
    }),
  )
})

test.each([
  ['there are too few', points(5, 0.016, 11)],
  ['all are at one distance', points(5, 0.016).map(({ ms }) => ({ km: 1000, ms }))],
  ['there are none', []],
])('nothing is fitted where %s', (_, given) => {
  expect(fitModel(given)).toBeUndefined()
})

test('no line is faster than light, or falls with distance', () => {
  expect(fitModel(points(300, -0.03))?.model).toMatchObject({ msPerKm: 0.01 })
  expect(fitModel(points(0, 2))?.model).toMatchObject({ msPerKm: 0.05 })
})

test('a million points are fitted by a few of them', () => {
  expect(
    fitModel(points(7, 0.02, 1_000_000).map(p => ({ ...p, km: p.km % 20_000, ms: 7 + 0.02 * (p.km % 20_000) }))),
  ).toMatchObject({ model: { endsMs: 7, msPerKm: 0.02 }, points: 1_000_000 })
})

test('lines that say nearly the same agree', () => {
  expect(agree(USUAL, { endsMs: 8, msPerKm: 0.016 })).toBe(true)
  expect(agree(USUAL, { endsMs: 10, msPerKm: 0.016 })).toBe(false)
  expect(agree(USUAL, { endsMs: 4, msPerKm: 0.02 })).toBe(false)
})
