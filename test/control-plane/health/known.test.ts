import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decayed, flap } from '../../../src/control-plane/health/damping.js'
import { type Known, learn } from '../../../src/control-plane/health/known.js'
import { percentile95 } from '../../../src/control-plane/health/latency.js'
import type { ProbeResult } from '../../../src/control-plane/health/trace.js'
import type { DampingSpec, ProbedCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import { tcpSpec } from './specs.js'

const result = (passed: boolean, endedAt: number, ms = 5): ProbeResult => ({
  endedAt,
  ms,
  passed,
  heard: true,
  phases: {},
  ...(passed ? {} : { error: 'no' }),
})

/** All that was known after each result; one result each `everyMs`. */
function run(spec: ProbedCheckSpec, passes: readonly boolean[], everyMs = 10_000): readonly Known[] {
  const states: Known[] = []
  passes.forEach((passed, i) => {
    states.push(learn(states.at(-1), result(passed, i * everyMs), spec))
  })
  return states
}

/** `pfppf` */
const results = (text: string): readonly boolean[] => [...text].map(letter => letter === 'p')
const ups = (states: readonly Known[]): string => states.map(({ streak }) => (streak.up ? 'U' : 'd')).join('')

describe('steady: how many passes make failures forgotten', () => {
  test.each([
    // steady, results, up after each
    [1, 'pffpffpff', 'UUUUUUUUU'],
    [2, 'pffpff', 'UUUUdd'],
    [2, 'pffppff', 'UUUUUUU'],
    [3, 'pfppfppf', 'UUUUUUUd'],
  ])('with %d and %s it is %s', (steady, text, expected) => {
    expect(ups(run(tcpSpec({ steady }), results(text)))).toBe(expected)
  })
})

const SPEC = fc.record({
  fall: fc.integer({ min: 1, max: 5 }),
  rise: fc.integer({ min: 1, max: 5 }),
  steady: fc.integer({ min: 1, max: 4 }),
})
const DAMPING: fc.Arbitrary<DampingSpec> = fc
  .record({
    halfLifeMs: fc.integer({ min: 1000, max: 600_000 }),
    suppress: fc.double({ min: 1, max: 10, noNaN: true }),
    share: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
    holdMs: fc.integer({ min: 1000, max: 3_600_000 }),
  })
  .map(({ halfLifeMs, suppress, share, holdMs }) => ({ halfLifeMs, suppress, reuse: suppress * share, holdMs }))
const RESULTS = fc.array(fc.boolean(), { maxLength: 200 })

describe('whatever the results', () => {
  test('nothing comes up without `rise` passes in a row, nor goes down without `fall` failures since it was last steady', () => {
    fc.assert(
      fc.property(SPEC, fc.option(DAMPING, { nil: undefined }), RESULTS, (thresholds, damping, passes) => {
        const spec = tcpSpec({ ...thresholds, ...(damping === undefined ? {} : { damping }) })
        const states = run(spec, passes)
        states.forEach((state, i) => {
          const before = states[i - 1]
          if (before === undefined || before.streak.up === state.streak.up) return
          if (state.streak.up) expect(passes.slice(i + 1 - spec.rise, i + 1)).toEqual(Array(spec.rise).fill(true))
          else {
            const text = passes
              .slice(0, i + 1)
              .map(passed => (passed ? 'p' : 'f'))
              .join('')
            const unsteady = text.slice(text.lastIndexOf('p'.repeat(thresholds.steady)) + 1)
            expect([...unsteady].filter(letter => letter === 'f').length).toBeGreaterThanOrEqual(spec.fall)
          }
        })
      }),
    )
  })

  test('a penalty is bounded, and nothing is held longer than `hold` after it last went down', () => {
    fc.assert(
      fc.property(DAMPING, RESULTS, (damping, passes) => {
        const spec = tcpSpec({ fall: 1, rise: 1, damping })
        const ceiling = Math.max(damping.suppress, damping.reuse * 2 ** (damping.holdMs / damping.halfLifeMs))
        let fellAt = Number.NEGATIVE_INFINITY
        run(spec, passes).forEach((state, i, all) => {
          if (all[i - 1]?.streak.up === true && !state.streak.up) fellAt = state.lastAt
          expect(state.penalty?.value ?? 0).toBeLessThanOrEqual(ceiling * (1 + 1e-9))
          if (state.heldUntil !== undefined) expect(state.heldUntil).toBeLessThanOrEqual(fellAt + damping.holdMs + 1)
          // Without damping it would be up by now.
          if (passes[i] === true && !state.streak.up) expect(state.heldUntil).toBeGreaterThan(state.lastAt)
        })
      }),
    )
  })

  test('an inverted check is up exactly when the plain one would be down', () => {
    fc.assert(
      fc.property(RESULTS, passes => {
        const symmetric = { fall: 2, rise: 2 }
        const plain = run(tcpSpec(symmetric), passes)
        const inverted = run(tcpSpec({ ...symmetric, inverted: true }), passes)
        expect(inverted.map(({ streak }) => streak.up)).toEqual(plain.map(({ streak }) => !streak.up))
      }),
    )
  })
})

describe('damping', () => {
  const damping: DampingSpec = { halfLifeMs: 300_000, suppress: 3, reuse: 1, holdMs: 1_800_000 }
  const spec = tcpSpec({ fall: 1, rise: 1, damping })

  test('what goes down four times in as many minutes is held down, passes or not, until it has been quiet for ten', () => {
    const flapping = results('pppppf'.repeat(4))
    const states = run(spec, [...flapping, ...Array(120).fill(true)])
    const held = states.slice(flapping.length).filter(({ streak }) => !streak.up).length
    expect(held * 10).toBeGreaterThan(400)
    expect(held * 10).toBeLessThan(600)
    expect(states[flapping.length]).toMatchObject({ streak: { up: false, run: 0 }, heldUntil: expect.any(Number) })
    expect(states.at(-1)?.streak.up).toBe(true)
  })

  test('going down once in a while is no flapping', () => {
    const states = run(spec, results('f'.padStart(100, 'p').repeat(5)))
    expect(states.every(({ heldUntil }) => heldUntil === undefined)).toBe(true)
  })

  test('a penalty halves in a half-life; a clock that goes back does not make it grow', () => {
    const once = flap(undefined, damping, 1000)
    expect(decayed(once, damping, 301_000)).toBeCloseTo(0.5)
    expect(decayed(once, damping, 0)).toBe(1)
  })
})

describe('latency', () => {
  const spec = tcpSpec({ fall: 2, rise: 2, latency: { limitMs: 100, window: 20 } })
  const timed = (times: readonly number[]): readonly Known[] => {
    const states: Known[] = []
    for (const [i, ms] of times.entries()) states.push(learn(states.at(-1), result(true, i * 1000, ms), spec))
    return states
  }

  test('slow answers fail once the window is full of them, with words; one slow one does not', () => {
    const states = timed(Array(25).fill(300))
    expect(ups(states)).toBe(`${'U'.repeat(20)}${'d'.repeat(5)}`)
    expect(states.at(-1)?.lastError).toBe('too slow: the 95th percentile of 20 probes is 300 ms, more than 100 ms')
    expect(ups(timed([...Array(30).fill(50), 900, ...Array(30).fill(50)]))).toBe('U'.repeat(61))
  })

  test('the percentile is by the nearest rank', () => {
    expect(percentile95(Array.from({ length: 100 }, (_, i) => i + 1))).toBe(95)
    expect(percentile95([7])).toBe(7)
  })
})

test('what is held for the prober’s own fault counts for nothing, nor do the failures before it', () => {
  const spec = tcpSpec({ fall: 3 })
  const two = run(spec, results('pff')).at(-1)
  const held = learn(two, result(false, 30_000), spec, 'held')
  expect(held).toMatchObject({ streak: { up: true, run: 0 }, lastError: 'no' })
})

test('what waits for others keeps the failures before it, and is confirmed soon, also where one is enough', () => {
  const two = run(tcpSpec({ fall: 3 }), results('pff')).at(-1)
  const waiting = (before: typeof two, fall: number) =>
    learn(before, result(false, 30_000), tcpSpec({ fall }), 'awaited')
  expect(waiting(two, 3).streak).toEqual({ up: true, run: 2 })
  expect(learn(waiting(two, 3), result(false, 31_000), tcpSpec({ fall: 3 })).streak.up).toBe(false)
  const well = run(tcpSpec({ fall: 1 }), results('p')).at(-1)
  expect(waiting(well, 1).streak).toEqual({ up: true, run: 1 })
  expect(learn(waiting(well, 1), result(true, 31_000), tcpSpec({ fall: 1 })).streak).toEqual({ up: true, run: 0 })
})
