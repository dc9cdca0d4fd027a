import { describe, expect, test } from 'vitest'
import type { Sharing } from '../../../src/control-plane/policies/step.js'
import type { RegionState } from '../../../src/control-plane/publish/ladder.js'
import {
  type Choice,
  PLAIN,
  type SettledRecord,
  settle as settleOf,
} from '../../../src/control-plane/publish/settle.js'
import { standings } from '../../../src/control-plane/publish/standing.js'
import type { WhenAllDown } from '../../../src/control-plane/traffic/document/zone.js'

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
const ids = (members: readonly { readonly id: string }[]): string[] => members.map(({ id }) => id)
const ONE_EACH = [[0], [1], [2]]

function settle(
  tiers: readonly (readonly number[])[],
  candidates: readonly RegionState[],
  fallback: readonly RegionState[],
  record: SettledRecord,
  more: Partial<Sharing> = {},
  inside = tiers.length,
): Choice {
  const sharing = { ...PLAIN, ...more }
  return settleOf({ tiers, inside }, standings(candidates, sharing), fallback, record, sharing)
}

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

describe('a region with a TTL of its own', () => {
  test.each([
    // what, candidates, TTL, limited by, by its own TTL
    ['bounds what it is in', [region('a', { ttl: 15 }), region('b'), region('c')], 15, 'a', true],
    ['counts where its next change is later', [region('a', { ttl: 15, changeIn: 15.5 })], 15, 'a', true],
    ['and not where that is sooner', [region('a', { ttl: 15, changeIn: 14.5 })], 14, 'a', undefined],
    ['never goes below the least of the record', [region('a', { ttl: 1 })], 5, 'a', true],
    ['lifts nothing', [region('a', { ttl: 600 })], 60, undefined, undefined],
    ['is not asked while another one answers', [region('a'), region('b', { ttl: 15 })], 60, undefined, undefined],
    [
      'nor when it is passed over as down',
      [down('a'), region('b')].map(one => ({ ...one, ttl: one.up ? 20 : 9 })),
      20,
      'b',
      true,
    ],
    [
      'is asked when all are down and it answers with the others',
      [down('a'), { ...down('b'), ttl: 15 }],
      15,
      'b',
      true,
    ],
  ] as const)('%s', (_, candidates, ttl, ttlLimitedBy, ttlIsItsOwn) => {
    const choice = settle(
      candidates.map((_, i) => [i]),
      candidates,
      [],
      record(),
    )
    expect([choice.ttl, choice.ttlLimitedBy, choice.ttlIsItsOwn]).toEqual([ttl, ttlLimitedBy, ttlIsItsOwn])
  })
  test('is asked as a fallback, as one of several in an answer, behind one that gives clients away, and as a trickle', () => {
    const [a, b] = [region('a'), region('b', { ttl: 15 })]
    const choices = [
      settle([[0]], [down('a')], [b], record()),
      settle([[0, 1]], [a, b], [], record()),
      settle([[0], [1]], [a, b], [], record(), { take: 2 }),
      settle([[0], [1]], [region('a', { drain: 10 }), b], [], record()),
      settle([[0], [1]], [a, b], [], record(), { trickle: { share: 0.1 } }),
    ]
    for (const { ttl, ttlLimitedBy } of choices) expect([ttl, ttlLimitedBy]).toEqual([15, 'b'])
  })
})

/** `a` and `b` in the first group, `c` behind: weights, and what is given away in percent. */
const told = ({ members }: Choice): string[] =>
  members.map(({ id, weight, leave, group }) => `${id}:${weight} -${Math.round(leave * 100)} @${group}`)

describe('a region that gives clients away', () => {
  test('has behind it the tiers up to one that surely serves', () => {
    const choice = settle(ONE_EACH, [region('a', { drain: 30 }), region('b', { drain: 50 }), region('c')], [], record())
    expect(told(choice)).toEqual(['a:100 -30 @0', 'b:100 -50 @1', 'c:100 -0 @2'])
    expect([choice.rung, choice.take, choice.sharing]).toEqual(['healthy', 1, 'network'])
  })
  test('has a fallback behind it where no candidate surely serves, and nothing where that is down', () => {
    const half = [region('a', { drain: 50 })]
    expect(told(settle([[0]], half, [down('x'), region('y')], record()))).toEqual(['a:100 -50 @0', 'y:1 -0 @1'])
    expect(told(settle([[0]], half, [down('x')], record()))).toEqual(['a:100 -50 @0'])
  })
  test('is passed over when it is drained whole, and used when nothing else is up', () => {
    const drained = region('a', { drain: 100 })
    expect(told(settle(ONE_EACH, [drained, region('b'), region('c')], [], record()))).toEqual(['b:100 -0 @0'])
    const last = settle(ONE_EACH, [drained, down('b'), down('c')], [], record('servfail'))
    expect([last.rung, ids(last.members)]).toEqual(['held-back', ['a']])
    expect(ids(settle(ONE_EACH, [drained, down('b'), down('c')], [region('y')], record()).members)).toEqual(['y'])
  })
  test('counts in the TTL with those that stand behind it', () => {
    const states = [region('a', { drain: 1 }), region('b', { changeIn: 9 }), region('c', { changeIn: 8 })]
    expect(settle(ONE_EACH, states, [], record())).toMatchObject({ ttl: 9, ttlLimitedBy: 'b' })
  })
  test('goes before an equal of weight 0, which then stands behind it', () => {
    const states = [region('a', { drain: 10 }), region('b', { weight: 0 })]
    expect(told(settle([[0, 1]], states, [], record()))).toEqual(['a:100 -10 @0', 'b:1 -0 @1'])
  })
})

