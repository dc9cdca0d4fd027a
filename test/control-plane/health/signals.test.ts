import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { checker } from '../../../src/control-plane/health/check.js'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import { createProber } from '../../../src/control-plane/health/prober.js'
import { MOST_SOURCES, type Seen, type Signal, withSignal } from '../../../src/control-plane/health/signal.js'
import { hurried } from '../../../src/control-plane/health/vote.js'
import type { PassiveCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import { documentOf, region, tcpSpec } from './specs.js'

const FAILING: Seen = { kind: 'verdict', failing: true }
const WELL: Seen = { kind: 'verdict', failing: false }

const passive = (more: Partial<PassiveCheckSpec> = {}): PassiveCheckSpec => ({
  ...tcpSpec(),
  type: 'passive',
  id: 'rum',
  port: 0,
  fall: 1,
  rise: 1,
  maxAgeMs: 60_000,
  errorRate: 0.05,
  samples: 100,
  weight: 2,
  alone: false,
  ...more,
})

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => vi.useRealTimers())

/** One region with a check of its own, which is well or ill, and one that listens. */
async function scene(more: Partial<PassiveCheckSpec> = {}) {
  const ill = new Set<string>()
  let probes = 0
  const told = checker({ execAllowed: false })
  const prober = createProber({
    crew: localCrew({
      probe: async (spec, address, ...rest) => {
        if (spec.type === 'passive') return told(spec, address, ...rest)
        probes++
        if (ill.has(address)) throw new Error('connection refused')
      },
    }),
    log: { info: () => {}, warn: () => {} },
    phases: () => 0.3,
  })
  const eu = region('eu', ['192.0.2.1', '192.0.2.2'], ['api', 'rum'])
  prober.configure(documentOf([eu, region('us', ['192.0.2.9'])], [tcpSpec(), passive(more)]))
  await prober.firstRound()
  // Just after a beat.
  const before = probes
  while (probes === before) await vi.advanceTimersByTimeAsync(100)
  const signal = (seen: Seen, extra: Partial<Signal> = {}): boolean =>
    prober.signal('eu', { source: 'rum', at: Date.now(), seen, ...extra })
  return {
    prober,
    ill,
    signal,
    probes: () => probes,
    ups: () =>
      prober
        .health()
        .get('eu')!
        .map(({ up }) => up),
    shown: () => prober.health().get('eu')![0]!.checks[1]!,
  }
}
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

test('a signal has the region looked at, and takes nothing out while its own checks pass', async () => {
  const { prober, signal, probes, ups, shown } = await scene({ weight: 100 })
  const before = probes()
  expect(signal(FAILING)).toBe(true)
  await pass(1)
  expect(probes()).toBe(before + 2)
  expect(shown()).toMatchObject({ check: 'rum', up: false, observe: true, lastError: 'rum: says that it fails' })
  await pass(50_000)
  expect(ups()).toEqual([true, true])
  prober.stop()
})

test('a failure of its own and a vote of two are three: the region is out at once', async () => {
  const { prober, ill, signal, ups } = await scene()
  ill.add('192.0.2.1').add('192.0.2.2')
  signal(FAILING)
  await pass(1)
  expect(ups()).toEqual([false, false])
  // It comes back by its own passes, as ever.
  ill.clear()
  await pass(10_000)
  expect(ups()).toEqual([false, false])
  await pass(10_000)
  expect(ups()).toEqual([true, true])
  prober.stop()
})

test('while somebody sees failures, answers may change sooner', async () => {
  const { prober, signal } = await scene()
  const changeIn = (): number => prober.health().get('eu')![0]!.checks[0]!.changeInMs
  expect(changeIn()).toBe(30_000)
  signal(FAILING)
  await pass(1)
  expect(changeIn()).toBe(10_000)
  signal(WELL)
  await pass(10_000)
  expect(changeIn()).toBe(30_000)
  prober.stop()
})

