import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editDistance, nearest } from '../../../src/control-plane/traffic/suggest.js'

test.each([
  ['weigth', ['weight', 'checks'], 'weight'],
  ['adresses', ['addresses', 'checks'], 'addresses'],
  ['EU-CENTRAL', ['eu-central', 'eu-west'], 'eu-central'],
  ['eu-centrl', ['us-central', 'eu-central'], 'eu-central'],
  ['apy', ['api'], 'api'],
])('%s is taken for one of %j: %s', (word, candidates, meant) => {
  expect(nearest(word, candidates)).toBe(meant)
})

test.each([
  ['bananas', ['weight', 'checks']],
  ['ab', ['xy']],
  ['', ['weight']],
  ['x'.repeat(100_000), ['weight']],
])('nothing is near to %.20s', (word, candidates) => {
  expect(nearest(word, candidates)).toBeUndefined()
})

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'ab', 1],
  ['abc', 'acb', 1],
  ['abc', 'xyz', 3],
])('from %j to %j it takes %d edits', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits)
})

test('the distance is the same both ways and never more than the longer word', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b)
      expect(distance).toBe(editDistance(b, a))
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
      expect(distance === 0).toBe(a === b)
    }),
  )
})
