import { expect, test } from 'vitest'
import { giveBackMemory } from '../../src/node/give-back.js'

/** What Node was started with: the GNU library says its version, others do not. */
const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } }

test('the GNU library is told, once or more often; where there is another, nothing happens', () => {
  const isGnu = header.glibcVersionRuntime !== undefined
  expect([giveBackMemory(), giveBackMemory()]).toEqual([isGnu, isGnu])
})
