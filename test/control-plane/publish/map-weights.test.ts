import { expect, test } from 'vitest'
import { rankingShares } from '../../../src/control-plane/publish/map-weights.js'
import { leaf, PRIVATE, TABLE_BITS, UNLOCATED } from '../../../src/snapshot/map.js'

const table = (...words: readonly number[]): Int32Array =>
  Int32Array.from({ length: 1 << TABLE_BITS }, (_, i) => words[i] ?? leaf(UNLOCATED, 0))

test('rankings weigh what their addresses weigh among the located ones', () => {
  const map = {
    table: table(leaf(2, 16), leaf(2, 16), leaf(3, 16), 1, leaf(PRIVATE, 16)),
    // Node 1 has three leaves and node 0 below it.
    nodes: Int32Array.of(
      leaf(2, 20),
      leaf(3, 20),
      leaf(3, 20),
      leaf(3, 20),
      leaf(4, 18),
      leaf(4, 18),
      0,
      leaf(PRIVATE, 18),
    ),
  }
  const shares = rankingShares(map, 5)
  const all = 2 + 1 + 0.5 + 0.25
  expect(shares[UNLOCATED]).toBe(0)
  expect(shares[PRIVATE]).toBe(0)
  expect(shares[2]).toBeCloseTo((2 + 1 / 16) / all)
  expect(shares[3]).toBeCloseTo((1 + 3 / 16) / all)
  expect(shares[4]).toBeCloseTo(0.5 / all)
})

test('where nobody is located nothing weighs', () => {
  expect([...rankingShares({ table: table(), nodes: new Int32Array(0) }, 2)]).toEqual([0, 0])
})
