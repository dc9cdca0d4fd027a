import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('nodes and members of etcd are killed, held and cut off: every query is answered rightly, and no edit is lost', async () => {
  const proof = await prove('fleet', '--edits', '100')
  expect(broken(proof)).toEqual({})
  expect(proof.figures['edits acknowledged']).toBeGreaterThan(100)
}, 600_000)
