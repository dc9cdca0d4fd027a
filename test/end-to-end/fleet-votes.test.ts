import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('three nodes judge two regions together while links to regions and to etcd are cut, and one of them is killed', async () => {
  const proof = await prove('fleet-votes', '--rounds', '2')
  expect(broken(proof)).toEqual({})
  expect(proof.figures.queries).toBeGreaterThan(100)
}, 600_000)
