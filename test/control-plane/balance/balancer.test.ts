import { describe, expect, test } from 'vitest'
import { BALANCE_STEP_MS, Balancer } from '../../../src/control-plane/balance/balancer.js'
import { Demand } from '../../../src/control-plane/balance/demand.js'
import { solve } from '../../../src/control-plane/balance/highs.js'
import { type Group, loadsOf, type Problem } from '../../../src/control-plane/balance/problem.js'

const group = (key: string, demand: number, ...regions: readonly string[]): Group => ({
  key,
  demand,
  options: regions.map((region, i) => ({ region, ms: 10 + 20 * i })),
  natural: new Map([[regions[0]!, 1]]), // a test gives at least one
  lands: shares => shares,
})
const rooms = [
  { region: 'a', target: 80, capacity: 100, fixed: 0 },
  { region: 'b', target: 800, capacity: 1000, fixed: 0 },
]
const problem = (demand: number): Problem => ({ groups: [group('x', demand, 'a', 'b'), group('y', 900, 'b')], rooms })
const loadAt = (balancer: Balancer, one: Problem) => loadsOf(one.groups, group => balancer.sharesOf(group)).get('a')!

describe('the balancer', () => {
  test('does nothing while all are within their targets', async () => {
    expect(await new Balancer(solve).step({ ...problem(70), rooms: [rooms[0]!] }, 0)).toEqual(new Map())
  })

  const HOUR = 3_600_000 / BALANCE_STEP_MS
  /** A region that is 11 % above its target, and what it carries at each of so many looks. */
  async function relieved(looks: number): Promise<readonly number[]> {
    const balancer = new Balancer(solve)
    const one = { groups: [group('x', 89, 'a', 'b'), group('y', 60, 'b')], rooms: [rooms[0]!] }
    const seen: number[] = []
    for (let i = 0; i < looks; i++) {
      await balancer.step(one, i * BALANCE_STEP_MS)
      seen.push(loadAt(balancer, one))
    }
    return seen
  }

  test('moves in calm steps until the region is below its target, and then leaves all as it is', async () => {
    const seen = await relieved(8 * HOUR)
    expect(seen[0]).toBeCloseTo(89 - 0.006 * 149) // of all
    expect(seen[9]).toBe(seen[0]) // five minutes have not passed yet
    expect(seen.at(-1)).toBeLessThan(80 * 1.05)
    expect(new Set(seen.slice(5 * HOUR)).size).toBe(1)
  })

  test('moves no more than two hundredths of the clients in any hour while no region is a tenth above its target', async () => {
    const seen = await relieved(6 * HOUR)
    for (let i = HOUR; i < seen.length; i++) expect((seen[i - HOUR]! - seen[i]!) / 149).toBeLessThanOrEqual(0.02)
  })

  test('does not relieve along with a region those that are within what is noise', async () => {
    const balancer = new Balancer(solve)
    const two = ['a', 'c'].map(region => ({ region, target: 80, capacity: 100, fixed: 0 }))
    const groups = [group('x', 85, 'a', 'b'), group('y', 83, 'c', 'b'), group('z', 900, 'b')]
    await balancer.step({ groups, rooms: two }, 0)
    expect(balancer.sharesOf(groups[0]!).get('b')).toBeGreaterThan(0.05)
    expect(balancer.sharesOf(groups[1]!)).toEqual(new Map([['c', 1]]))
  })

  test('sends nobody to a region that is above its target, however little', async () => {
    const balancer = new Balancer(solve)
    const two = ['a', 'c'].map(region => ({ region, target: 80, capacity: 100, fixed: 0 }))
    const groups = [group('x', 85, 'a', 'c', 'b'), group('y', 81, 'c', 'b'), group('z', 900, 'b')]
    await balancer.step({ groups, rooms: two }, 0)
    expect([...balancer.sharesOf(groups[0]!).keys()]).toEqual(['a', 'b'])
  })

  test('does not wait where a region is half on its way from its target to its capacity', async () => {
    const balancer = new Balancer(solve)
    const all = (demand: number): Problem => ({ groups: [group('x', demand, 'a', 'b')], rooms: [rooms[0]!] })
    await balancer.step(all(70), 0)
    await balancer.step(all(89), BALANCE_STEP_MS)
    expect(loadAt(balancer, all(89))).toBe(89)
    await balancer.step(all(91), 2 * BALANCE_STEP_MS)
    expect(loadAt(balancer, all(91))).toBeLessThan(80)
  })

  test('leaves a region alone that is above its target by less than is noise', async () => {
    expect(await new Balancer(solve).step({ ...problem(83), rooms: [rooms[0]!] }, 0)).toEqual(new Map())
  })

  test('lets clients go home when there is room again', async () => {
    const balancer = new Balancer(solve)
    const rooms = [{ region: 'a', target: 80, capacity: 100, fixed: 0 }]
    for (let i = 0; i < 20; i++)
      await balancer.step({ groups: [group('x', 120, 'a', 'b')], rooms }, i * BALANCE_STEP_MS)
    expect(balancer.sharesOf(group('x', 120, 'a', 'b')).get('b')).toBeGreaterThan(0.3)
    for (let i = 20; i < 1200; i += 10)
      await balancer.step({ groups: [group('x', 50, 'a', 'b')], rooms }, i * BALANCE_STEP_MS)
    expect(balancer.sharesOf(group('x', 50, 'a', 'b'))).toEqual(new Map([['a', 1]]))
  })

  test('lets all go home at once where nothing but a region that was lost has sent them away', async () => {
    const balancer = new Balancer(solve)
    const room = [
      { region: 'a', target: 400, capacity: 500, fixed: 0 },
      { region: 'b', target: 800, capacity: 1000, fixed: 0 },
      { region: 'c', target: 800, capacity: 1000, fixed: 0 },
    ]
    const [home, away] = [group('x', 150, 'a', 'b', 'c'), group('x', 150, 'b', 'c')]
    const rest = group('y', 800, 'b', 'c')
    for (let i = 0; i < 20; i++)
      await balancer.step({ groups: [away, rest], rooms: room.slice(1) }, i * BALANCE_STEP_MS)
    expect([...balancer.sharesOf(home).keys()]).not.toContain('a')
    await balancer.step({ groups: [home, rest], rooms: room }, 30 * BALANCE_STEP_MS)
    expect(balancer.sharesOf(home)).toEqual(new Map([['a', 1]]))
  })

  test('moves at once those whom a lost region leaves behind, and sends them where there is room', async () => {
    const balancer = new Balancer(solve)
    const rooms = [
      { region: 'b', target: 60, capacity: 75, fixed: 0 },
      { region: 'c', target: 60, capacity: 75, fixed: 0 },
    ]
    const left = { ...group('x', 100, 'b', 'c') }
    await balancer.step({ groups: [left], rooms }, 0)
    expect(loadsOf([left], one => balancer.sharesOf(one)).get('b')).toBeLessThanOrEqual(81)
    await balancer.step({ groups: [left], rooms }, BALANCE_STEP_MS)
    expect(loadsOf([left], one => balancer.sharesOf(one)).get('b')).toBeLessThanOrEqual(75)
  })

  test('what was in force stays where there is no solution', async () => {
    const balancer = new Balancer(() => Promise.reject(new Error('no solution')))
    await expect(balancer.step({ ...problem(95), rooms: [rooms[0]!] }, 0)).rejects.toThrow('no solution')
    expect(loadAt(balancer, problem(95))).toBe(95)
  })
})

