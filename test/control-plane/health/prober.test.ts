// What the prober tells, and when: one round, one word for each flip, and nothing after its end.
import { expect, test } from 'vitest'
import { EU, GRACE, keepTime, pass, scene } from './prober-scene.js'
import { documentOf, region, tcpSpec } from './specs.js'

keepTime()

test('a region without checks is up and nothing changes that; a region without addresses is there', async () => {
  const { prober } = scene()
  prober.configure(documentOf([region('free', ['192.0.2.9'], []), region('empty', [])]))
  await prober.firstRound()
  expect(prober.health().get('free')).toEqual([
    { address: '192.0.2.9', up: true, since: Date.now(), changeInMs: Number.POSITIVE_INFINITY, checks: [] },
  ])
  expect(prober.health().get('empty')).toEqual([])
})

test('a disabled region goes on being probed', async () => {
  const { prober, starts, state } = scene()
  prober.configure(documentOf([{ ...EU, enabled: false }]))
  await pass(30_000)
  expect(starts('192.0.2.1')).toHaveLength(4)
  expect(state('eu')).toEqual([true, 0, undefined])
})

test('a disabled check is not probed, and regions are judged as if they did not name it', async () => {
  const { prober, world, starts, state } = scene()
  world.set('192.0.2.70', 'refuses')
  const off = tcpSpec({ id: 'off', address: '192.0.2.70', enabled: false })
  prober.configure(documentOf([{ ...EU, checks: ['api', 'off'], dependsOn: ['off'] }], [tcpSpec(), off]))
  await pass(30_000)
  expect(starts('192.0.2.70')).toEqual([])
  expect(state('eu')).toEqual([true, 0, undefined])
  expect(
    prober
      .health()
      .get('eu')![0]!
      .checks.map(({ check }) => check),
  ).toEqual(['api'])
})

test('a check of one address that two regions name is probed once and shown twice', async () => {
  const { prober, world, starts, told } = scene()
  prober.configure(documentOf([region('a', ['2001:db8::1']), region('b', ['2001:db8:0::1'])]))
  await prober.firstRound()
  expect(starts('2001:db8::1').length + starts('2001:db8:0::1').length).toBe(1)
  world.set('2001:db8::1', 'refuses')
  await pass(20_000)
  expect(told.at(-1)?.map(({ region, address, up }) => [region, address, up])).toEqual([
    ['a', '2001:db8::1', false],
    ['b', '2001:db8:0::1', false],
  ])
})

test('health tells when each target was probed, how long that took and when it is next', async () => {
  const { prober, world } = scene()
  const began = Date.now()
  world.set('192.0.2.1', 'hangs')
  prober.configure(documentOf([EU]))
  await pass(4000 + GRACE)
  const check = prober.health().get('eu')![0]!.checks[0]!
  expect(check).toMatchObject({
    check: 'api',
    lastAt: began + 4000 + GRACE,
    lastMs: 4000 + GRACE,
    lastError: 'no answer within 4 s',
  })
  expect(check.nextAt).toBeGreaterThan(began + 4000)
  expect(check.nextAt).toBeLessThanOrEqual(began + 14_000)
})

test('a health value never changes once it was given out', async () => {
  const { prober, world } = scene()
  prober.configure(documentOf([EU]))
  await prober.firstRound()
  const given = prober.health()
  const copy = structuredClone(given)
  world.set('192.0.2.1', 'refuses')
  await pass(30_000)
  expect(given).toEqual(copy)
  expect(prober.health()).not.toEqual(copy)
})

test('a listener that throws stops neither the others nor the probing', async () => {
  const { prober, logged, starts, told } = scene()
  const second: number[] = []
  prober.onChange(() => {
    throw new Error('a bug')
  })
  prober.onChange((_, changes) => second.push(changes.length))
  prober.configure(documentOf([EU]))
  await pass(10_000)
  expect(told).toHaveLength(1)
  expect(second).toEqual([1])
  expect(starts('192.0.2.1').length).toBeGreaterThan(1)
  expect(logged.map(([message]) => message)).toContain('a listener to health failed')
})

test('after stop nothing is probed, told or waited for', async () => {
  const { prober, world, starts, told } = scene()
  world.set('192.0.2.1', 'hangs')
  prober.configure(documentOf([EU]))
  const round = prober.firstRound()
  prober.stop()
  await round
  await pass(60_000)
  expect(starts('192.0.2.1')).toHaveLength(1)
  expect(told).toEqual([])
})
