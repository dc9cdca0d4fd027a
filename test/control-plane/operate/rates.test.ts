import { expect, test } from 'vitest'
import { LOOK_MS, Rates, SPANS, type Totals } from '../../../src/control-plane/operate/rates.js'

const totals = (queries: number, regions: Totals['regions'] = {}): Totals => ({
  queries,
  limited: 0,
  dropped: 0,
  regions,
  rcodes: { NOERROR: queries },
  rungs: {},
  durations: {},
})

test('the first look has nothing to be compared with', () => {
  const rates = new Rates()
  rates.take(1000, totals(5))
  expect(rates.series('15m', 1000).slices).toEqual([])
})

test('a slice has what was counted since the look before, by region and code', () => {
  const rates = new Rates()
  rates.take(10_000, totals(5, { a: 3 }))
  rates.take(20_000, totals(12, { a: 3, b: 4 }))
  expect(rates.series('15m', 20_000).slices).toEqual([
    {
      until: 20_000,
      queries: 7,
      limited: 0,
      dropped: 0,
      regions: { b: 4 },
      rcodes: { NOERROR: 7 },
      rungs: {},
      durations: {},
    },
  ])
})

test('a longer span adds up the looks of one step', () => {
  const rates = new Rates()
  for (let i = 0; i <= 12; i++) rates.take(i * LOOK_MS, totals(i * 10))
  const { slices, stepMs } = rates.series('6h', 120_000)
  expect(stepMs).toBe(60_000)
  expect(slices.map(({ until, queries }) => [until, queries])).toEqual([
    [60_000, 60],
    [120_000, 60],
  ])
})

test('a counter that fell was begun anew', () => {
  const rates = new Rates()
  rates.take(0, totals(1000, { a: 900 }))
  rates.take(10_000, totals(4, { a: 2 }))
  expect(rates.series('15m', 10_000).slices[0]).toMatchObject({ queries: 4, regions: { a: 2 } })
})

test('no ring grows beyond its size, and what is too old is not told', () => {
  const rates = new Rates()
  const looks = SPANS['15m'].slices * 3
  for (let i = 0; i <= looks; i++) rates.take(i * LOOK_MS, totals(i))
  expect(rates.series('15m', looks * LOOK_MS).slices).toHaveLength(SPANS['15m'].slices)
  expect(rates.series('15m', looks * LOOK_MS * 2).slices).toEqual([])
})
