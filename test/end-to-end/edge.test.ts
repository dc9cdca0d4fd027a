import { describe, expect, test } from 'vitest'
import { Cable } from './namespaces.js'
import { broken, prove } from './proof.js'

// Where namespaces cannot be had, CI fails with the reason in namespaces.test.ts.
const unavailable = await Cable.unavailable()

describe.runIf(unavailable === undefined)('by keepalived, BIRD, ExaBGP and the files that are shipped for them', () => {
  test('an address goes from a node that is killed to one that answers, and nothing is lost when it is back', async () => {
    expect(broken(await prove('edge', '--runs', '1', '--machines', '0'))).toEqual({})
  }, 600_000)
})
