import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FoldedNodes } from '../../../src/control-plane/publish/folded-nodes.js'
import { NumberMap } from '../../../src/control-plane/publish/number-map.js'

const word = fc.oneof(fc.integer({ min: -4, max: 3 }), fc.integer())

test('a node is there once, whatever came between, and reads as it was given', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word, word, word), { maxLength: 200 }), nodes => {
      const folded = new FoldedNodes()
      const numbers = [...nodes, ...nodes].map(node => folded.one(...node))
      const words = folded.share()
      expect(folded.length).toBe(new Set(nodes.map(String)).size)
      for (const [i, node] of [...nodes, ...nodes].entries()) {
        const at = numbers[i]! * 4
        expect([...words.subarray(at, at + 4)]).toEqual(node)
      }
    }),
    { numRuns: 100 },
  )
})

test('tens of thousands are found again after it has grown', () => {
  const folded = new FoldedNodes()
  const all = () => Array.from({ length: 50_000 }, (_, i) => folded.one(i, -i, i >> 3, 7))
  expect(all()).toEqual(all())
  expect(folded.length).toBe(50_000)
})

test('a map of numbers has what was put into it, and −1 for the rest', () => {
  const numbers = new NumberMap()
  const keys = Array.from({ length: 50_000 }, (_, i) => (i * 40_503) % 2 ** 31)
  for (const [i, key] of keys.entries()) numbers.add(key, i)
  expect(keys.map(key => numbers.get(key))).toEqual(keys.map((_, i) => i))
  expect([1, 2, 3, 2 ** 31 - 1].map(key => numbers.get(key))).toEqual([-1, -1, -1, -1])
})
