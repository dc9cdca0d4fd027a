import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('in an hour without Frankfurt, and another that stands still, regions keep within what they carry, at little cost, and hardly anybody moves', async () => {
  const words = { plain: 1, networks: 1200, from: 23, hours: 1, lost: 23, held: 2 }
  const proof = await prove('load-day', ...Object.entries(words).flatMap(([name, value]) => [`--${name}`, `${value}`]))
  expect(broken(proof)).toEqual({})
}, 120_000)
