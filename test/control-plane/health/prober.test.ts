import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import { createProber, type Prober } from '../../../src/control-plane/health/prober.js'
import type { Probe } from '../../../src/control-plane/health/target.js'
import type { Change } from '../../../src/control-plane/health/view.js'
import { documentOf, region, tcpSpec } from './specs.js'

/** Two addresses of two regions; what each probe meets is in `world`. */
const EU = region('eu', ['192.0.2.1'])
const US = region('us', ['192.0.2.2'])

type Meets = 'passes' | 'refuses' | 'hangs'

interface Scene {
  readonly prober: Prober
  readonly world: Map<string, Meets>
  /** Start times of the probes of an address, in ms since the scene began. */
  starts(address: string): number[]
  readonly running: { now: number; most: number }
  readonly logged: [string, object][]
  readonly told: Change[][]
  /** `up`, run and cause of the only check of a region's first address. */
  state(region: string): [boolean, number | undefined, string | undefined]
}

let open: Scene[] = []

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  for (const { prober } of open) prober.stop()
  expect(vi.getTimerCount()).toBe(0)
  open = []
  vi.useRealTimers()
})

function scene(random: () => number = () => 0.3): Scene {
  const world = new Map<string, Meets>()
  const began = Date.now()
  const started: [string, number][] = []
  const running = { now: 0, most: 0 }
  const probe: Probe = async (_, address, signal, trace) => {
    started.push([address, Date.now() - began])
    running.most = Math.max(running.most, ++running.now)
    try {
      const meets = world.get(address) ?? 'passes'
      // What refuses is there.
      trace.heard = meets === 'refuses'
      if (meets === 'refuses') throw new Error('connection refused')
      if (meets === 'hangs')
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    } finally {
      running.now--
    }
  }
  const logged: [string, object][] = []
  const log = {
    info: (fields: object, message: string) => logged.push([message, fields]),
    warn: (fields: object, message: string) => logged.push([message, fields]),
  }
  const prober = createProber({ crew: localCrew({ probe }), log, random })
  const told: Change[][] = []
  prober.onChange((_, changes) => told.push([...changes]))
  const starts = (address: string): number[] => started.flatMap(([of, at]) => (of === address ? [at] : []))
  const state: Scene['state'] = id => {
    const address = prober.health().get(id)![0]!
    return [address.up, address.checks[0]?.run, address.cause]
  }
  const made = { prober, world, starts, running, logged, told, state }
  open.push(made)
  return made
}

/** A timeout lets the sockets be read once before it counts, which takes the fake clock a millisecond. */
const GRACE = 1

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

test('before the first result an address is not up and says so; one round later it is known', async () => {
  const { prober, world, state, logged } = scene()
  world.set('192.0.2.2', 'refuses')
  prober.configure(documentOf([EU, US]))
  expect(state('eu')).toEqual([false, 0, 'not checked yet'])
  await prober.firstRound()
  expect(state('eu')).toEqual([true, 0, undefined])
  expect(state('us')).toEqual([false, 0, 'api: connection refused'])
  const since = '2023-11-14T22:13:20.000Z'
  expect(logged).toEqual([
    ['eu 192.0.2.1 is up', { region: 'eu', address: '192.0.2.1', up: true, check: 'api', since }],
    [
      'us 192.0.2.2 is down: api: connection refused',
      { region: 'us', address: '192.0.2.2', up: false, cause: 'api: connection refused', check: 'api', since },
    ],
  ])
})

test('the first round waits for a target that hangs as long as its timeout, and no longer', async () => {
  const { prober, world, state } = scene()
  world.set('192.0.2.1', 'hangs')
  prober.configure(documentOf([EU, US]))
  let done = false
  void prober.firstRound().then(() => {
    done = true
  })
  await pass(3999)
  expect(done).toBe(false)
  await pass(GRACE + 1)
  expect(done).toBe(true)
  expect(state('eu')).toEqual([false, 0, 'api: no answer within 4 s'])
})

test('a probe that ignores its signal is over at its timeout all the same', async () => {
  const log = { info: () => {}, warn: () => {} }
  const prober = createProber({ crew: localCrew({ probe: () => new Promise(() => {}) }), log })
  prober.configure(documentOf([EU]))
  await pass(4000 + GRACE)
  expect(prober.health().get('eu')![0]!.cause).toBe('api: no answer within 4 s')
  prober.stop()
})

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

/** Advances until an address was probed `count` times. */
async function beats(starts: Scene['starts'], count: number): Promise<number[]> {
  while (starts('192.0.2.1').length < count) await pass(1)
  return starts('192.0.2.1')
}

test('whatever the phase, a black hole is out within 26 s and back within 20 s', async () => {
  const slowest = { out: 0, back: 0 }
  for (let i = 0; i < 100; i++) {
    const { prober, world, starts, state } = scene(() => i / 100)
    prober.configure(documentOf([EU]))
    await prober.firstRound()
    // The hole begins just after a probe that passed, or at some other moment of the interval.
    await beats(starts, 2)
    await pass(i % 2 === 0 ? 0 : (i * 97) % 10_000)
    world.set('192.0.2.1', 'hangs')
    slowest.out = Math.max(slowest.out, await until(() => !state('eu')[0]))
    await pass((i * 389) % 10_000)
    world.delete('192.0.2.1')
    slowest.back = Math.max(slowest.back, await until(() => state('eu')[0]))
    prober.stop()
  }
  expect(slowest.out).toBeGreaterThan(14_000)
  expect(slowest.out).toBeLessThanOrEqual(26_000)
  expect(slowest.back).toBeGreaterThan(10_000)
  // `until` looks every 50 ms.
  expect(slowest.back).toBeLessThanOrEqual(20_050)
})