test.each([
  // load, share given away
  [undefined, 0],
  [0.5, 0],
  [0.6, 0],
  [0.7, 0.25],
  [0.8, 0.5],
  [0.99, 0.975],
  [1, 1],
  [5, 1],
])('between marks of 60 %% and 100 %% a load of %s gives away %d of the clients', (load, leave) => {
  const [one] = standings([region('a', load === undefined ? {} : { load })], { ...PLAIN, shed: { low: 0.6, high: 1 } })
  expect(one?.leave).toBeCloseTo(leave)
  expect(one?.serves).toBe(leave < 1)
})

test('a drain and a load give away of what the other leaves', () => {
  const sharing = { ...PLAIN, shed: { low: 0.5, high: 1 } }
  expect(standings([region('a', { drain: 50, load: 0.75 })], sharing)[0]?.leave).toBeCloseTo(0.75)
})

describe('a group below its minimum', () => {
  const groups = [{ regions: new Set(['a', 'b']), least: 2 }]
  test.each([
    ['all are up', [region('a'), region('b'), region('c')], 'healthy', ['a']],
    ['one is down', [down('a'), region('b'), region('c')], 'healthy', ['c']],
    ['one is drained', [region('a', { drain: 100 }), region('b'), region('c')], 'healthy', ['c']],
    [
      'one has no address of the family',
      [region('a', { hasAddresses: false }), region('b'), region('c')],
      'healthy',
      ['c'],
    ],
    ['nothing else is up', [down('a'), region('b'), down('c')], 'held-back', ['b']],
  ] as const)('when %s', (_, states, rung, members) => {
    const choice = settle(ONE_EACH, states, [], record(), { groups })
    expect([choice.rung, ids(choice.members)]).toEqual([rung, members])
  })
})

describe('a trickle', () => {
  const trickle = { share: 0.1 }
  const abc = [region('a'), region('b'), region('c')]
  test.each<[string, Sharing['trickle'] & object, number, string[]]>([
    ['goes to the next tier', trickle, 3, ['b']],
    ['never across the fence', trickle, 1, []],
    ['or to regions that are named', { share: 0.1, to: new Set(['c']) }, 3, ['c']],
    ['but not to these across the fence', { share: 0.1, to: new Set(['c']) }, 2, []],
  ])('%s', (_, trickle, inside, members) => {
    const choice = settle(ONE_EACH, abc, [], record(), { trickle }, inside)
    expect([choice.trickle.share, ids(choice.trickle.members)]).toEqual([members.length > 0 ? 0.1 : 0, members])
    expect(ids(choice.members)).toEqual(['a'])
  })
  test('goes past what is down', () => {
    const choice = settle(ONE_EACH, [region('a'), down('b'), region('c')], [], record(), { trickle })
    expect(ids(choice.trickle.members)).toEqual(['c'])
  })
})

describe('the fence', () => {
  test.each([
    ['inside is enough', [region('a'), region('b'), region('c')], 1, 2, 'healthy', ['a']],
    ['nothing inside is up', [down('a'), region('b'), region('c')], 1, 1, 'outside-fence', ['b']],
    [
      'only a part of the clients stay inside',
      [region('a', { drain: 20 }), region('b'), region('c')],
      1,
      1,
      'healthy',
      ['a', 'b'],
    ],
  ] as const)('when %s', (_, states, inside, take, rung, members) => {
    const choice = settle(ONE_EACH, states, [], record(), { take }, inside)
    expect([choice.rung, ids(choice.members)]).toEqual([rung, members])
  })
})

test.each([
  [1, ['a'], 'none'],
  [2, ['a', 'b', 'c'], 'network'],
  [3, ['a', 'b', 'c'], 'none'],
  [Infinity, ['a', 'b', 'c'], 'none'],
] as const)('to take %d regions as many tiers are gone through as it needs', (take, members, sharing) => {
  const choice = settle([[0], [1, 2]], [region('a'), region('b'), region('c')], [], record(), { take })
  expect([ids(choice.members), choice.sharing]).toEqual([members, sharing])
})

test('weights that are no whole numbers keep their proportion', () => {
  const choice = settle([[0, 1]], [region('a', { weight: 0.5 }), region('b', { weight: 0.25 })], [], record())
  const [a, b] = choice.members.map(({ weight }) => weight)
  expect([Number.isInteger(a), a! / b!]).toEqual([true, 2])
})

describe('the last rungs', () => {
  const at = (lastUp: number) => ({ up: false, lastUp })
  test('last-good is the region that went down last, never one that is disabled', () => {
    const states = [region('a', at(5)), region('b', at(7)), region('c', { ...at(9), enabled: false })]
    const choice = settle(ONE_EACH, states, [], record('last-good'))
    expect([choice.rung, ids(choice.members), choice.take]).toEqual(['last-good', ['b'], 1])
  })
  test('fixed are the addresses that the record names, and no data where it names none of the family', () => {
    const fixed = [{ text: '192.0.2.9', bytes: Uint8Array.of(192, 0, 2, 9), family: 4 as const }]
    const choice = settle(ONE_EACH, [down('a'), down('b'), down('c')], [], { ...record('fixed'), fixed })
    expect([choice.rung, ids(choice.members)]).toEqual(['fixed', ['192.0.2.9']])
    expect(settle(ONE_EACH, [down('a'), down('b'), down('c')], [], { ...record('fixed'), fixed: [] }).rung).toBe(
      'nodata',
    )
  })
  test('a client whom the policy leaves without any region gets the fallback, or what the record says', () => {
    expect(ids(settle([], [region('a')], [region('y')], record()).members)).toEqual(['y'])
    expect(settle([], [region('a')], [], record('nodata')).rung).toBe('nodata')
    expect(settle([], [region('a')], [], record()).rung).toBe('servfail')
  })
})
