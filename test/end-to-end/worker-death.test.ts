import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('a thread that dies under load is counted and replaced, and its socket, its counters and the others go on', async () => {
  expect(broken(await prove('worker-death', '--kills', '1', '--back', '60000'))).toEqual({})
})
