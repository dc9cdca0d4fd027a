import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('30 changes in 3 s under full load: nothing is lost, and every answer is one that a state then in force gives', async () => {
  const proof = await prove(
    'storm',
    '--publishes',
    '30',
    '--seconds',
    '3',
    '--names',
    '1',
    '--pace',
    '4',
    '--seen',
    '10',
  )
  expect(broken(proof)).toEqual({})
  expect(proof.figures['answered']).toBeGreaterThan(1000)
})
