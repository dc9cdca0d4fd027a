import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import { createProber, type Prober } from '../../../src/control-plane/health/prober.js'
import type { Probe } from '../../../src/control-plane/health/target.js'
import { documentOf, region, tcpSpec } from './specs.js'

const EU = region('eu', ['192.0.2.1'])
const US = region('us', ['192.0.2.2'])

let prober: Prober
let failing: Set<string>
beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
  failing = new Set()
  const probe: Probe = async (_, address, _signal, trace) => {
    trace.heard = true
    if (failing.has(address)) throw new Error('connection refused')
  }
  prober = createProber({ crew: localCrew({ probe }), log: { info: () => {}, warn: () => {} }, phases: () => 0.3 })
})
afterEach(() => {
  prober.stop()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
const up = (id: string): boolean | undefined => prober.health().get(id)?.[0]?.up
const lastError = (id: string): string | undefined => prober.health().get(id)?.[0]?.checks[0]?.lastError

test('a fault is found as any other: after `fall` probes, the confirming ones faster, and by its name', async () => {
  prober.configure(documentOf([EU, US]))
  await pass(10_000)
  prober.inject('eu', 'drill 7')
  expect(up('eu')).toBe(true)
  await pass(10_000 + 3 * 2000)
  expect([up('eu'), up('us')]).toEqual([false, true])
  expect(prober.health().get('eu')?.[0]?.cause).toBe('api: drill 7: injected fault (the probe itself passed)')
  expect(prober.state().suspicions).toEqual([])
})

test('what the probes really find is told beside it', async () => {
  prober.configure(documentOf([EU, US]))
  prober.inject('eu', 'drill 7')
  failing.add('192.0.2.1')
  await pass(30_000)
  expect(lastError('eu')).toBe('drill 7: injected fault (the probe itself: connection refused)')
})

describe('lifted', () => {
  const takenDown = async (): Promise<void> => {
    prober.configure(documentOf([EU, US]))
    await pass(10_000)
    prober.inject('eu', 'drill 7')
    await pass(30_000)
    expect(up('eu')).toBe(false)
  }

  test('at once, the region is as if nothing had been: up', async () => {
    await takenDown()
    prober.lift('eu', 'at-once')
    expect([up('eu'), lastError('eu')]).toEqual([true, undefined])
  })

  test('at once, a region that has really failed meanwhile stays down', async () => {
    await takenDown()
    failing.add('192.0.2.1')
    await pass(40_000)
    prober.lift('eu', 'at-once')
    expect([up('eu'), lastError('eu')]).toEqual([false, 'connection refused'])
  })

  test('by its results, it is up after `rise` passes and not before', async () => {
    await takenDown()
    prober.lift('eu', 'by-results')
    expect(up('eu')).toBe(false)
    await pass(10_000)
    expect(up('eu')).toBe(false)
    await pass(10_000)
    expect(up('eu')).toBe(true)
  })
})

test('an inverted check fails too: the fault is put in after it has judged', async () => {
  failing.add('192.0.2.1').add('192.0.2.2')
  prober.configure(documentOf([EU, US], [tcpSpec({ inverted: true })]))
  await pass(10_000)
  expect(up('eu')).toBe(true)
  prober.inject('eu', 'drill 7')
  await pass(30_000)
  expect(up('eu')).toBe(false)
})

test('a fault stays where it is when the document changes, and hits what is new in the region', async () => {
  prober.configure(documentOf([EU, US]))
  await pass(10_000)
  prober.inject('eu', 'drill 7')
  prober.configure(documentOf([region('eu', ['192.0.2.9']), US]))
  await pass(30_000)
  expect([up('eu'), up('us')]).toEqual([false, true])
})

test.each<[string, Parameters<typeof documentOf>, string | undefined]>([
  ['its checks are its own', [[EU, US]], undefined],
  ['no check probes it', [[region('eu', ['192.0.2.1'], []), US]], 'eu has no check that could see a fault'],
  ['its check only observes', [[EU, US], [tcpSpec({ observe: true })]], 'eu has no check that could see a fault'],
  [
    'another region has its address',
    [[EU, region('us', ['192.0.2.1'])]],
    'api at 192.0.2.1 is probed for us too, and would fail for all',
  ],
])('whether a fault of a region can be injected, where %s', (_, document, why) => {
  prober.configure(documentOf(...document))
  expect(prober.whyNoFault('eu')).toBe(why)
})
