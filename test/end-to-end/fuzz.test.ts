import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('40,000 broken packets and 600 broken streams harm nobody, and good questions are answered throughout', async () => {
  // What is allocated when it is first needed is there after the first half.
  const words = { packets: 40_000, streams: 600, steered: 0, settle: 0, growth: 25 }
  const proof = await prove('fuzz', ...Object.entries(words).flatMap(([name, value]) => [`--${name}`, String(value)]))
  expect(broken(proof)).toEqual({})
  expect(proof.figures['replies that are not sound']).toBe(0)
})
