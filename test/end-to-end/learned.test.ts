// Learned latency in the short form of its proof: a real City database, real maps, fewer samples.
import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('answers follow what was learned, noise moves nobody, and memory is bounded', async () => {
  expect(broken(await prove('learned', '--samples', '40000', '--networks', '1000', '--timed', '0'))).toEqual({})
}, 300_000)
