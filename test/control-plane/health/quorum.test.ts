import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Ballot, judge, type Poll, upsNeeded } from '../../../src/control-plane/health/quorum.js'
import type { VotesSpec } from '../../../src/control-plane/traffic/document/check.js'

const MAJORITY: VotesSpec = { quorum: 'majority', by: 'node', holdMs: 0, local: 'follow' }
const ballot = (node: string, up: boolean, more: Partial<Ballot> = {}): Ballot => ({
  ...{ node, group: node, up, changeInMs: 20_000, trusted: true },
  ...more,
})
const poll = (own: Ballot | undefined, others: readonly Ballot[], more: Partial<Poll> = {}): Poll => ({
  ...{ own, others, deafMs: 0, before: undefined },
  ...more,
})

test.each([
  // voters, quorum, ups that are needed
  [1, 'majority', 1],
  [2, 'majority', 1],
  [3, 'majority', 2],
  [5, 'any', 1],
  [5, 'all', 5],
  [5, 2, 2],
  [1, 2, 1],
  [16, 0.18, 3],
  [100, 0.18, 19],
  [100, 0.07, 8],
  [3, 0.18, 1],
  [0, 'all', 1],
] as const)('of %d voters, a quorum of %s is %d', (voters, quorum, needed) => {
  expect(upsNeeded(voters, quorum)).toBe(needed)
})

test('a node that alone sees a target down goes by the others', () => {
  const judgement = judge(poll(ballot('a', false), [ballot('b', true), ballot('c', true)]), MAJORITY)
  expect(judgement).toMatchObject({ up: true, basis: 'votes', ups: 2, of: 3 })
})

test('where local trouble is avoided, it steers its own clients away, and nobody else does', () => {
  const avoid = { ...MAJORITY, local: 'avoid' } as const
  const [a, b, c] = [ballot('a', false), ballot('b', true), ballot('c', true)]
  expect(judge(poll(a, [b, c]), avoid)).toMatchObject({ up: false, basis: 'local' })
  expect(judge(poll(b, [a, c]), avoid)).toMatchObject({ up: true, basis: 'votes' })
  // What sees everything down avoids nothing: it is at fault itself.
  expect(judge(poll({ ...a, trusted: false }, [b, c]), avoid)).toMatchObject({ up: true, basis: 'votes' })
})

test('who sees most targets down has no vote, unless all do', () => {
  const down = [ballot('a', false, { trusted: false }), ballot('b', false, { trusted: false })]
  expect(judge(poll(ballot('c', true), down), MAJORITY)).toMatchObject({ up: true, ups: 1, of: 1 })
  expect(judge(poll(ballot('c', true, { trusted: false }), down), MAJORITY)).toMatchObject({ up: false, ups: 1, of: 3 })
})

test('a group has one vote, however many nodes are in it', () => {
  const fra = ['a', 'b', 'c'].map(node => ballot(node, false, { group: 'fra' }))
  const others = [...fra.slice(1), ballot('d', true), ballot('e', true)]
  expect(judge(poll(fra[0], others), MAJORITY)).toMatchObject({ up: false, ups: 2, of: 5 })
  expect(judge(poll(fra[0], others), { ...MAJORITY, by: 'group' })).toMatchObject({ up: true, ups: 2, of: 3 })
})

test.each([
  // deaf for, up before, up here, up, by
  [0, true, false, false, 'own'],
  [1000, true, false, true, 'held'],
  [9999, false, true, false, 'held'],
  [10_000, true, false, false, 'own'],
  [1000, undefined, false, false, 'own'],
] as const)('with nobody heard for %d ms, %s before and %s here: %s (%s)', (deafMs, before, own, up, basis) => {
  const judgement = judge(poll(ballot('a', own), [], { deafMs, before }), { ...MAJORITY, holdMs: 10_000 })
  expect(judgement).toMatchObject({ up, basis })
})

test('the earliest turn is that of as many votes as it takes', () => {
  const three = [5, 10, 15].map((changeInMs, i) => ballot(`n${i}`, true, { changeInMs }))
  expect(judge(poll(three[0], three.slice(1)), MAJORITY)?.changeInMs).toBe(10)
  const downs = three.map(one => ({ ...one, up: false }))
  expect(judge(poll(downs[0], downs.slice(1)), { ...MAJORITY, quorum: 'all' })?.changeInMs).toBe(15)
  expect(judge(poll(downs[0], downs.slice(1)), { ...MAJORITY, quorum: 'any' })?.changeInMs).toBe(5)
})

