import { expect, test } from 'vitest'
import { solve } from '../../../src/control-plane/balance/highs.js'
import { apart, planned } from '../../../src/control-plane/balance/plan.js'
import { type Group, loadsOf, type Shares } from '../../../src/control-plane/balance/problem.js'

/** A group of networks that are not divided: each lands by a number of its own, from 0 to 1. */
function lumps(key: string, networks: readonly (readonly [demand: number, at: number])[], ms = 20): Group {
  const demand = networks.reduce((sum, [one]) => sum + one, 0)
  return {
    key,
    demand,
    options: [
      { region: 'a', ms: 10 },
      { region: 'b', ms },
    ],
    natural: new Map([['a', 1]]),
    lands(shares: Shares) {
      const atB = networks.reduce((sum, [one, at]) => sum + (at < (shares.get('b') ?? 0) ? one : 0), 0) / demand
      return new Map(Object.entries({ a: 1 - atB, b: atB }).filter(([, share]) => share > 0))
    },
  }
}
const room = (region: string, target: number) => ({ region, target, capacity: target * 1.25, fixed: 0 })
const WISHES = { inertiaMs: 0, mostMoved: 1 }
const natural = (group: Group) => ({ shares: group.natural, landed: group.natural })
const fine = (key: string, demand: number, ms: number) =>
  lumps(
    key,
    Array.from({ length: 1000 }, (_, i) => [demand / 1000, i / 1000]),
    ms,
  )

test('a group of few networks is given out by shares that come out as they are wanted', async () => {
  // Of four equal networks three are to stay: a quarter for b would move nobody.
  const group = lumps('x', [
    [25, 0.3],
    [25, 0.6],
    [25, 0.7],
    [25, 0.9],
  ])
  const { shares, landed, moved } = await planned({ groups: [group], rooms: [room('a', 75)] }, natural, WISHES, solve)
  expect(shares.get('x')!.get('b')).toBeGreaterThan(0.3)
  expect(landed.get('x')!.get('b')).toBeCloseTo(0.25)
  expect(moved).toBeCloseTo(0.25)
})

test('what one great network does not give, others that lose more by it do', async () => {
  const groups = [lumps('great', [[60, 0.5]], 12), fine('small', 100, 40)]
  const { shares, landed } = await planned({ groups, rooms: [room('a', 140)] }, natural, WISHES, solve)
  expect(shares.get('great')).toEqual(new Map([['a', 1]]))
  expect(landed.get('small')!.get('b')).toBeCloseTo(0.2, 1)
  expect(loadsOf(groups, ({ key }) => landed.get(key)!).get('a')).toBeLessThanOrEqual(142)
})

test('a great network that is elsewhere stays there where that is as good', async () => {
  const great = lumps('great', [[60, 0.5]], 12)
  const moved = { shares: new Map([['b', 1]]), landed: new Map([['b', 1]]) }
  const problem = { groups: [great], rooms: [room('a', 30)] }
  const { shares } = await planned(problem, () => moved, WISHES, solve)
  expect(shares.get('great')).toBe(moved.shares)
})

test.each([
  [{ a: 1 }, { a: 1 }, 0],
  [{ a: 1 }, { b: 1 }, 1],
  [{ a: 0.5, b: 0.5 }, { a: 0.25, c: 0.75 }, 0.75],
])('%o and %o are %d apart', (a, b, share) => {
  expect(apart(new Map(Object.entries(a)), new Map(Object.entries(b)))).toBeCloseTo(share)
})
