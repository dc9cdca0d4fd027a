import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('in two hours of a day, one of them without Frankfurt, regions keep within what they carry, at little cost, and hardly anybody moves', async () => {
  const words = { plain: 1, networks: 400, samples: 150, from: 22, hours: 2, lost: 23, steady: 1 }
  const proof = await prove('load-day', ...Object.entries(words).flatMap(([name, value]) => [`--${name}`, `${value}`]))
  expect(broken(proof)).toEqual({})
}, 120_000)