const QUORUM = fc.oneof(
  fc.constantFrom('any' as const, 'majority' as const, 'all' as const),
  fc.integer({ min: 1, max: 8 }),
  fc.double({ min: 0.01, max: 0.99, noNaN: true }),
)
const SPEC: fc.Arbitrary<VotesSpec> = fc.record({
  quorum: QUORUM,
  by: fc.constantFrom('node' as const, 'group' as const),
  holdMs: fc.constantFrom(0, 10_000),
  local: fc.constantFrom('follow' as const, 'avoid' as const),
})
const BALLOT: fc.Arbitrary<Omit<Ballot, 'node'>> = fc.record({
  group: fc.constantFrom('fra', 'nyc', 'tyo'),
  up: fc.boolean(),
  changeInMs: fc.integer({ min: 1000, max: 60_000 }),
  trusted: fc.boolean(),
})
const BALLOTS = fc
  .array(BALLOT, { minLength: 1, maxLength: 8 })
  .map(all => all.map((one, i) => ({ node: `n${i}`, ...one })))
const RUNS = { numRuns: 500 }

test('what is held counts down to its end by a twentieth at a time, and never says that it lasts longer', () => {
  const spec = { ...MAJORITY, holdMs: 300_000 }
  const left = (deafMs: number) => judge(poll(ballot('a', false), [], { deafMs, before: true }), spec)!.changeInMs
  const said = Array.from({ length: 299 }, (_, second) => left(1000 * (second + 1)))
  said.forEach((ms, i) => {
    const truly = 299_000 - 1000 * i
    expect(ms).toBeLessThanOrEqual(truly)
    expect(ms).toBeGreaterThanOrEqual(0.95 * truly)
  })
  expect(new Set(said.slice(0, 200)).size).toBeLessThan(40)
})

test('one more that sees it up never takes it down', () => {
  fc.assert(
    fc.property(BALLOTS, SPEC, fc.nat(), (all, spec, pick) => {
      const better = all.with(pick % all.length, { ...all[pick % all.length]!, up: true })
      const before = judge(poll(all[0], all.slice(1)), spec)
      const after = judge(poll(better[0], better.slice(1)), spec)
      expect(Number(after?.up)).toBeGreaterThanOrEqual(Number(before?.up))
    }),
    RUNS,
  )
})

test('the order in which others are heard means nothing, and all nodes that vote alike judge alike', () => {
  fc.assert(
    fc.property(BALLOTS, SPEC, fc.nat(), (all, spec, turn) => {
      const [own, ...others] = all
      const at = others.length === 0 ? 0 : turn % others.length
      const turned = [...others.slice(at), ...others.slice(0, at)].reverse()
      const judgement = judge(poll(own, others), spec)
      expect(judge(poll(own, turned), spec)).toEqual(judgement)
      const follow = { ...spec, local: 'follow' } as const
      const ups = all.map((one, i) => judge(poll(one, all.toSpliced(i, 1)), follow)?.up)
      expect(new Set(ups).size).toBe(1)
    }),
    RUNS,
  )
})

test('a node that nobody else is heard beside judges by its own view', () => {
  fc.assert(
    fc.property(BALLOT, SPEC, fc.option(fc.boolean(), { nil: undefined }), (one, spec, before) => {
      expect(judge(poll({ node: 'a', ...one }, [], { before }), spec)).toMatchObject({ up: one.up, basis: 'own' })
    }),
    RUNS,
  )
})

test('what counts is never more than the rule lets count: checked against plain counting', () => {
  fc.assert(
    fc.property(BALLOTS, QUORUM, (all, quorum) => {
      fc.pre(all.length > 1)
      const voters = all.some(({ trusted }) => trusted) ? all.filter(({ trusted }) => trusted) : all
      const ups = voters.filter(({ up }) => up).length
      const expected = {
        any: ups > 0,
        all: ups === voters.length,
        majority: ups * 2 >= voters.length,
      }
      const up =
        typeof quorum === 'string'
          ? expected[quorum]
          : quorum < 1
            ? ups > quorum * voters.length
            : ups >= Math.min(quorum, voters.length)
      expect(judge(poll(all[0], all.slice(1)), { ...MAJORITY, quorum })).toMatchObject({ up, ups, of: voters.length })
    }),
    RUNS,
  )
})
