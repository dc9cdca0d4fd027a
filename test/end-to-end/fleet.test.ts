import { describe, expect, test } from 'vitest'
import { Cable } from './namespaces.js'
import { broken, prove } from './proof.js'

// Where namespaces cannot be had, CI fails with the reason in namespaces.test.ts.
const unavailable = await Cable.unavailable()

describe.runIf(unavailable === undefined)('a fleet of machines', () => {
  test('whatever is killed, cut off, full, slow or wrong: every query is answered rightly, and no edit is lost', async () => {
    const proof = await prove('fleet', '--edits', '20', '--votes', '20', '--hold', '0.5')
    expect(broken(proof)).toEqual({})
    expect(proof.figures['edits acknowledged']).toBeGreaterThan(40)
  }, 600_000)
})
