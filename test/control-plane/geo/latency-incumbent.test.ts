import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clearlyLess, nextRow, staysPlainly } from '../../../src/control-plane/geo/latency-incumbent.js'

const row = (times: Readonly<Record<string, number>>) => new Map(Object.entries(times))
const bestOf = (times: ReadonlyMap<string, number>) => [...times].sort((a, b) => a[1] - b[1])[0]?.[0]

test.each([
  // ms, than, clearly
  [100, 112, true],
  [100, 110, false],
  [4, 8, false],
  [2, 8, true],
  [90, 96, false],
])('%d ms is clearly less than %d ms: %s', (ms, than, clearly) => {
  expect(clearlyLess(ms, than)).toBe(clearly)
})

test('the first row is taken as it is', () => {
  expect(nextRow(undefined, row({ eu: 20, us: 90 }))).toEqual(row({ eu: 20, us: 90 }))
})

test('the best region stays so until another is better by a tenth and by 5 ms', () => {
  const before = row({ eu: 50, us: 60 })
  expect(bestOf(nextRow(before, row({ eu: 50, us: 46 })))).toBe('eu')
  expect(nextRow(before, row({ eu: 50, us: 44 }))).toEqual(row({ eu: 50, us: 44 }))
})

test('the very row is kept where nothing has changed clearly', () => {
  const before = row({ eu: 50, us: 60 })
  expect(nextRow(before, row({ eu: 53, us: 57 }))).toBe(before)
})

test('a region that is heard of first, and undercuts the best by little, is put behind it', () => {
  expect(nextRow(row({ eu: 50 }), row({ eu: 50, us: 48 }))).toEqual(row({ eu: 50, us: 50.1 }))
})

test('where the best region is not known any more, the rest is taken as it is', () => {
  expect(nextRow(row({ eu: 50, us: 60 }), row({ us: 70 }))).toEqual(row({ us: 70 }))
})

test('for whatever comes, the best one is either the incumbent or clearly better than it, and twice the same is once', () => {
  const times = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 300 }), { minKeys: 1 })
  fc.assert(
    fc.property(times, fc.array(times, { maxLength: 8 }), (first, then) => {
      let published: ReadonlyMap<string, number> = row(first)
      for (const known of then.map(row)) {
        const incumbent = bestOf(published)!
        const next = nextRow(published, known)
        expect([...next.keys()].sort()).toEqual([...known.keys()].sort())
        const best = bestOf(next)!
        if (best !== incumbent && known.has(incumbent))
          expect(clearlyLess(known.get(best)!, known.get(incumbent)!)).toBe(true)
        expect(nextRow(next, known)).toBe(next)
        published = next
      }
    }),
  )
})

test('a row that plainly stays is one that is kept', () => {
  const times = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 30, max: 40 })), {
    selector: ([id]) => id,
    minLength: 1,
  })
  fc.assert(
    fc.property(times, times, (first, then) => {
      const before = new Map(first)
      const stays = staysPlainly(
        before,
        then.map(([id]) => id),
        then.map(([, ms]) => ms),
      )
      if (stays) expect(nextRow(before, new Map(then))).toBe(before)
    }),
  )
  expect(staysPlainly(row({ eu: 50, us: 60 }), ['us', 'eu'], [57, 53])).toBe(true)
})