test.each([
  ['with the defaults', { intervalMs: 10_000, timeoutMs: 4000 }, 30_000, 20_000],
  ['with fast settings', { intervalMs: 1000, timeoutMs: 600 }, 3000, 2000],
] as const)(
  '%s a region leaves and returns in time, over 100 random phases',
  async (_, timing, outMs, backMs) => {
    const arbitrary = fc.record({
      phase: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      // When in the interval it dies, and comes back, and how it dies.
      dies: fc.integer({ min: 0, max: timing.intervalMs }),
      returns: fc.integer({ min: 0, max: timing.intervalMs }),
      meets: fc.constantFrom('hangs', 'refuses'),
    })
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ phase, dies, returns, meets }) => {
        const { prober, world, state } = scene(() => phase)
        prober.configure(documentOf([EU], [tcpSpec(timing)]))
        await prober.firstRound()
        await pass(timing.intervalMs + dies)
        world.set('192.0.2.1', meets)
        expect(await until(() => !state('eu')[0])).toBeLessThanOrEqual(outMs)
        await pass(returns)
        world.delete('192.0.2.1')
        // `until` looks every 50 ms.
        expect(await until(() => state('eu')[0])).toBeLessThanOrEqual(backMs + 50)
        prober.stop()
      }),
      { numRuns: 100 },
    )
  },
  60_000,
)

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

async function until(condition: () => boolean): Promise<number> {
  const began = Date.now()
  while (!condition() && Date.now() - began < 60_000) await pass(50)
  return Date.now() - began
}

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

test('a pair of check and address that two regions share is probed once and shown twice', async () => {
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

test('a new document keeps what did not change, drops what is gone and probes what is new at once', async () => {
  const { prober, world, starts, state } = scene()
  world.set('192.0.2.1', 'refuses')
  prober.configure(documentOf([EU, US]))
  await pass(5000)
  const old = { eu: prober.health().get('eu'), us: starts('192.0.2.2').length, beats: starts('192.0.2.1').length }
  prober.configure(documentOf([EU, region('asia', ['192.0.2.3'])]))
  expect(prober.health().get('eu')).toEqual(old.eu)
  expect([...prober.health().keys()]).toEqual(['eu', 'asia'])
  expect(starts('192.0.2.1')).toHaveLength(old.beats)
  expect(starts('192.0.2.3')).toHaveLength(1)
  await prober.firstRound()
  expect(state('asia')).toEqual([true, 0, undefined])
  await pass(30_000)
  expect(starts('192.0.2.2')).toHaveLength(old.us)
  expect(starts('192.0.2.1')).toHaveLength(old.beats + 3)
})

test('an edited check is probed at once and holds its verdict until its own results say otherwise', async () => {
  const { prober, world, starts, state } = scene()
  prober.configure(documentOf([EU]))
  await pass(1000)
  world.set('192.0.2.1', 'refuses')
  prober.configure(documentOf([EU], [tcpSpec({ port: 81 })]))
  expect(state('eu')).toEqual([true, 0, undefined])
  expect(starts('192.0.2.1')).toHaveLength(2)
  await pass(0)
  expect(state('eu')).toEqual([true, 1, undefined])
  await pass(4000)
  expect(state('eu')).toEqual([false, 0, 'api: connection refused'])
})

test('a check that is added takes nothing out before it has a result', async () => {
  const { prober, world } = scene()
  prober.configure(documentOf([EU]))
  await pass(1000)
  world.set('192.0.2.1', 'hangs')
  prober.configure(documentOf([{ ...EU, checks: ['api', 'deep'] }], [tcpSpec(), tcpSpec({ id: 'deep' })]))
  await pass(1000)
  expect(prober.health().get('eu')![0]).toMatchObject({ up: true, changeInMs: 0 })
  await pass(3000 + GRACE)
  expect(prober.health().get('eu')![0]).toMatchObject({ up: false, cause: 'deep: no answer within 4 s' })
})

test('a restart takes over young health, waits for nothing, and probes at once all the same', async () => {
  const before = scene()
  before.world.set('192.0.2.1', 'refuses')
  before.prober.configure(documentOf([EU, US]))
  await pass(5000)
  const saved = JSON.parse(JSON.stringify(before.prober.saved()))
  before.prober.stop()
  for (const order of ['restore first', 'configure first']) {
    const after = scene()
    after.world.set('192.0.2.1', 'hangs').set('192.0.2.2', 'hangs')
    if (order === 'restore first') after.prober.restore(saved, 60_000, Date.now())
    after.prober.configure(documentOf([EU, US]))
    if (order === 'configure first') after.prober.restore(saved, 60_000, Date.now())
    await after.prober.firstRound()
    expect(after.state('eu')).toEqual([false, 0, 'api: connection refused'])
    expect(after.state('us')).toEqual([true, 0, undefined])
    expect(after.starts('192.0.2.1')).toEqual([0])
    const since = before.prober.health().get('us')![0]!.since
    expect(after.prober.health().get('us')![0]!.since).toBe(since)
  }
})

test('health that is too old is forgotten', async () => {
  const before = scene()
  before.prober.configure(documentOf([EU]))
  await pass(0)
  const saved = before.prober.saved()
  before.prober.stop()
  await pass(60_001)
  const after = scene()
  after.prober.restore(saved, 60_000, Date.now())
  after.prober.configure(documentOf([EU]))
  expect(after.state('eu')).toEqual([false, 0, 'not checked yet'])
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
