import { expect, test } from 'vitest'
import type { CheckHealth } from '../../../src/control-plane/health/health.js'
import { type Standing, shown, stateOf, verdict } from '../../../src/control-plane/health/verdict.js'

const check = (id: string, more: Partial<CheckHealth>, since = 100): Standing => ({
  health: { check: id, up: true, run: 0, changeInMs: 30_000, lastAt: 500, ...more },
  since,
})
const unknown: Standing = { health: { check: 'new', up: false, run: 0, changeInMs: 0, lastError: 'not checked yet' } }
const broken = { up: false, changeInMs: 20_000, lastError: 'connection refused' }

test.each([
  // checks, up, cause, changeInMs, since, state
  ['no check', [], true, undefined, Number.POSITIVE_INFINITY, 900, 'up'],
  ['all up', [check('a', {}), check('b', { changeInMs: 4000 }, 200)], true, undefined, 4000, 200, 'up'],
  ['one down', [check('a', {}), check('b', broken, 300)], false, 'b: connection refused', 20_000, 300, 'down'],
  [
    'two down',
    [check('a', { ...broken, lastError: 'status 503' }, 300), check('b', { ...broken, changeInMs: 10_000 }, 200)],
    false,
    'a: status 503',
    20_000,
    200,
    'down',
  ],
  // A failing check whose last probe passed is still down, and has no error any more.
  [
    'coming back',
    [check('a', { up: false, run: 1, changeInMs: 10_000 })],
    false,
    'a: passes again, but not yet often enough',
    10_000,
    100,
    'down',
  ],
  ['nothing known', [unknown], false, 'not checked yet', 0, 900, 'unknown'],
  ['one not known yet', [check('a', {}), unknown], true, undefined, 0, 100, 'up'],
  ['one down, one not known yet', [unknown, check('a', broken)], false, 'a: connection refused', 20_000, 100, 'down'],
] as const)('%s', (_, standings, up, cause, changeInMs, since, state) => {
  const health = verdict('192.0.2.1', standings, undefined, 900)
  expect(health).toEqual({
    address: '192.0.2.1',
    up,
    since,
    changeInMs,
    ...(cause === undefined ? {} : { cause }),
    checks: standings.map(shown),
  })
  expect(stateOf(health)).toBe(state)
})

test('`since` holds while `up` does, whatever single checks do', () => {
  const one = verdict('192.0.2.1', [check('a', broken, 300), check('b', {}, 1)], undefined, 300)
  const two = verdict('192.0.2.1', [check('a', broken, 300), check('b', broken, 400)], one, 400)
  const three = verdict('192.0.2.1', [check('a', {}, 500), check('b', broken, 400)], two, 500)
  const four = verdict('192.0.2.1', [check('a', {}, 500), check('b', {}, 600)], three, 600)
  expect([one, two, three, four].map(health => [health.up, health.since])).toEqual([
    [false, 300],
    [false, 300],
    [false, 300],
    [true, 600],
  ])
})

test.each([
  // needs, checks, dependencies, cause
  ['what fails does not decide while one is enough', 'any', [check('a', broken), unknown], [], 'not checked yet'],
  ['that what it depends on is up says nothing of it', 'all', [unknown], [check('db', {})], 'not checked yet'],
  ['that this is down says enough', 'all', [unknown], [check('db', broken)], 'db: connection refused'],
] as const)('%s', (_, needs, standings, dependencies, cause) => {
  const health = verdict('192.0.2.1', standings, undefined, 900, { needs, dependencies })
  expect([health.up, health.cause]).toEqual([false, cause])
  expect(stateOf(health)).toBe(cause === 'not checked yet' ? 'unknown' : 'down')
})
