import { expect, test } from 'vitest'
import { Cable } from './namespaces.js'
import { broken, prove } from './proof.js'

test('every fault of the table is found by three failures, in its words, and hundreds of probes leave nothing behind', async () => {
  const proof = await prove('faults', '--repetitions', '60', '--timeout', '3000')
  expect(broken(proof)).toEqual({})
  // Where namespaces cannot be had, CI fails with the reason in namespaces.test.ts.
  const there = (await Cable.unavailable()) === undefined
  if (there) expect(proof.figures['black hole']).toMatch(/^\d+ ms, no answer within 3 s$/)
})
