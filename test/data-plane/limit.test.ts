import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeCounters, total } from '../../src/data-plane/counters.js'
import { LIMIT, Limiter, type LimitOptions, makeLimitTable } from '../../src/data-plane/limit.js'
import { Peer, TRANSPORT } from '../../src/data-plane/peer.js'
import { Responder } from '../../src/data-plane/respond.js'
import { parseAddress, parsePrefix } from '../../src/dns/address.js'
import { decode, query, World } from '../world.js'

const OPTIONS: LimitOptions = { perSecond: 10, burst: 20, slip: 1, dryRun: false, exempt: [] }
const make = (options: Partial<LimitOptions> = {}): Limiter =>
  new Limiter({ ...OPTIONS, ...options }, makeLimitTable(7))
const from = (text: string): Peer => {
  const peer = new Peer()
  peer.set(parseAddress(text)!)
  return peer
}
/** How many of `count` queries pass. */
const passed = (limiter: Limiter, count: number, address: (i: number) => string): number => {
  let passed = 0
  for (let i = 0; i < count; i++) if (limiter.check(from(address(i))) === LIMIT.pass) passed++
  return passed
}

test.each([
  ['192.0.2.1', 20],
  ['2001:db8::1', 20],
])('at one moment %s gets its burst and no more', (address, burst) => {
  expect(passed(make(), 100, () => address)).toBe(burst)
})

test.each([
  ['a /24', (i: number) => `192.0.2.${i % 250}`, 20 * 32],
  ['a /20', (i: number) => `192.0.${(i >> 8) & 15}.${i & 255}`, 20 * 256],
  ['a /64', (i: number) => `2001:db8::${(i + 1).toString(16)}`, 20 * 2],
  ['a /48', (i: number) => `2001:db8:1:${i.toString(16)}::1`, 20 * 4],
])('%s gets the multiple of its length, however many addresses it asks from', (_, address, burst) => {
  expect(passed(make(), 8000, address)).toBe(burst)
})

test('what drains in a second may be asked in a second, and silence fills the burst again, but no more', () => {
  const limiter = make()
  passed(limiter, 100, () => '192.0.2.1')
  limiter.setTime(1000)
  expect(passed(limiter, 100, () => '192.0.2.1')).toBe(10)
  limiter.setTime(1_000_000)
  expect(passed(limiter, 100, () => '192.0.2.1')).toBe(20)
})

test('a clock that wraps, or goes back, lets everybody pass rather than nobody', () => {
  const limiter = make()
  limiter.setTime(2 ** 30 - 1)
  passed(limiter, 100, () => '192.0.2.1')
  limiter.setTime(2 ** 30 + 1)
  expect(limiter.check(from('192.0.2.1'))).toBe(LIMIT.pass)
})

test('one that asks too much does not hold its neighbours back', () => {
  const limiter = make()
  passed(limiter, 1000, () => '192.0.2.1')
  expect(passed(limiter, 20, () => '192.0.2.2')).toBe(20)
})

test('over a million addresses that were forged, one that is honest is still served', () => {
  const limiter = make({ perSecond: 100, burst: 100 })
  for (let i = 0; i < 300_000; i++)
    limiter.check(from(`${1 + (i % 200)}.${(i >> 3) & 255}.${(i >> 9) & 255}.${i & 255}`))
  limiter.setTime(50)
  expect(passed(limiter, 50, () => '203.0.113.77')).toBe(50)
})

test.each([
  [0, ['drop', 'drop', 'drop', 'drop']],
  [1, ['truncate', 'truncate', 'truncate', 'truncate']],
  [2, ['drop', 'truncate', 'drop', 'truncate']],
  [3, ['drop', 'drop', 'truncate', 'drop']],
] as const)('with slip %d what is held back is %j', (slip, told) => {
  const limiter = make({ slip })
  passed(limiter, 20, () => '192.0.2.1')
  const names = ['pass', 'truncate', 'drop'] as const
  expect(told.map(() => names[limiter.check(from('192.0.2.1'))])).toEqual(told)
})

test('networks that are exempt are never held back, and those beside them are', () => {
  const limiter = make({ exempt: [parsePrefix('192.0.2.128/25')!, parsePrefix('2001:db8::/33')!] })
  for (const inside of ['192.0.2.129', '2001:db8:7fff::1']) expect(passed(limiter, 100, () => inside)).toBe(100)
  for (const outside of ['192.0.2.127', '2001:db8:8000::1']) expect(passed(limiter, 100, () => outside)).toBe(20)
})

test('two threads pour into the same buckets', () => {
  const table = makeLimitTable(7)
  const [a, b] = [new Limiter(OPTIONS, table), new Limiter(OPTIONS, table)]
  expect(passed(a, 15, () => '192.0.2.1') + passed(b, 15, () => '192.0.2.1')).toBe(20)
})

test('no address and no clock makes it throw', () => {
  const limiter = make({ exempt: [parsePrefix('10.0.0.0/9')!] })
  const address = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  )
  fc.assert(
    fc.property(address, fc.nat({ max: 2 ** 53 - 1 }), (bytes, time) => {
      const peer = new Peer()
      peer.set(bytes)
      limiter.setTime(time)
      expect([0, 1, 2]).toContain(limiter.check(peer))
    }),
  )
})

describe('on the line', () => {
  const DOCUMENT = `
regions: { east: { addresses: [192.0.2.1] } }
zones: { example.com: { nameservers: [ns.example.net], records: { api: { steer: nearest } } } }`

  async function ask(options: Partial<LimitOptions>, count: number, transport: number = TRANSPORT.udp) {
    const world = await World.make(DOCUMENT)
    const counters = makeCounters()
    const responder = new Responder(world.publisher.current()!.snapshot, counters, make(options))
    const peer = from('198.51.100.9')
    peer.transport = transport
    const answers = Array.from({ length: count }, () => {
      const asked = query('api.example.com', 'A', '192.0.2.0/24')
      const message = new Uint8Array(2048)
      message.set(asked)
      const length = responder.respond(message, 0, asked.length, peer)
      return length === 0 ? undefined : decode(message.subarray(0, length))
    })
    return { answers, scalars: total([counters]).scalars }
  }

  test('what is held back is sent truncated and empty, as an invitation to TCP, and counted', async () => {
    const { answers, scalars } = await ask({}, 25)
    expect(answers.slice(0, 20).every(answer => answer?.answers.length === 1)).toBe(true)
    expect(answers.slice(20)).toMatchObject(Array(5).fill({ flag_tc: true, rcode: 'NOERROR', answers: [] }))
    expect(scalars).toMatchObject({ limited: 5, limitedTruncated: 5 })
  })

  test('or not sent at all', async () => {
    const { answers, scalars } = await ask({ slip: 0 }, 25)
    expect(answers.slice(20)).toEqual(Array(5).fill(undefined))
    expect(scalars).toMatchObject({ limited: 5, limitedTruncated: 0 })
  })

  test('a dry run counts and answers', async () => {
    const { answers, scalars } = await ask({ dryRun: true }, 25)
    expect(answers.every(answer => answer?.answers.length === 1)).toBe(true)
    expect(scalars).toMatchObject({ limited: 5, limitedTruncated: 0 })
  })

  test('TCP is never limited: its address is not forged', async () => {
    const { answers } = await ask({}, 100, TRANSPORT.tcp)
    expect(answers.every(answer => answer?.answers.length === 1)).toBe(true)
  })
})
