import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestNode, type TestNode } from '../world.js'

let node: TestNode
beforeAll(async () => {
  node = await startTestNode()
})
afterAll(() => node.close())

const LB = { region: 'us-east', source: 'lb', failing: true }
const RUM = { region: 'us-east', source: 'rum', errorRate: 0.1, samples: 300 }

test.each([
  [LB, 200, undefined],
  [{ ...RUM, reason: 'since the release' }, 200, undefined],
  [{ ...LB, address: '192.0.2.77' }, 409, '192.0.2.77 of "us-east" has no passive check'],
  [{ ...LB, region: 'us-eats' }, 404, 'no region is named "us-eats" (did you mean "us-east"?)'],
  [{ ...LB, errorRate: 1, samples: 1 }, 400, 'a signal has either "failing", or "errorRate" with "samples"'],
  [{ region: 'us-east', source: 'x' }, 400, 'a signal has either "failing", or "errorRate" with "samples"'],
  [{ ...RUM, samples: undefined }, 400, 'a signal has either "failing", or "errorRate" with "samples"'],
  [{ ...RUM, errorRate: 12 }, 400, expect.any(String)],
  [{ ...LB, source: 'a b' }, 400, expect.any(String)],
  [{ ...LB, colour: 'red' }, 400, expect.any(String)],
])('POST /v1/signals %j is answered with %d', async (payload, status, detail) => {
  const reply = await node.call('POST', '/v1/signals', { payload })
  expect([reply.statusCode, reply.json().detail]).toEqual([status, detail])
})