test('each source has a vote, for as long as it is believed', async () => {
  const { prober, ill, signal, ups } = await scene({ weight: 1, maxAgeMs: 30_000 })
  signal(FAILING, { source: 'lb' })
  signal(FAILING, { source: 'rum' })
  ill.add('192.0.2.1')
  await pass(10_000)
  expect(ups()).toEqual([false, true])
  ill.clear()
  await pass(60_000)
  expect(ups()).toEqual([true, true])
  // Both are older than that by now: three failures are three failures.
  ill.add('192.0.2.1')
  const began = Date.now()
  while (ups()[0] === true && Date.now() - began < 60_000) await pass(50)
  expect(Date.now() - began).toBeGreaterThanOrEqual(4000)
  prober.stop()
})

test('one address can be meant, and a region that nobody listens for is refused', async () => {
  const { prober, ill, signal, ups } = await scene()
  ill.add('192.0.2.1').add('192.0.2.2')
  expect(signal(FAILING, { address: '192.0.2.1' })).toBe(true)
  await pass(1)
  expect(ups()).toEqual([false, true])
  expect(signal(FAILING, { address: '192.0.2.77' })).toBe(false)
  expect(prober.signal('us', { source: 'lb', at: Date.now(), seen: FAILING })).toBe(false)
  expect(prober.signal('nowhere', { source: 'lb', at: Date.now(), seen: FAILING })).toBe(false)
  prober.stop()
})

test('alone, where it may, it takes the region out by itself, until it is old', async () => {
  const { prober, signal, ups } = await scene({ alone: true, maxAgeMs: 30_000 })
  signal({ kind: 'errors', errorRate: 0.5, samples: 200 })
  await pass(1)
  expect(ups()).toEqual([false, false])
  expect(prober.health().get('eu')![0]!.cause).toBe('rum: rum: 50 % of 200 requests failed')
  signal({ kind: 'errors', errorRate: 0.5, samples: 200 })
  await pass(29_000)
  expect(ups()).toEqual([false, false])
  await pass(11_000)
  expect(ups()).toEqual([true, true])
  prober.stop()
})

test('a check that only observes has no vote', async () => {
  const { prober, ill, signal, ups, shown } = await scene({ observe: true })
  ill.add('192.0.2.1')
  signal(FAILING)
  await pass(1)
  expect(shown().up).toBe(false)
  expect(ups()).toEqual([true, true])
  prober.stop()
})

test('a new document does not make it forget what was said', async () => {
  const { prober, ill, signal, ups, shown } = await scene()
  signal(FAILING)
  await pass(1)
  ill.add('192.0.2.1')
  prober.configure(documentOf([region('eu', ['192.0.2.1'], ['api', 'rum'])], [tcpSpec({ port: 81 }), passive()]))
  await pass(1)
  expect(shown().up).toBe(false)
  expect(ups()).toEqual([false])
  prober.stop()
})

test('a vote spares failures, and never the last one', () => {
  const at = (weight: number, now = 0): number => hurried({ fall: 3, rise: 2 }, { weight, until: 10 }, now).fall
  expect([0, 1, 2, 3, 99].map(weight => at(weight))).toEqual([3, 2, 1, 1, 1])
  expect(at(2, 10)).toBe(3)
})

test('sources are bounded; the one that was silent longest gives way', () => {
  let signals: readonly Signal[] = []
  for (let i = 0; i < MOST_SOURCES + 1; i++) signals = withSignal(signals, { source: `s${i}`, at: i, seen: WELL })
  signals = withSignal(signals, { source: 's5', at: 100, seen: FAILING })
  expect(signals).toHaveLength(MOST_SOURCES)
  expect(signals.some(({ source }) => source === 's0')).toBe(false)
  expect(signals.at(-1)).toMatchObject({ source: 's5', at: 100 })
  expect(signals.filter(({ source }) => source === 's5')).toHaveLength(1)
})
