import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('a node of a large fleet knows every vote, and a target that turns writes one piece anew', async () => {
  expect(broken(await prove('fleet-size', '--nodes', '10', '--targets', '1000', '--turns', '20'))).toEqual({})
})
