import { Agent, EventSource } from 'undici'
import { expect, test } from 'vitest'
import type { NodeEvent } from '../../../../src/control-plane/operate/event.js'
import { startTestNode, TOKEN } from '../world.js'

const authorization = `Bearer ${TOKEN}`
const turned = (region: string): NodeEvent => ({ kind: 'health', at: 0, region, address: '192.0.2.1', up: false })

/** What a stream begins with, and after it. */
async function follow(address: string, headers: Record<string, string> = {}) {
  const stream = await fetch(`${address}/v1/events`, { headers: { authorization, ...headers } })
  const reader = stream.body!.getReader()
  const read = async (): Promise<string> => Buffer.from((await reader.read()).value ?? []).toString()
  return { stream, reader, read }
}

test('events come as they happen, behind the token, and a server that stops ends them', async () => {
  const node = await startTestNode()
  const address = await node.app.listen({ host: '127.0.0.1', port: 0 })
  expect((await fetch(`${address}/v1/events`)).status).toBe(401)
  const { stream, reader, read } = await follow(address)
  expect(stream.headers.get('content-type')).toBe('text/event-stream')
  expect(await read()).toMatch(/^retry: 2000\n\nid: [0-9a-z]+-0\n\n$/)
  node.tell(turned('us-east'))
  expect(await read()).toMatch(
    /^event: health\nid: [0-9a-z]+-1\ndata: {"at":"1970-01-01T00:00:00.000Z","region":"us-east","address":"192.0.2.1","up":false}\n\n$/,
  )
  expect(node.listeners()).toBe(1)
  await node.close()
  expect((await reader.read()).done).toBe(true)
  expect(node.listeners()).toBe(0)
})

test('whoever comes again is sent what it has missed, or that this is not known any more', async () => {
  const node = await startTestNode()
  const address = await node.app.listen({ host: '127.0.0.1', port: 0 })
  const first = await follow(address)
  const [, id = ''] = /id: (.*)\n/.exec(await first.read()) ?? []
  await first.reader.cancel()
  for (const region of ['a', 'b']) node.tell(turned(region))
  const again = await follow(address, { 'last-event-id': id })
  expect((await again.read()).match(/"region":"."/g)).toEqual(['"region":"a"', '"region":"b"'])
  for (const unknown of ['lp0a1b2c-1', 'nonsense', `${id.split('-')[0]}-3`, `${id}5`]) {
    const { read, reader } = await follow(address, { 'last-event-id': unknown })
    expect(await read(), unknown).toMatch(/\n\nevent: reset\nid: [0-9a-z]+-2\ndata: {}\n\n$/)
    await reader.cancel()
  }
  await again.reader.cancel()
  await node.close()
})

test('a client of the standard whose connection breaks comes back by itself, and has missed nothing', async () => {
  const node = await startTestNode()
  const address = await node.app.listen({ host: '127.0.0.1', port: 0 })
  const agent = new Agent()
  const dispatcher = agent.compose(dispatch => (options, handler) => {
    const headers = { ...(options.headers as Record<string, string>), authorization } // as EventSource makes them
    return dispatch({ ...options, headers }, handler)
  })
  const source = new EventSource(`${address}/v1/events`, { dispatcher })
  const heard: string[] = []
  let opened = 0
  source.addEventListener('open', () => opened++)
  source.addEventListener('health', event => heard.push(JSON.parse((event as MessageEvent).data).region))
  await expect.poll(() => opened, { timeout: 30_000 }).toBe(1)
  node.tell(turned('before'))
  await expect.poll(() => heard, { timeout: 30_000 }).toEqual(['before'])
  node.app.server.closeAllConnections()
  for (const region of ['meanwhile', 'later']) node.tell(turned(region))
  await expect.poll(() => opened, { timeout: 30_000 }).toBe(2)
  node.tell(turned('after'))
  await expect.poll(() => heard, { timeout: 30_000 }).toEqual(['before', 'meanwhile', 'later', 'after'])
  source.close()
  await agent.destroy()
  await node.close()
})
