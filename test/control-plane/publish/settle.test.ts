import { describe, expect, test } from 'vitest'
import type { RegionState } from '../../../src/control-plane/publish/ladder.js'
import { settle } from '../../../src/control-plane/publish/settle.js'
import type { WhenAllDown } from '../../../src/control-plane/traffic/document.js'

const region = (id: string, state: Partial<RegionState> = {}): RegionState => ({
  id,
  enabled: true,
  weight: 100,
  hasAddresses: true,
  up: true,
  changeIn: Infinity,
  drain: 0,
  ...state,
})
const down = (id: string, changeIn = Infinity): RegionState => region(id, { up: false, changeIn })
const disabled = (id: string): RegionState => region(id, { enabled: false })
const record = (whenAllDown: WhenAllDown = 'serve-all') => ({ ttl: { min: 5, max: 60 }, whenAllDown })
const ids = (members: readonly RegionState[]): string[] => members.map(({ id }) => id)
const ONE_EACH = [[0], [1], [2]]

test.each([
  // what, candidates, rung, members
  ['the first tier is up', [region('a'), region('b'), region('c')], 'healthy', ['a']],
  ['the first is down', [down('a'), region('b'), region('c')], 'healthy', ['b']],
  ['the first is disabled', [disabled('a'), region('b'), region('c')], 'healthy', ['b']],
  [
    'the first has no address of the family',
    [region('a', { hasAddresses: false }), region('b'), region('c')],
    'healthy',
    ['b'],
  ],
  ['the first two are down', [down('a'), down('b'), region('c')], 'healthy', ['c']],
  ['all are down', [down('a'), down('b'), down('c')], 'serve-all', ['a', 'b', 'c']],
  ['all are down or disabled', [disabled('a'), down('b'), down('c')], 'serve-all', ['b', 'c']],
  ['all are disabled', [disabled('a'), disabled('b'), disabled('c')], 'servfail', []],
] as const)('when %s', (_, candidates, rung, members) => {
  const choice = settle(ONE_EACH, candidates, [], record())
  expect([choice.rung, ids(choice.members)]).toEqual([rung, members])
})

test('equals that are up share; weight 0 gets nothing while another has more, and a share like the others where all have it', () => {
  expect(ids(settle([[0, 1, 2]], [region('a'), down('b'), region('c')], [], record()).members)).toEqual(['a', 'c'])
  expect(ids(settle([[0, 1]], [region('a', { weight: 0 }), region('b')], [], record()).members)).toEqual(['b'])
  expect(
    settle([[0, 1]], [region('a', { weight: 0 }), region('b', { weight: 0 })], [], record()).members.map(
      ({ weight }) => weight,
    ),
  ).toEqual([1, 1])
})

describe('the ladder', () => {
  const allDown = [down('a'), down('b'), down('c')]

  test('a fallback that is up goes before the last rung, in the order written', () => {
    const choice = settle(ONE_EACH, allDown, [down('x'), region('y'), region('z')], record())
    expect([choice.rung, ids(choice.members)]).toEqual(['fallback', ['y']])
  })
  test('a fallback is not used while a candidate is up', () => {
    expect(ids(settle(ONE_EACH, [down('a'), region('b'), down('c')], [region('y')], record()).members)).toEqual(['b'])
  })
  test.each([
    ['serve-all', ['a', 'b', 'c'], 3],
    ['first-choice', ['a'], 1],
    ['nodata', [], 0],
    ['servfail', [], 0],
  ] as const)('ends in %s where the record says so', (whenAllDown, members, take) => {
    const choice = settle(ONE_EACH, allDown, [], record(whenAllDown))
    expect([choice.rung, ids(choice.members), choice.take]).toEqual([whenAllDown, members, take])
  })
  test('never revives what an operator has disabled', () => {
    const choice = settle(ONE_EACH, [disabled('a'), down('b'), disabled('c')], [disabled('x')], record('first-choice'))
    expect([choice.rung, ids(choice.members)]).toEqual(['first-choice', ['b']])
  })
})

test.each([
  // what, candidates, ttl, limited by
  ['nothing can change', [region('a'), region('b'), region('c')], 60, undefined],
  [
    'the chosen one can change in 30 s',
    [region('a', { changeIn: 30 }), region('b', { changeIn: 1 }), region('c')],
    30,
    'a',
  ],
  ['one passed over can come back in 10 s', [down('a', 10), region('b', { changeIn: 30 }), region('c')], 10, 'a'],
  ['it can change in 2 s', [region('a', { changeIn: 2 }), region('b'), region('c')], 5, 'a'],
  ['it can change in an hour', [region('a', { changeIn: 3600 }), region('b'), region('c')], 60, undefined],
  [
    'the one passed over is disabled',
    [region('a', { enabled: false, changeIn: 1 }), region('b', { changeIn: 20 }), region('c')],
    20,
    'b',
  ],
  ['all are down and one comes back in 7.9 s', [down('a', 20), down('b', 7.9), down('c')], 7, 'b'],
] as const)('the TTL when %s', (_, candidates, ttl, limitedBy) => {
  const choice = settle(ONE_EACH, candidates, [], record())
  expect([choice.ttl, choice.ttlLimitedBy]).toEqual([ttl, limitedBy])
})
