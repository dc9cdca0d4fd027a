import fc from 'fast-check'
import { expect, test } from 'vitest'
import { draw } from '../../src/data-plane/draw.js'
import { MEMBER_WORDS, REGION_WORDS } from '../../src/snapshot/choices.js'
import type { Snapshot } from '../../src/snapshot/snapshot.js'

/** A snapshot of one choice with the weights given; region 1 is the first. */
function sharing(weights: readonly number[]): Snapshot {
  const members = weights.flatMap((weight, i) => [i, weight])
  const regions = weights.flatMap((_, i) => [i, Math.imul(i + 1, 0x9e3779b1), 0, 1, 0, 0, 0, 0, 0])
  expect([members.length / MEMBER_WORDS, regions.length / REGION_WORDS]).toEqual([weights.length, weights.length])
  return {
    choices: Int32Array.of(60, 0, weights.length, 1, 0),
    members: Int32Array.from(members),
    regions: Int32Array.from(regions),
  } as unknown as Snapshot // the only parts that drawing reads
}

const network = (i: number): Uint8Array => Uint8Array.of((i >>> 16) & 255, (i >>> 8) & 255, i & 255, 0)
const shares = (weights: readonly number[], from: number, count: number): number[] => {
  const snapshot = sharing(weights)
  const got = weights.map(() => 0)
  for (let i = from; i < from + count; i++) got[draw(snapshot, 0, network(i), 24)]!++
  return got.map(n => n / count)
}

test.each([[[1, 1]], [[1, 3]], [[100, 100, 100]], [[1, 2, 3, 4]], [[99, 1]]])(
  'over 100,000 networks weights %j are met within 1 %',
  weights => {
    const sum = weights.reduce((a, b) => a + b)
    for (const [i, share] of shares(weights, 1 << 20, 100_000).entries()) {
      expect(Math.abs(share - weights[i]! / sum)).toBeLessThan(0.01)
    }
  },
)

test('losing a region moves its own clients and nobody else', () => {
  const three = sharing([1, 1, 1])
  const two = { ...three, choices: Int32Array.of(60, 0, 2, 1, 0) }
  let moved = 0
  for (let i = 0; i < 30_000; i++) {
    const before = draw(three, 0, network(i), 24)
    const after = draw(two, 0, network(i), 24)
    if (before === 2) moved++
    else expect(after).toBe(before)
  }
  expect(moved / 30_000).toBeCloseTo(1 / 3, 1)
})

test('all addresses of a network get the same region', () => {
  const snapshot = sharing([1, 2, 3])
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.integer({ min: 0, max: 128 }), (address, bits) => {
      const other = address.map(
        (byte, i) => byte ^ ((bits - i * 8 >= 8 ? 0 : bits - i * 8 <= 0 ? 0xff : 0xff >> (bits - i * 8)) & 0xa5),
      )
      expect(draw(snapshot, 0, other, bits)).toBe(draw(snapshot, 0, address, bits))
    }),
  )
})
