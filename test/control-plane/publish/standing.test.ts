import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RegionState } from '../../../src/control-plane/publish/ladder.js'
import { standings, without } from '../../../src/control-plane/publish/standing.js'

const IDS = ['a', 'b', 'c', 'd', 'e', 'f']

const state = (id: string): fc.Arbitrary<RegionState> =>
  fc.record({
    id: fc.constant(id),
    enabled: fc.boolean(),
    up: fc.boolean(),
    hasAddresses: fc.constant(true),
    weight: fc.integer({ min: 0, max: 3 }),
    drain: fc.constantFrom(0, 40, 100),
    load: fc.constantFrom(0, 0.9, 2),
    changeIn: fc.constant(10),
  })

/** Groups within groups, as policies have them: inner ones before outer ones. */
const GROUPS = [
  ['a', 'b'],
  ['c', 'd'],
  ['a', 'b', 'c', 'd'],
]

test('regions that are gone leave the others as they would stand if those had never been up', () => {
  fc.assert(
    fc.property(
      fc.tuple(...IDS.map(state)),
      fc.tuple(...GROUPS.map(({ length }) => fc.integer({ min: 1, max: length }))),
      fc.subarray(IDS),
      (states, leasts, lost) => {
        const groups = GROUPS.map((ids, i) => ({ regions: new Set(ids), least: leasts[i]! }))
        const sharing = { weights: new Map([['a', 5]]), shed: { low: 0.8, high: 1 }, groups }
        const gone = new Set(lost)
        const serving = (all: ReturnType<typeof standings>) =>
          all.map(({ id, serves, leave }) => ({ id, serves, leave }))
        const never = states.map(one => (gone.has(one.id) ? { ...one, up: false } : one))
        expect(serving(without(standings(states, sharing), gone, sharing))).toEqual(serving(standings(never, sharing)))
      },
    ),
    { numRuns: 300 },
  )
})
