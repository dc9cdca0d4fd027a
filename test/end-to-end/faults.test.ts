import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('every fault of the table is found by three failures, in its words, and hundreds of probes leave nothing behind', async () => {
  expect(broken(await prove('faults', '--repetitions', '60', '--timeout', '3000'))).toEqual({})
}, 120_000)
