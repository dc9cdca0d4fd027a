import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

test('a process that is killed while it edits loses no change that it acknowledged', async () => {
  expect(broken(await prove('revisions', '--kills', '8'))).toEqual({})
})

test('a server that is killed while several clients change it loses nothing that it acknowledged, and makes nothing twice', async () => {
  expect(broken(await prove('kills', '--kills', '4'))).toEqual({})
})
