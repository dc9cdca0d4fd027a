import { describe, expect, test } from 'vitest'
import { holding, isOver, meets, type Origin, type Override } from '../../../src/control-plane/operate/override.js'
import { delayToNext } from '../../../src/control-plane/operate/override-rhythm.js'
import { type OverrideWish, problemsOf } from '../../../src/control-plane/operate/override-wish.js'
import { readDocument } from '../../world.js'

const { regions } = readDocument(`
regions:
  us-east: { addresses: [192.0.2.1] }
  us-west: { addresses: [192.0.2.2] }
  eu: { addresses: [192.0.2.3] }
zones: {}
`)

test.each<[string, string, readonly string[], boolean]>([
  ['us-east', 'us-east', [], true],
  ['us-east', 'us-west', [], false],
  ['us', 'us-east', [], false],
  ['us-*', 'us-east', [], true],
  ['*', 'anything', [], true],
  ['u?-east', 'us-east', [], true],
  ['u?-east', 'u-east', [], false],
  ['us.east', 'us-east', [], false],
  ['[a-z]*', 'us-east', [], false],
  ['tag:edge', 'us-east', ['edge'], true],
  ['tag:edge', 'edge', [], false],
  ['tag:e*', 'us-east', ['core', 'edge'], true],
])('%s means %s with tags %j: %s', (target, id, tags, means) => {
  expect(meets(target, { id, tags })).toBe(means)
})

let count = 0
const make = (targets: readonly string[], more: Partial<Override> = {}): Override => ({
  id: String(++count),
  targets,
  state: 'down',
  drain: 0,
  reason: 'because',
  actor: 'alice',
  createdAt: count,
  expiresAt: 1000,
  origin: 'operator',
  ...more,
})
const held = (overrides: readonly Override[], now = 0) =>
  Object.fromEntries([...holding(overrides, regions.values(), now)].map(([region, { id }]) => [region, id]))

describe('of several overrides', () => {
  test('the newest holds for each region that it means', () => {
    const all = make(['*'])
    const one = make(['us-west'], { state: 'up' })
    expect(held([all, one])).toEqual({ 'us-east': all.id, 'us-west': one.id, eu: all.id })
    expect(held([one, all])).toEqual({ 'us-east': all.id, 'us-west': all.id, eu: all.id })
  })

  test('the one before holds again when the newest is over', () => {
    const long = make(['us-*'])
    const short = make(['us-west'], { expiresAt: 500 })
    expect(held([long, short], 499)['us-west']).toBe(short.id)
    expect(held([long, short], 500)['us-west']).toBe(long.id)
    expect(held([long, short], 1000)).toEqual({})
  })

  test.each<[Origin, Origin]>([
    ['drill:5', 'operator'],
    ['operator', 'file'],
    ['drill:5', 'file'],
  ])('a newer one of %s does not hold against one of %s', (less, more) => {
    const first = make(['eu'], { origin: more })
    const second = make(['eu'], { origin: less })
    expect(held([first, second])).toEqual({ eu: first.id })
  })
})

test('one without an end is never over', () => {
  expect(isOver({}, Number.MAX_SAFE_INTEGER)).toBe(false)
})

const WISH: OverrideWish = { targets: ['us-east'], state: 'down', reason: 'because', for: '30m' }
const BOUNDS = { longestMs: 3600_000, now: Date.parse('2026-03-01T00:00:00Z') }

test.each<[string, Partial<OverrideWish>]>([
  ['a duration', {}],
  ['a number of seconds', { for: 60 }],
  ['a time', { for: undefined, until: '2026-03-01T01:00:00Z' }],
  ['a glob', { targets: ['us-*', 'eu'] }],
  ['a drain', { state: 'drain', percent: 25 }],
])('a wish with %s is granted', (_, wish) => {
  expect(problemsOf({ ...WISH, ...wish }, regions, BOUNDS)).toEqual([])
})

test.each<[string, Partial<OverrideWish>, string]>([
  ['a region that is not there', { targets: ['us-eats'] }, 'targets[0]: no region is named "us-eats", us-east'],
  ['a glob that means nothing', { targets: ['eu', 'ap-*'] }, 'targets[1]: "ap-*" means no region, '],
  ['a tag that nothing has', { targets: ['tag:edge'] }, 'targets[0]: "tag:edge" means no region, '],
  ['no percent', { state: 'drain' }, 'percent: to drain takes a percent, from 1 to 100, '],
  ['a percent of nothing', { percent: 5 }, 'percent: only drain takes a percent, and this is down, '],
  ['blanks for a reason', { reason: ' ' }, 'reason: a reason is needed, for whoever looks at it later, '],
  ['no end', { for: undefined }, 'for: an override has an end: say for how long, or until when, '],
  ['two ends', { until: '2026-03-01T01:00:00Z' }, 'until: for how long or until when, not both, '],
  [
    'an end in the past',
    { for: undefined, until: '2026-02-01T01:00:00Z' },
    'until: that is over already; one second is the least, ',
  ],
  ['an end too soon', { for: '10ms' }, 'for: that is over already; one second is the least, '],
  ['an end too late', { for: '2h' }, 'for: 1h is the most; it can be extended later, '],
  [
    'an end on no day',
    { for: undefined, until: '2026-02-41T01:00:00Z' },
    'until: "2026-02-41T01:00:00Z" cannot be read, ',
  ],
])('a wish with %s is refused, and says why', (_, wish, problem) => {
  const problems = problemsOf({ ...WISH, ...wish }, regions, BOUNDS)
  expect(problems.map(({ path, message, suggestion = '' }) => `${path}: ${message}, ${suggestion}`)).toEqual([problem])
})

test('all that is wrong is told at once', () => {
  expect(problemsOf({ targets: ['x', 'y'], state: 'drain', reason: '' }, regions, BOUNDS)).toHaveLength(5)
})

test.each<[readonly number[], number | undefined]>([
  [[], undefined],
  [[1000], 0],
  [[500], 0],
  [[1500], 500],
  [[11_000], 1000],
  [[101_000], 5000],
  [[1e9], 60_000],
  [[1e9, 1500], 500],
])('with ends at %j, one looks again after %s ms', (ends, delay) => {
  expect(delayToNext(ends, 1000)).toBe(delay)
})

test.each([
  // left, heeded, delay
  [30_000, 20_000, 10_000],
  [20_500, 20_000, 1025],
  [20_000, 20_000, 1000],
  [90_000, 20_000, 60_000],
])('with %d ms left, of which the last %d matter, one looks again after %d ms', (left, heed, delay) => {
  expect(delayToNext([1000 + left], 1000, heed)).toBe(delay)
})
