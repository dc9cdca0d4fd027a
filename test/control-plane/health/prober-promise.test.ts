// How soon a region that dies leaves the answers, and how soon it returns.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decidedWithinMs } from '../../../src/control-plane/health/rhythm.js'
import { beats, EU, keepTime, type Meets, pass, scene, US, until } from './prober-scene.js'
import { documentOf, region, tcpSpec } from './specs.js'

keepTime()

test('whatever the phase, a black hole is out within 23 s and back within 20 s', async () => {
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
  // `until` looks every 50 ms.
  expect(slowest.out).toBeLessThanOrEqual(23_050)
  expect(slowest.back).toBeGreaterThan(10_000)
  expect(slowest.back).toBeLessThanOrEqual(20_050)
})

const DEFAULTS = { intervalMs: 10_000, timeoutMs: 4000 }
const FAST = { intervalMs: 1000, timeoutMs: 600 }
/** A witness that takes longer to tell than all failures of the others. */
const SLOW = { intervalMs: 60_000, timeoutMs: 30_000 }

test.each([
  // how it is probed, how the region beside it is, the most that it may take to leave and to return
  ['with the defaults', DEFAULTS, DEFAULTS, 30_000, 20_000],
  ['with the defaults beside a slow check', DEFAULTS, SLOW, 30_000, 20_000],
  ['with fast settings', FAST, FAST, 3000, 2000],
  ['with fast settings beside a slow check', FAST, SLOW, 3000, 2000],
] as const)(
  '%s a region leaves and returns in time, over 100 random phases',
  async (_, timing, beside, outMs, backMs) => {
    const phase = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    const arbitrary = fc.record({
      phases: fc.array(phase, { minLength: 2, maxLength: 2 }),
      // When in the interval it dies, and comes back, and how it dies.
      dies: fc.integer({ min: 0, max: timing.intervalMs }),
      returns: fc.integer({ min: 0, max: timing.intervalMs }),
      meets: fc.constantFrom('hangs' as const, 'refuses' as const),
      // How the region beside it is meanwhile.
      slow: fc.constantFrom<Meets>('passes', beside.timeoutMs - 100, 'refuses'),
    })
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ phases, dies, returns, meets, slow }) => {
        let next = 0
        const { prober, world, state } = scene(() => phases[next++]!)
        const checks = [tcpSpec(timing), tcpSpec({ id: 'beside', ...beside })]
        prober.configure(documentOf([EU, { ...US, checks: ['beside'] }], checks))
        await prober.firstRound()
        await pass(timing.intervalMs + dies)
        world.set('192.0.2.1', meets).set('192.0.2.2', slow)
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

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const unlike = fc.record({
  intervalMs: fc.constantFrom(1000, 2000, 10_000),
  timeout: fc.double({ min: 0.05, max: 0.9, noNaN: true }),
  fall: fc.integer({ min: 1, max: 4 }),
  phase: share,
  meets: fc.constantFrom('passes' as const, 'hangs' as const, 'refuses' as const),
  /** Of its interval, from when the first one dies on. */
  dies: share,
})

test('among many addresses of unlike checks that die, each is out within the formula, or it is silent and all are held', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(unlike, { minLength: 2, maxLength: 8 }), async checks => {
      let next = 0
      const { prober, world } = scene(() => checks[next++]!.phase)
      const specs = checks.map(({ intervalMs, timeout, fall }, i) =>
        tcpSpec({ id: `c${i}`, intervalMs, timeoutMs: Math.ceil(intervalMs * timeout), fall, rise: 1 }),
      )
      const regions = checks.map((_, i) => region(`r${i}`, [`192.0.2.${i}`], [`c${i}`]))
      prober.configure(documentOf(regions, specs))
      await pass(15_000)
      const began = Date.now()
      const outAt = new Map<string, number>()
      let suspectedAt = Number.POSITIVE_INFINITY
      prober.onChange((_, changes) => {
        if (prober.state().suspicions.length > 0) suspectedAt = Math.min(suspectedAt, Date.now())
        for (const { region } of changes) outAt.set(region, Date.now())
      })
      const diesAt = checks.map(({ dies, intervalMs }) => began + Math.floor(dies * intervalMs))
      checks.forEach(({ meets }, i) => {
        setTimeout(() => world.set(`192.0.2.${i}`, meets), diesAt[i]! - began)
      })
      await pass(60_000)
      checks.forEach(({ meets }, i) => {
        const spec = specs[i]!
        // A millisecond for each timeout, see `GRACE`, and one for a beat that is no whole number.
        const by = diesAt[i]! + spec.intervalMs + decidedWithinMs(spec) + spec.fall + 2
        if (meets === 'passes') expect(outAt.has(`r${i}`)).toBe(false)
        else if (meets === 'refuses' || by < suspectedAt) expect(outAt.get(`r${i}`), `r${i}`).toBeLessThanOrEqual(by)
      })
      prober.stop()
    }),
    { numRuns: 40 },
  )
})

test('forty checks of one address, sixteen at a time: one that is needed is out as if it were alone', async () => {
  const of = (count: number, needs: 'all' | 'any') => {
    let next = 0
    const made = scene(() => next++ / count)
    const specs = Array.from({ length: count }, (_, i) => tcpSpec({ id: `c${i}`, port: i + 1 }))
    const eu = {
      ...region(
        'eu',
        ['192.0.2.1'],
        specs.map(({ id }) => id),
      ),
      needs,
    }
    made.prober.configure(documentOf([eu], specs))
    return made
  }
  const slowest = { all: 0, any: 0 }
  for (const needs of ['all', 'any'] as const)
    for (let phase = 0; phase < 10_000; phase += 970) {
      const { prober, world, state } = of(40, needs)
      await pass(12_000 + phase)
      world.set('192.0.2.1', 'hangs')
      slowest[needs] = Math.max(slowest[needs], await until(() => !state('eu')[0]))
      expect(prober.state().queuedMs).toBeGreaterThan(0)
      prober.stop()
    }
  expect(slowest.all).toBeLessThanOrEqual(23_000)
  // Three rounds of sixteen have to end before all of them are known: see docs/health.md.
  expect(slowest.any).toBeLessThanOrEqual(10_000 + 3 * 3 * 4000 + 1000)
})
