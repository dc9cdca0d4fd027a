import { afterAll, beforeAll, expect, test } from 'vitest'
import { toExplain } from '../../../src/control-plane/transfer/explained.js'
import { parsePrefix } from '../../../src/dns/address.js'
import { decodeMessage, encodeQuery } from '../../../src/dns/message.js'
import { formatName, parseName } from '../../../src/dns/name.js'
import { CLASS, TYPE } from '../../../src/dns/numbers.js'
import { OfficeWorld } from './world.js'

let world: OfficeWorld
beforeAll(async () => {
  world = await OfficeWorld.make()
})

afterAll(() => world.close())

const query = (name: string, subnet?: string) =>
  encodeQuery({
    name: parseName(name),
    type: TYPE.TXT,
    edns: true,
    ...(subnet === undefined ? {} : { subnet: parsePrefix(subnet)! }), // a test gives a network
  })

async function ask(message: Uint8Array, how: { sender?: string; transport?: 'tcp' | 'udp' } = {}) {
  const [answer] = await world.ask(message, { transport: 'udp', ...how })
  return decodeMessage(answer!)
}

const stringsIn = (rdata: Uint8Array): string[] =>
  rdata.length === 0
    ? []
    : [Buffer.from(rdata.subarray(1, 1 + rdata[0]!)).toString(), ...stringsIn(rdata.subarray(1 + rdata[0]!))]

test.each([
  ['_explain.api.example.com', 'api.example.com.'],
  ['_EXPLAIN.api.example.com', 'api.example.com.'],
  ['_explain.', '.'],
  ['_explains.api.example.com', undefined],
  ['api.example.com', undefined],
])('TXT at %s explains %s', (name, explained) => {
  const asked = toExplain({ name: parseName(name), type: TYPE.TXT, qclass: CLASS.IN })
  expect(asked && formatName(asked)).toBe(explained)
})

test('no other type and no other class explains', () => {
  const name = parseName('_explain.api.example.com')
  expect(toExplain({ name, type: TYPE.A, qclass: CLASS.IN })).toBeUndefined()
  expect(toExplain({ name, type: TYPE.TXT, qclass: CLASS.CH })).toBeUndefined()
})

test('it is about the client subnet, by the resolver that asks, and comes in strings of at most 255 bytes', async () => {
  world.sentences = ['x'.repeat(300), 'last']
  const { answers, edns } = await ask(query('_explain.api.example.com', '203.0.113.0/24'))
  expect(stringsIn(answers[0]!.rdata)).toEqual([
    'api.example.com. 203.0.113.0/24 198.51.100.7',
    'x'.repeat(255),
    'x'.repeat(45),
    'last',
  ])
  expect(answers[0]!.ttl).toBe(0)
  expect(edns?.subnet?.scope).toBe(24)
  expect(world.counted).toContain('explain NOERROR')
})

test('what does not fit is truncated by UDP, and whole by TCP', async () => {
  world.sentences = Array.from({ length: 100 }, () => 'a sentence of a few words')
  const message = query('_explain.api.example.com')
  expect(await ask(message)).toMatchObject({ truncated: true, answers: [] })
  const [answer] = await world.ask(message, { transport: 'tcp' })
  expect(stringsIn(decodeMessage(answer!).answers[0]!.rdata)).toHaveLength(101)
})

test('who may not ask gets what the line says', async () => {
  world.line = message => message.slice(0, 12)
  const [answer] = await world.ask(query('_explain.api.example.com'), { sender: '203.0.113.9', transport: 'udp' })
  expect(answer).toHaveLength(12)
})
