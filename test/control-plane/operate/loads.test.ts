import { describe, expect, test } from 'vitest'
import { LOAD_STEP_MS, Loads } from '../../../src/control-plane/operate/loads.js'
import { shedShare } from '../../../src/control-plane/publish/standing.js'

const REGIONS = new Set(['eu', 'us'])
const report = (current: number, at: number) => ({ current, capacity: 100, at })
const steps = (loads: Loads, from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => loads.step(REGIONS, from + i * LOAD_STEP_MS)).flat()

test('a load comes into force step by step, faster up than down', () => {
  const loads = new Loads()
  loads.report('eu', report(100, 0))
  loads.step(REGIONS, 0)
  expect(loads.inForce().get('eu')).toBe(0.2)
  loads.step(REGIONS, 0)
  expect(loads.inForce().get('eu')).toBe(0.36)
  loads.report('eu', report(16, 0))
  loads.step(REGIONS, 0)
  expect(loads.inForce().get('eu')).toBe(0.35)
})

test('what changes by less than half a percent changes nothing', () => {
  const loads = new Loads()
  loads.report('eu', report(60, 0))
  for (let i = 0; i < 200; i++) loads.step(REGIONS, 0)
  const settled = loads.inForce()
  loads.report('eu', report(59.9, 0))
  for (let i = 0; i < 20; i++) loads.step(REGIONS, 0)
  expect(loads.inForce()).toBe(settled)
})

test('a report that has gone stale is alarmed of once, and believed less and less', () => {
  const loads = new Loads()
  loads.report('eu', report(100, 0))
  expect(steps(loads, 0, 7)).toEqual([])
  const before = loads.inForce().get('eu')!
  expect(steps(loads, 70_000, 3)).toEqual(['eu'])
  expect(loads.list(90_000)).toMatchObject([{ region: 'eu', stale: true }])
  expect(loads.inForce().get('eu')).toBeLessThan(before)
  expect(loads.inForce().get('eu')).toBeGreaterThan(before * 0.7)
  loads.report('eu', report(100, 100_000))
  expect(steps(loads, 100_000, 1)).toEqual([])
  expect(steps(loads, 170_000, 1)).toEqual(['eu'])
})

test('a region that is gone is forgotten', () => {
  const loads = new Loads()
  loads.report('gone', report(100, 0))
  loads.report('eu', report(100, 0))
  loads.step(REGIONS, 0)
  expect(loads.list(0).map(({ region }) => region)).toEqual(['eu'])
})

describe('a region that is asked for more than it can carry, and sheds from 80 % to 100 %', () => {
  /** Clients follow the answers of now by a part each second, since they keep theirs for `keptS` on average. */
  function run(demand: number, keptS: number, minutes: number): readonly number[] {
    const loads = new Loads()
    let carried = demand
    return Array.from({ length: minutes * 60 }, (_, second) => {
      const left = shedShare(loads.inForce().get('eu') ?? 0, { low: 0.8, high: 1 })
      carried += (demand * (1 - left) - carried) / keptS
      if (second % 5 === 0) loads.report('eu', report(carried, second * 1000))
      if (second % 10 === 0) loads.step(REGIONS, second * 1000)
      return carried
    })
  }

  test.each([
    [130, 10],
    [130, 30],
    [130, 60],
    [200, 30],
    [105, 60],
  ])(
    'of %d percent, whose clients keep answers for %d s, settles below its capacity and stays there',
    (demand, keptS) => {
      const carried = run(demand, keptS, 60)
      const lastHalf = carried.slice(1800)
      expect(Math.max(...lastHalf)).toBeLessThan(100)
      expect(Math.max(...lastHalf) - Math.min(...lastHalf)).toBeLessThan(7)
      expect(Math.min(...carried)).toBeGreaterThan(25)
    },
  )
})
