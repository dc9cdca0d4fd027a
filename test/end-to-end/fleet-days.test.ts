import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('a fleet keeps what it promises through hours of random faults, in simulated time', async () => {
  expect(broken(await prove('fleet-days', '--seeds', '2', '--hours', '1'))).toEqual({})
})

test.each([
  ['writes whatever the versions are', 1],
  ['forgets no node that is gone', 2],
])(
  'of a fleet whose store %s it is found out that nothing is as it has to be',
  async (_, number) => {
    const proof = await prove('fleet-days', '--seeds', '2', '--hours', '3', '--break', String(number))
    expect(broken(proof)).toMatchObject({ failed: [expect.stringContaining('no edit is lost or made twice')] })
  },
  120_000,
)
