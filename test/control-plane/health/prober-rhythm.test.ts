// When the prober probes: in a beat that each target keeps, and faster while a failure is confirmed.
import { expect, test, vi } from 'vitest'
import { beats, EU, keepTime, pass, scene, US, until } from './prober-scene.js'
import { documentOf, region, tcpSpec } from './specs.js'

keepTime()

test('a failure is confirmed at a fifth of the interval, recovery comes at the interval, and each flip is told once', async () => {
  const { prober, world, starts, state, logged, told } = scene()
  prober.configure(documentOf([EU]))
  await prober.firstRound()
  await pass(1000)
  world.set('192.0.2.1', 'refuses')
  const [, first] = await beats(starts, 2)
  expect(state('eu')).toEqual([true, 1, undefined])
  expect(prober.health().get('eu')![0]).toMatchObject({
    changeInMs: 4000,
    checks: [{ lastError: 'connection refused' }],
  })
  await pass(2000)
  expect(state('eu')).toEqual([true, 2, undefined])
  await pass(2000)
  expect(state('eu')).toEqual([false, 0, 'api: connection refused'])
  world.delete('192.0.2.1')
  await pass(6000)
  expect(state('eu')).toEqual([false, 1, 'api: passes again, but not yet often enough'])
  await pass(10_000)
  expect(state('eu')).toEqual([true, 0, undefined])
  expect(
    starts('192.0.2.1')
      .slice(1)
      .map(at => at - first!),
  ).toEqual([0, 2000, 4000, 10_000, 20_000])
  expect(logged.map(([message]) => message)).toEqual([
    'eu 192.0.2.1 is up',
    'eu 192.0.2.1 is down: api: connection refused',
    'eu 192.0.2.1 is up',
  ])
  const flip = { region: 'eu', address: '192.0.2.1' }
  expect(told).toEqual([
    [{ ...flip, up: true }],
    [],
    [],
    [{ ...flip, up: false, cause: 'api: connection refused' }],
    [],
    [{ ...flip, up: true }],
  ])
})

test.each([
  [undefined, [2000, 2000]],
  [500, [500, 500]],
  [10_000, [10_000, 10_000]],
])('with confirm %s the probes after a first failure follow by %j ms', async (confirmMs, gaps) => {
  const { prober, world, starts, state } = scene()
  prober.configure(documentOf([EU], [tcpSpec(confirmMs === undefined ? {} : { confirmMs })]))
  await beats(starts, 2)
  world.set('192.0.2.1', 'refuses')
  await until(() => !state('eu')[0])
  const [third, second, first] = starts('192.0.2.1').reverse()
  expect([second! - first!, third! - second!]).toEqual(gaps)
})

test.each([86_400_000, -86_400_000])(
  'a clock that jumps by %d ms turns nothing, and probes keep their beat',
  async jump => {
    const { prober, world, starts, state } = scene()
    prober.configure(documentOf([EU, US]))
    await beats(starts, 3)
    world.set('192.0.2.2', 'refuses')
    vi.setSystemTime(Date.now() + jump)
    const before = starts('192.0.2.1').length
    await pass(60_000)
    expect(state('eu')).toEqual([true, 0, undefined])
    expect(starts('192.0.2.1')).toHaveLength(before + 6)
    // What dies meanwhile is found as ever, and comes back.
    expect(state('us')).toEqual([false, 0, 'api: connection refused'])
    world.delete('192.0.2.2')
    await pass(20_000)
    expect(state('us')[0]).toBe(true)
  },
)

test('targets are spread over the interval, and each keeps its place', async () => {
  let n = 0
  const { prober, starts } = scene(() => n++ / 10)
  const addresses = Array.from({ length: 10 }, (_, i) => `192.0.2.${i + 1}`)
  prober.configure(documentOf([region('eu', addresses)]))
  await pass(60_000)
  const places = addresses.map(address => {
    const [, ...beats] = starts(address)
    expect(beats.slice(1).every((at, i) => at - beats[i]! === 10_000)).toBe(true)
    return beats[0]! % 10_000
  })
  expect(new Set(places.map(at => Math.floor(at / 1000))).size).toBe(10)
})

test('of one target at most one probe runs at a time, also when it outlasts its interval', async () => {
  const { prober, world, running } = scene()
  world.set('192.0.2.1', 'hangs')
  prober.configure(documentOf([EU], [tcpSpec({ intervalMs: 1000, timeoutMs: 4500 })]))
  await pass(60_000)
  expect(running.most).toBe(1)
})

test('after the process stood still, nothing is made up for, and not all targets are probed at once', async () => {
  const addresses = Array.from({ length: 20 }, (_, i) => `192.0.2.${i + 1}`)
  let n = 0
  const { prober, starts } = scene(() => n++ / 20)
  prober.configure(documentOf([region('eu', addresses)]))
  await pass(10_000)
  const before = addresses.map(address => starts(address).length)
  // The clocks move on by a minute while timers do not run, as after SIGSTOP.
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000)
  await pass(10_000)
  const probes = addresses.map((address, i) => starts(address).length - before[i]!)
  expect(Math.max(...probes)).toBeLessThanOrEqual(1)
  await pass(10_000)
  expect(addresses.every((address, i) => starts(address).length > before[i]!)).toBe(true)
  vi.restoreAllMocks()
})
