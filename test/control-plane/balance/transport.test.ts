import { expect, test } from 'vitest'
import { solve } from '../../../src/control-plane/balance/highs.js'
import type { Group, Problem, Shares } from '../../../src/control-plane/balance/problem.js'
import { loadsOf } from '../../../src/control-plane/balance/problem.js'
import { transport } from '../../../src/control-plane/balance/transport.js'

const group = (key: string, demand: number, costs: Readonly<Record<string, number>>): Group => ({
  key,
  demand,
  options: Object.entries(costs).map(([region, ms]) => ({ region, ms })),
  natural: new Map([[Object.keys(costs)[0]!, 1]]), // a test gives at least one
  lands: shares => shares,
})
const room = (region: string, target: number, capacity = target) => ({ region, target, capacity, fixed: 0 })
const FREE = { inertiaMs: 0, mostMoved: 1 }
const natural = (one: Group): Shares => one.natural

async function solved(problem: Problem, wishes = FREE) {
  const { program, read } = transport(problem, natural, wishes)
  const plan = read(await solve(program))
  return { plan, loads: loadsOf(problem.groups, ({ key }) => plan.get(key)!) }
}

test('above the target, the clients that lose least go elsewhere', async () => {
  const groups = [group('near', 60, { a: 10, b: 90 }), group('between', 60, { a: 40, b: 45 })]
  const { plan, loads } = await solved({ groups, rooms: [room('a', 80), room('b', 1000)] })
  expect(plan.get('near')).toEqual(new Map([['a', 1]]))
  expect(plan.get('between')!.get('b')).toBeCloseTo(2 / 3)
  expect(loads.get('a')).toBeCloseTo(80)
})

test('the next region is not filled beyond its own target: what it has no room for goes on', async () => {
  const groups = [group('all', 100, { a: 10, b: 20, c: 200 })]
  const { loads } = await solved({ groups, rooms: [room('a', 50, 100), room('b', 20, 100), room('c', 100)] })
  expect(loads.get('a')).toBeCloseTo(50)
  expect(loads.get('b')).toBeCloseTo(20)
  expect(loads.get('c')).toBeCloseTo(30)
})

test('a chain is found: one group makes room for another', async () => {
  const groups = [group('x', 50, { a: 10, b: 12 }), group('y', 50, { b: 10, c: 14 })]
  const { loads, plan } = await solved({ groups, rooms: [room('a', 0), room('b', 50), room('c', 50)] })
  expect(loads).toEqual(
    new Map([
      ['b', 50],
      ['c', 50],
    ]),
  )
  expect(plan.get('y')).toEqual(new Map([['c', 1]]))
})

test('where targets do not suffice all rise together, and no capacity is passed while another has room', async () => {
  const groups = [group('all', 180, { a: 10, b: 20 })]
  const { loads } = await solved({ groups, rooms: [room('a', 60, 100), room('b', 60, 100)] })
  expect(loads.get('a')).toBeLessThanOrEqual(100.001)
  expect(loads.get('b')).toBeLessThanOrEqual(100.001)
})

test('where there is no room at all everybody is still sent somewhere', async () => {
  const groups = [group('all', 1000, { a: 10, b: 20 })]
  const { loads } = await solved({ groups, rooms: [room('a', 60, 100), room('b', 60, 100)] })
  expect(loads.get('a')! + loads.get('b')!).toBeCloseTo(1000)
})

test('what clients in no group bring counts', async () => {
  const groups = [group('all', 50, { a: 10, b: 20 })]
  const { loads } = await solved({ groups, rooms: [{ ...room('a', 80, 100), fixed: 60 }, room('b', 100)] })
  expect(loads.get('a')).toBeCloseTo(20)
})

test('a region that says nothing of itself carries whatever it gets', async () => {
  const { loads } = await solved({ groups: [group('all', 500, { a: 10, b: 20 })], rooms: [room('b', 1)] })
  expect(loads.get('a')).toBeCloseTo(500)
})

test('no more are moved than may be, and those of a lost region do not count', async () => {
  const groups = [
    group('stay', 100, { a: 10, b: 20 }),
    { ...group('lost', 50, { b: 20 }), natural: new Map([['gone', 1]]) },
  ]
  const { loads } = await solved(
    { groups, rooms: [room('a', 10, 100), room('b', 500)] },
    { inertiaMs: 0, mostMoved: 0.1 },
  )
  expect(loads.get('a')).toBeCloseTo(85)
  expect(loads.get('b')).toBeCloseTo(65)
})

test('for less than what it is worth nobody is moved', async () => {
  const groups = [{ ...group('all', 100, { a: 10, b: 11 }), natural: new Map([['b', 1]]) }]
  const { plan } = await solved({ groups, rooms: [room('a', 500), room('b', 500)] }, { inertiaMs: 2, mostMoved: 1 })
  expect(plan.get('all')).toEqual(new Map([['b', 1]]))
})
