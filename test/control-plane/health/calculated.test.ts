import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { calculate } from '../../../src/control-plane/health/calculated.js'
import type { CheckHealth } from '../../../src/control-plane/health/health.js'
import { localCrew } from '../../../src/control-plane/health/local-crew.js'
import { createProber } from '../../../src/control-plane/health/prober.js'
import type { Standing } from '../../../src/control-plane/health/verdict.js'
import type { CalculatedCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import { documentOf, region, tcpSpec } from './specs.js'

const spec = (more: Partial<CalculatedCheckSpec>): CalculatedCheckSpec => ({
  type: 'calculated',
  id: 'most',
  of: [],
  needs: 'all',
  ...more,
})
const member = (id: string, up: boolean, since: number, more: Partial<CheckHealth> = {}): Standing => ({
  health: {
    check: id,
    up,
    run: 0,
    changeInMs: since,
    lastAt: since + 5,
    ...(up ? {} : { lastError: 'no', failingSince: since - 1 }),
    ...more,
  },
  since,
})
const unknown: Standing = { health: { check: 'new', up: false, run: 0, changeInMs: 0 } }

test.each<[string, Partial<CalculatedCheckSpec>, readonly Standing[], Partial<CheckHealth>, number | undefined]>([
  ['all are up', {}, [member('a', true, 10), member('b', true, 20)], { up: true, changeInMs: 10, lastAt: 25 }, 20],
  [
    'one of all is down',
    {},
    [member('a', true, 10), member('b', false, 20)],
    { up: false, lastError: 'b: no', failingSince: 19 },
    20,
  ],
  ['any will do', { needs: 'any' }, [member('a', true, 10), member('b', false, 20)], { up: true }, 10],
  [
    'two of three are needed',
    { needs: 2 },
    [member('a', true, 10), member('b', false, 20), member('c', false, 30)],
    { up: false, lastError: '1 of 3 checks are up, 2 needed (b: no; c: no)', failingSince: 19 },
    20,
  ],
  ['what is not known yet does not count', {}, [member('a', true, 10), unknown], { up: true }, 10],
  [
    'what observes does not count',
    {},
    [member('a', true, 10), member('b', false, 20, { observe: true })],
    { up: true },
    10,
  ],
  [
    'what cannot be had does not count',
    {},
    [member('a', true, 10), member('b', true, 20, { unavailable: true })],
    { up: true },
    10,
  ],
  ['it is inverted', { inverted: true }, [member('a', false, 10)], { up: true }, 10],
  [
    'it is inverted, and holds',
    { inverted: true },
    [member('a', true, 10)],
    { up: false, lastError: 'it holds, and the check is inverted' },
    10,
  ],
  ['it observes', { observe: true }, [member('a', false, 10)], { up: false, observe: true }, 10],
])('%s', (_, more, members, health, since) => {
  const standing = calculate(spec(more), members)
  expect(standing.health).toMatchObject({ check: 'most', run: 0, ...health })
  expect(standing.since).toBe(since)
})

test('while nothing is known of its parts, nothing is known of it', () => {
  expect(calculate(spec({}), [unknown]).health).toMatchObject({ up: false, lastError: 'not checked yet' })
  expect(calculate(spec({}), [unknown]).health.lastAt).toBeUndefined()
})

test('so many are enough, whatever their order, and all and any are the ends of that', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 8 }), (ups, k) => {
      const members = ups.map((up, i) => member(`c${i}`, up, 10 + i))
      const up = (needs: CalculatedCheckSpec['needs']): boolean => calculate(spec({ needs }), members).health.up
      const count = ups.filter(Boolean).length
      expect(up(Math.min(k, ups.length))).toBe(count >= Math.min(k, ups.length))
      expect(up('all')).toBe(count === ups.length)
      expect(up('any')).toBe(count > 0)
    }),
  )
})

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => vi.useRealTimers())

test('a region is judged by checks that are made of checks, and all that is probed for them is shown', async () => {
  const ill = new Set<number>()
  const probe = async ({ port }: { port: number }): Promise<void> => {
    if (ill.has(port)) throw new Error('connection refused')
  }
  const prober = createProber({
    crew: localCrew({ probe }),
    log: { info: () => {}, warn: () => {} },
    phases: () => 0.3,
  })
  const leaf = (id: string, port: number, address?: string) =>
    tcpSpec({ id, port, ...(address === undefined ? {} : { address }) })
  prober.configure(
    documentOf(
      [region('eu', ['192.0.2.1'], ['web', 'whole'])],
      [
        leaf('web', 1),
        leaf('deep', 2),
        leaf('mail', 3),
        leaf('db', 4, '192.0.2.70'),
        spec({ id: 'most', of: ['web', 'deep', 'mail'], needs: 2 }),
        spec({ id: 'whole', of: ['most', 'db'] }),
      ],
    ),
  )
  await prober.firstRound()
  const eu = () => prober.health().get('eu')![0]!
  expect(eu().checks.map(({ check, within }) => [check, within])).toEqual([
    ['web', undefined],
    ['whole', undefined],
    ['deep', 'whole'],
    ['mail', 'whole'],
    ['db', 'whole'],
  ])
  ill.add(2)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(eu()).toMatchObject({ up: true, checks: [{}, { up: true }, { check: 'deep', up: false }, {}, {}] })
  ill.add(3)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(eu()).toMatchObject({
    up: false,
    cause: 'whole: most: 1 of 3 checks are up, 2 needed (deep: connection refused; mail: connection refused)',
  })
  ill.clear()
  ill.add(4)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(eu()).toMatchObject({ up: false, cause: 'whole: db: connection refused' })
  ill.clear()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(eu().up).toBe(true)
  prober.stop()
  expect(vi.getTimerCount()).toBe(0)
})
