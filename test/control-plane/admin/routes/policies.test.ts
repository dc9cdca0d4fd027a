import { afterEach, beforeEach, expect, test } from 'vitest'
import { DOCUMENT, startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

const policy = async (id: string) =>
  (await node.call('GET', '/v1/policies')).json().policies.find((one: { id: string }) => one.id === id)

test('the built-in policies are there with their steps, and the records that they decide', async () => {
  expect(await policy('nearest')).toMatchObject({ builtIn: true, steps: [{ step: 'distance' }] })
  expect((await policy('nearest')).records.length).toBeGreaterThan(0)
  expect(await policy('failover')).toEqual({
    id: 'failover',
    builtIn: true,
    steps: [{ step: 'tier' }, { step: 'order' }],
    records: [],
  })
})

test('one that is written goes before the built-in one of its name, and defaults are filled in', async () => {
  await node.rewrite(`${DOCUMENT}\npolicies: { sticky: [ { shed: { low: 70% } } ] }\n`)
  expect(await policy('sticky')).toEqual({
    id: 'sticky',
    builtIn: false,
    steps: [{ step: 'shed', low: 0.7, high: 1 }],
    records: [],
  })
})
