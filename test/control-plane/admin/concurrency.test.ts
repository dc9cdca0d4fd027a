import { readdir } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestNode, type TestNode } from './world.js'

const CLIENTS = 50
const EDITS = 1

let node: TestNode
beforeEach(async () => {
  node = await startTestNode()
})
afterEach(() => node.close())

/** Each client adds to one number, and tries again where another one was faster. */
async function add(client: number): Promise<void> {
  for (let done = 0; done < EDITS; ) {
    const seen = await node.call('GET', '/v1/regions/us-east')
    const reply = await node.call('PATCH', '/v1/regions/us-east', {
      headers: { 'if-match': String(seen.headers['etag']), 'x-reason': `${client}.${done}` },
      payload: { capacity: (seen.json().capacity ?? 0) + 1 },
    })
    expect([200, 412]).toContain(reply.statusCode)
    if (reply.statusCode === 200) done++
  }
}

test('of many clients that count with If-Match no step is lost, history has each once, and no file is left behind', async () => {
  // Fewer than the clients at once, or all but one of them would only ever be told to try again.
  for (let first = 0; first < CLIENTS; first += 5)
    await Promise.all(Array.from({ length: 5 }, (_, i) => add(first + i)))
  expect(node.store.current().document.regions.get('us-east')?.capacity).toBe(CLIENTS * EDITS)
  const kept = node.store.revisions?.list() ?? []
  const newest = kept.slice(1)
  expect(newest.map(({ number }) => number)).toEqual(newest.map((_, i) => i + 2))
  expect(newest).toHaveLength(CLIENTS * EDITS)
  expect(new Set(newest.map(({ reason }) => reason)).size).toBe(newest.length)
  for (const { changes } of newest) expect(changes).toMatchObject([{ path: 'regions.us-east.capacity' }])
  expect((await readdir(node.folder)).filter(name => /tmp|new/.test(name))).toEqual([])
})

test('many clients that change different things without If-Match all succeed', async () => {
  const replies = await Promise.all(
    Array.from({ length: CLIENTS }, (_, i) =>
      node.call('PATCH', '/v1/traffic', {
        payload: { regions: { [`r${i}`]: { addresses: [`198.51.100.${i + 1}`] } } },
      }),
    ),
  )
  expect(replies.map(({ statusCode }) => statusCode)).toEqual(replies.map(() => 200))
  expect(node.store.current().document.regions.size).toBe(CLIENTS + 3)
})
