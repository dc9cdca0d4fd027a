import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

/** On any machine: what counts is that it does not come after the document. */
const ANY_TIME = ['--within', '60000', '--stretch', '60000']

test('an override that is made while 5,000 names are being taken over is answered by before they are', async () => {
  const proof = await prove('large-document', '--names', '5000', '--times', '1', ...ANY_TIME)
  expect(broken(proof)).toEqual({})
})
