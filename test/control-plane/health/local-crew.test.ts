import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Assignment, Crew, Report, Suspicion } from '../../../src/control-plane/health/crew.js'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import type { Probe } from '../../../src/control-plane/health/target.js'
import { tcpSpec } from './specs.js'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  crew?.stop()
  crew = undefined
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

let crew: Crew | undefined
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

type Meets = 'passes' | 'refuses' | 'silent' | 'unreachable'

function scene(
  count: number,
  options: { readonly spec?: (i: number) => object; readonly address?: (i: number) => string } = {},
) {
  const address = options.address ?? ((i: number) => `192.0.2.${i}`)
  const world = new Map<string, Meets>()
  const reports: Report[] = []
  const suspicions: (readonly Suspicion[])[] = []
  const starts: number[] = []
  const probe: Probe = async (_, at, signal, trace) => {
    starts.push(Date.now())
    const meets = world.get(at) ?? 'passes'
    trace.heard = meets === 'passes' || meets === 'refuses'
    if (meets === 'silent')
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    if (meets !== 'passes') throw new Error(meets)
  }
  const mine = localCrew({ probe })
  crew = mine
  mine.onReports(batch => reports.push(...batch))
  mine.onSuspicion(all => suspicions.push(all))
  const targets = Array.from(
    { length: count },
    (_, i): Assignment => ({ id: i, spec: tcpSpec(options.spec?.(i)), address: address(i), phase: i / count }),
  )
  mine.assign(targets, [])
  const all = (meets: Meets, of = targets): void => {
    for (const { address } of of) world.set(address, meets)
  }
  const ups = (): number => {
    const last = new Map(reports.map(({ id, known }) => [id, known.streak.up]))
    return [...last.values()].filter(up => up).length
  }
  return { crew: mine, world, reports, suspicions, starts, targets, all, ups }
}

test('new targets begin at a pace that takes ten thousand in four seconds, and none is lost', async () => {
  const { starts, reports, crew } = scene(2000, { address: i => `127.${i >> 16}.${(i >> 8) & 255}.${i & 255}` })
  expect(starts.length).toBe(200)
  await pass(400)
  expect(new Set(reports.map(({ id }) => id)).size).toBeLessThanOrEqual(200 + 21 * 50)
  await pass(400)
  expect(new Set(reports.map(({ id }) => id)).size).toBe(2000)
  expect(crew.state()).toMatchObject({ failed: 0, waiting: 0, targets: 2000 })
})

test('no more than sixteen probes of one address run at a time', async () => {
  const { all, crew, targets } = scene(40, { address: () => '192.0.2.1' })
  crew.stop()
  all('silent', targets)
  const again = scene(40, { address: () => '192.0.2.1' })
  again.all('silent')
  await pass(1)
  expect(again.crew.state().running).toBeLessThanOrEqual(16)
})

test.each(['silent', 'unreachable'] as const)(
  'where everything is %s at once, the prober suspects itself, holds what was, and goes on when it is over',
  async meets => {
    const { all, ups, suspicions, crew } = scene(10)
    await pass(20_000)
    expect(ups()).toBe(10)
    all(meets)
    await pass(120_000)
    expect(ups()).toBe(10)
    expect(suspicions).toHaveLength(1)
    expect(suspicions[0]).toMatchObject([{ family: 4 }])
    expect(crew.state().suspicions).toHaveLength(1)
    all('passes')
    await pass(15_000)
    expect(ups()).toBe(10)
    expect(suspicions.at(-1)).toEqual([])
    // Trusted again, it takes down what is down.
    all('silent', [{ address: '192.0.2.3' } as Assignment])
    await pass(30_000)
    expect(ups()).toBe(9)
  },
)

test('two addresses are enough to suspect itself; of one nobody can tell, and it goes down', async () => {
  const two = scene(2)
  await pass(20_000)
  two.all('silent')
  await pass(60_000)
  expect(two.ups()).toBe(2)
  two.crew.stop()
  const one = scene(1)
  await pass(20_000)
  one.all('silent')
  await pass(60_000)
  expect(one.ups()).toBe(0)
  expect(one.suspicions).toEqual([])
})

test('two failures are enough to fall: whenever all is silent, nobody falls before the others have told', async () => {
  // The others take longer to be known silent.
  const spec = (i: number) => ({ intervalMs: 1000, timeoutMs: i === 0 ? 400 : 900, fall: 2, rise: 1 })
  for (let phase = 0; phase < 1000; phase += 50) {
    const { all, ups, suspicions, crew } = scene(3, { spec })
    await pass(5000 + phase)
    all('silent')
    await pass(20_000)
    expect([ups(), suspicions.length], `silent from ${phase} ms on`).toEqual([3, 1])
    all('passes')
    await pass(5000)
    expect([ups(), suspicions.at(-1)]).toEqual([3, []])
    // One that is silent by itself waits for nobody.
    all('silent', [{ address: '192.0.2.0' } as Assignment])
    await pass(2500)
    expect(ups()).toBe(2)
    crew.stop()
  }
})

test('what refuses is there: an outage of everything that answers is believed', async () => {
  const { all, ups, suspicions } = scene(10)
  await pass(20_000)
  all('refuses')
  await pass(30_000)
  expect(ups()).toBe(0)
  expect(suspicions).toEqual([])
})

test.each([
  // targets, of which fall silent, believed
  [10, 6, true],
  [10, 7, false],
  [3, 2, true],
  [3, 3, false],
  [100, 20, true],
])('of %d targets %d fall silent at once: believed %s', async (count, silent, believed) => {
  const { all, ups, suspicions, targets } = scene(count)
  await pass(20_000)
  all('silent', targets.slice(0, silent))
  await pass(90_000)
  expect(ups()).toBe(believed ? count - silent : count)
  expect(suspicions.length > 0).toBe(!believed)
})

test('regions that were down before are no witnesses', async () => {
  const { all, ups, targets } = scene(20)
  all('silent', targets.slice(0, 12))
  await pass(20_000)
  expect(ups()).toBe(8)
  all('silent', targets.slice(12, 14))
  await pass(60_000)
  expect(ups()).toBe(6)
})

test('the families are judged apart: losing IPv6 holds IPv6, and IPv4 goes on', async () => {
  const { all, ups, suspicions, targets } = scene(10, { address: i => (i < 5 ? `192.0.2.${i}` : `2001:db8::${i}`) })
  await pass(20_000)
  all('silent', targets.slice(4))
  await pass(60_000)
  // Four that answer, one that is believed to be down, and five that are held.
  expect(ups()).toBe(9)
  expect(suspicions[0]).toMatchObject([{ family: 6 }])
})

test('while it suspects itself, what is held is probed in the usual rhythm, so that no storm begins', async () => {
  const { all, starts } = scene(100)
  await pass(20_000)
  all('unreachable')
  await pass(30_000)
  const before = starts.length
  await pass(60_000)
  // Six rounds, and eight witnesses a second.
  expect(starts.length - before).toBeLessThan(100 * 6 + 8 * 60 + 100)
})
