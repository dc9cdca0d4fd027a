import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('a fleet keeps what it promises through hours of random faults, in simulated time', async () => {
  expect(broken(await prove('fleet-days', '--seeds', '1', '--hours', '3', '--processes', '1'))).toEqual({})
}, 60_000)