describe('what groups bring', () => {
  const asking = (key: string, queries: number, region: string) => {
    const { demand: _, ...rest } = group(key, 0, region, 'b')
    return { ...rest, queries }
  }
  const at = (one: { readonly natural: ReadonlyMap<string, number> }) => one.natural

  test('adds up to what their region says that it carries', () => {
    const reports = new Map([['a', { current: 500, target: 800, capacity: 1000 }]])
    const { groups } = new Demand().problem(
      [asking('x', 3, 'a'), asking('y', 1, 'a')],
      new Map([['a', 1]]),
      reports,
      at,
      0,
    )
    expect(groups.map(({ demand }) => demand)).toEqual([300, 100])
  })

  test('is told by all regions where their own does not say', () => {
    const reports = new Map([
      ['a', { current: 500, target: 800, capacity: 1000 }],
      ['c', { target: 800, capacity: 1000 }],
    ])
    const { groups } = new Demand().problem([asking('x', 5, 'a'), asking('y', 1, 'c')], new Map(), reports, at, 0)
    expect(groups.map(({ demand }) => demand)).toEqual([500, 100])
  })

  test('is not taken for more when clients have been sent elsewhere and have not followed yet', () => {
    const demand = new Demand()
    const reports = new Map([
      ['a', { current: 100, target: 80, capacity: 100 }],
      ['b', { current: 100, target: 800, capacity: 1000 }],
    ])
    const groups = [asking('x', 10, 'a'), asking('y', 10, 'b')]
    demand.problem(groups, new Map(), reports, at, 0)
    const half = new Map([
      ['a', 0.5],
      ['b', 0.5],
    ])
    const { groups: after } = demand.problem(
      groups,
      new Map(),
      reports,
      ({ key }) => (key === 'x' ? half : new Map([['b', 1]])),
      1000,
    )
    expect(after[0]!.demand).toBeGreaterThan(98)
    expect(after[0]!.demand).toBeLessThan(102)
  })
})
