import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { NodeEvent } from '../../../src/control-plane/operate/event.js'
import { EventBus } from '../../../src/control-plane/operate/event.js'
import { type Post, RETRIES_MS, signature, Webhooks } from '../../../src/control-plane/operate/webhook.js'

const NOW = 1_700_000_000_000
const DOWN: NodeEvent = { kind: 'health', at: NOW, region: 'eu', address: '192.0.2.1', up: false, cause: 'api: no' }

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
})
afterEach(() => {
  vi.useRealTimers()
})

/** What each attempt meets, one after the other; the last goes on. */
function scene(...meets: (number | Error)[]) {
  const sent: { readonly body: string; readonly headers: Readonly<Record<string, string>>; readonly at: number }[] = []
  const dead: string[] = []
  const post: Post = async (_url, body, headers) => {
    sent.push({ body, headers, at: Date.now() - NOW })
    const outcome = meets.length > 1 ? meets.shift() : meets[0]
    if (outcome instanceof Error) throw outcome
    return outcome ?? 200
  }
  const target = { url: 'https://hooks.test/', secret: 'open sesame' }
  const webhooks = new Webhooks({ targets: [target], node: 'ns1', onDead: (_url, why) => dead.push(why), post })
  return { webhooks, sent, dead }
}

test('a change is sent once, signed over its time and its body', async () => {
  const { webhooks, sent } = scene(204)
  webhooks.tell(DOWN)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(sent).toHaveLength(1)
  const [{ body, headers }] = sent as [(typeof sent)[0]] // one, by the line above
  expect(JSON.parse(body)).toEqual({
    ...DOWN,
    at: '2023-11-14T22:13:20.000Z',
    node: 'ns1',
    id: expect.stringMatching(/^\w+-1$/),
  })
  const mac = createHmac('sha256', 'open sesame').update(`1700000000.${body}`).digest('hex')
  expect(headers['meridian-signature']).toBe(`t=1700000000,v1=${mac}`)
  expect(webhooks.counts()).toEqual({ delivered: 1, dead: 0, waiting: 0 })
})

test('what does not arrive is tried again at growing intervals, and keeps its place before what comes after it', async () => {
  const { webhooks, sent } = scene(500, new Error('refused'), 200)
  webhooks.tell(DOWN)
  webhooks.tell({ ...DOWN, up: true })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sent.map(({ body, at }) => [JSON.parse(body).up, at])).toEqual([
    [false, 0],
    [false, 1000],
    [false, 6000],
    [true, 6001],
  ])
  expect(webhooks.counts()).toEqual({ delivered: 2, dead: 0, waiting: 0 })
})

test('what is never taken is given up, counted and told', async () => {
  const { webhooks, sent, dead } = scene(301)
  webhooks.tell(DOWN)
  await vi.advanceTimersByTimeAsync(RETRIES_MS.reduce<number>((sum, ms) => sum + ms, 1000))
  expect(sent).toHaveLength(RETRIES_MS.length + 1)
  expect(dead).toEqual(['status 301'])
  expect(webhooks.counts()).toEqual({ delivered: 0, dead: 1, waiting: 0 })
})

test('a target that stopped listening does not fill the memory, and after stop nothing is sent', async () => {
  const { webhooks, sent } = scene(500)
  for (let i = 0; i < 1100; i++) webhooks.tell(DOWN)
  expect(webhooks.counts()).toMatchObject({ waiting: 1000, dead: 100 })
  await vi.advanceTimersByTimeAsync(0)
  webhooks.stop()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(sent).toHaveLength(1)
})

test('snapshots and documents are for the event stream, not for webhooks', async () => {
  const { webhooks, sent } = scene(200)
  webhooks.tell({ kind: 'snapshot', at: NOW, version: 3 })
  webhooks.tell({ kind: 'document', at: NOW, revision: 'abc' })
  await vi.advanceTimersByTimeAsync(1000)
  expect(sent).toEqual([])
})

test('without a secret nothing is signed; a secret changes every signature', () => {
  expect(signature('a', 1, 'x')).not.toBe(signature('b', 1, 'x'))
})

test('a listener that fails does not keep events from the others', () => {
  const errors: unknown[] = []
  const bus = new EventBus(error => errors.push(error))
  const seen: NodeEvent[] = []
  bus.subscribe(() => {
    throw new Error('a bug')
  })
  const end = bus.subscribe(event => seen.push(event))
  bus.tell(DOWN)
  end()
  bus.tell(DOWN)
  expect([seen.length, errors.length]).toEqual([1, 2])
})
