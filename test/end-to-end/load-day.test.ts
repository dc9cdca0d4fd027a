import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('in an hour without Frankfurt, another that stands still and one after it, regions keep within what they carry, at little cost, and hardly anybody moves', async () => {
  // It begins in the busiest hour, before anybody is known who asks.
  const words = { plain: 1, networks: 1200, from: 23, hours: 2, lost: 23, worst: 0, held: 1, unjudged: 15 }
  const proof = await prove('load-day', ...Object.entries(words).flatMap(([name, value]) => [`--${name}`, `${value}`]))
  expect(broken(proof)).toEqual({})
})
