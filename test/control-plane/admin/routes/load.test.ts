import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
})
afterAll(() => node.close())

const report = (region: string, payload: object) => node.call('POST', `/v1/regions/${region}/load`, { payload })

test('a region reports its load, of the capacity that it says, or of that in the document', async () => {
  expect((await report('us-east', { current: 30, capacity: 60 })).json()).toMatchObject({
    region: 'us-east',
    current: 30,
    capacity: 60,
    inForce: 0,
    stale: false,
  })
  expect((await report('spare', { current: 5 })).json()).toMatchObject({ capacity: 10 })
  expect((await node.call('GET', '/v1/load')).json().loads).toHaveLength(2)
})

test('a region may report a target, and how balancing stands is told beside the loads', async () => {
  expect((await report('us-east', { current: 30, capacity: 60, target: 45 })).json()).toMatchObject({ target: 45 })
  expect((await node.call('GET', '/v1/load')).json().balance).toBeUndefined()
  node.balance = { at: 0, groups: 7, moved: 2, elsewhere: 0.1 }
  expect((await node.call('GET', '/v1/load')).json().balance).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    groups: 7,
    moved: 2,
    elsewhere: 0.1,
  })
})

test.each([
  ['the region is not there', 'us-eas', { current: 1 }, 404, 'region-not-found'],
  ['nobody says the capacity', 'us-east', { current: 1 }, 400, 'request-invalid'],
  ['the load is below nothing', 'us-east', { current: -1, capacity: 5 }, 400, 'request-invalid'],
  ['the target is more than the capacity', 'us-east', { current: 1, capacity: 5, target: 6 }, 400, 'request-invalid'],
  ['the capacity is nothing', 'us-east', { current: 1, capacity: 0 }, 400, 'request-invalid'],
])('a report is refused where %s', async (_, region, payload, status, type) => {
  const reply = await report(region, payload)
  expect([reply.statusCode, reply.json().type]).toEqual([status, `/problems/${type}`])
})
