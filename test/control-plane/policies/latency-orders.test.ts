import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kilometres } from '../../../src/control-plane/geo/distance.js'
import { modelled } from '../../../src/control-plane/geo/latency-model.js'
import { measuredOrder } from '../../../src/control-plane/policies/latency-orders.js'
import type { Candidate } from '../../../src/control-plane/policies/policy.js'
import { splitTier } from '../../../src/control-plane/policies/tiers.js'

const MODEL = { endsMs: 5, msPerKm: 0.013 }
const COUNT = 24

const place = fc.record({
  latitude: fc.integer({ min: -8000, max: 8000 }).map(degrees => degrees / 100),
  longitude: fc.integer({ min: -17_900, max: 17_900 }).map(degrees => degrees / 100),
})
const candidates = fc
  .array(fc.option(place, { nil: undefined, freq: 6 }), { minLength: 2, maxLength: COUNT })
  .map(places => places.map((location, i): Candidate => ({ id: `r${i}`, weight: 100, ...(location && { location }) })))
const row = fc
  .array(fc.tuple(fc.integer({ min: 0, max: COUNT }), fc.integer({ min: 1, max: 20 })), { maxLength: 8 })
  .map(list => new Map(list.map(([i, tens]) => [`r${i}`, tens * 10])))
const rows = fc.array(row, { minLength: 1, maxLength: 3 })

test('tiers are those that splitting by measured and by modelled times comes to, from one client after another', () => {
  fc.assert(
    fc.property(
      candidates,
      fc.constantFrom(0, 10, 50),
      fc.array(fc.tuple(place, rows), { minLength: 1, maxLength: 4 }),
      (tier, withinMs, clients) => {
        const order = measuredOrder(tier, withinMs, MODEL)
        for (const [from, found] of clients) {
          const msTo = ({ id, location }: Candidate): number | undefined =>
            found.map(one => one.get(id)).find(ms => ms !== undefined) ??
            (location && modelled(kilometres(from, location), MODEL))
          expect(order(from, found)).toEqual(splitTier(tier, msTo, best => best + withinMs))
        }
      },
    ),
    { numRuns: Number(process.env['MERIDIAN_RUNS'] ?? 200) },
  )
})

test('of times that are all but the same the lesser one is first', () => {
  const tier = ['a', 'b'].map((id): Candidate => ({ id, weight: 100, location: { latitude: 0, longitude: 0 } }))
  const order = measuredOrder(tier, 0, MODEL)
  const ids = (a: number, b: number) =>
    order({ latitude: 1, longitude: 1 }, [
      new Map([
        ['a', a],
        ['b', b],
      ]),
    ]).map(one => one.map(({ id }) => id))
  const more = 1.1 + 2.2
  expect(more).toBeGreaterThan(3.3)
  expect(ids(more, 3.3)).toEqual([['b'], ['a']])
  expect(ids(3.3, more)).toEqual([['a'], ['b']])
  expect(ids(7, 7)).toEqual([['a', 'b']])
})

test('a region of which nothing is known comes last, with the others like it', () => {
  const tier = ['a', 'b', 'c'].map((id): Candidate => ({ id, weight: 100 }))
  const order = measuredOrder(tier, 0, MODEL)({ latitude: 1, longitude: 1 }, [new Map([['c', 900]])])
  expect(order.map(one => one.map(({ id }) => id))).toEqual([['c'], ['a', 'b']])
})
