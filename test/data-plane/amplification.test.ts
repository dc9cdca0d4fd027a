// How much longer answers are than their questions, for each class of response; docs/security.md has the figures.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { UDP_SIZE } from '../../src/data-plane/opt.js'
import { decodeMessage, encodeQuery } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { rowsOf } from '../docs/markdown.js'
import { HostileWorld } from './hostile-world.js'

/** IPv4 and UDP around each packet: what counts for whoever is flooded is all of it. */
const HEADERS = 28

let world: HostileWorld
beforeAll(async () => {
  world = await HostileWorld.make()
})
afterAll(() => world.stop())

interface Class {
  readonly name: string
  readonly type?: number
  readonly udpSize?: number
  readonly version?: number
}

/** The shortest question of each class that gets its longest answer here, EDNS of 4096 bytes unless told. */
const CLASSES: Readonly<Record<string, Class>> = {
  'an address': { name: 'mail.example.com' },
  'a steered name': { name: 'api.example.com' },
  'an alias and what it leads to': { name: 'chain.example.com' },
  'an alias that leads to itself': { name: 'loop.example.com' },
  'mail servers with their addresses': { name: 'example.com', type: TYPE.MX },
  'no such name': { name: 'nowhere.example.com' },
  'the name without the type': { name: 'mail.example.com', type: TYPE.TXT },
  'a delegation': { name: 'x.child.example.com' },
  ANY: { name: 'example.com', type: TYPE.ANY },
  'a name that is not ours': { name: 'example.org' },
  'a transfer': { name: 'example.com', type: TYPE.AXFR },
  'EDNS of another version': { name: 'example.com', version: 1 },
  'texts of 440 bytes': { name: 'near-limit.example.com', type: TYPE.TXT },
  'texts of 440 bytes, without EDNS': { name: 'near-limit.example.com', type: TYPE.TXT, udpSize: 0 },
  'texts of 1,200 bytes: the most that is ever sent by UDP': { name: 'long.example.com', type: TYPE.TXT },
  'texts of 1,200 bytes, without EDNS: truncated': { name: 'long.example.com', type: TYPE.TXT, udpSize: 0 },
  'texts of 15,000 bytes: truncated': { name: 'longer.example.com', type: TYPE.TXT },
}

function measure({ name, type = TYPE.A, udpSize = 4096, version = 0 }: Class): { asked: number; answered: number } {
  const query = encodeQuery({ name: parseName(name), type, ...(udpSize === 0 ? {} : { edns: { udpSize } }) })
  // Behind the class of the OPT record, which ends with the message, stand the upper response code and the version.
  if (version > 0) query[query.length - 5] = version
  return { asked: query.length, answered: world.respond(query, 'udp').length }
}

const factorOf = ({ asked, answered }: { asked: number; answered: number }): number =>
  (answered + HEADERS) / (asked + HEADERS)

test('docs/security.md has the factor of each class of response', () => {
  const written = rowsOf('docs/security.md').filter(([what = '']) => Object.hasOwn(CLASSES, what))
  expect(written.map(([what]) => what)).toEqual(Object.keys(CLASSES))
  // An option more or less is no other class.
  for (const [what = '', factor] of written)
    expect(Math.abs(Number(factor) - factorOf(measure(CLASSES[what]!))), `${what}: ${factor}`).toBeLessThan(0.5)
})

test('EDNS of another version is answered as such', () => {
  const query = encodeQuery({ name: parseName('example.com'), type: TYPE.A, edns: true })
  query[query.length - 5] = 1
  expect(decodeMessage(world.respond(query, 'udp')).rcode).toBe(16)
})

test('the highest factor there can be is below 23: that of 1,232 bytes for the shortest question with EDNS', () => {
  // Header, root, type, class, OPT.
  const shortest = 12 + 1 + 4 + 11
  expect(factorOf({ asked: shortest, answered: UDP_SIZE })).toBeLessThan(23)
  for (const one of Object.values(CLASSES)) expect(measure(one).answered).toBeLessThanOrEqual(UDP_SIZE)
})

test('what is refused multiplies nothing', () => {
  for (const name of ['example.org', 'com', '.'])
    for (const udpSize of [0, 1232]) expect(factorOf(measure({ name, udpSize }))).toBeLessThan(1.5)
})

test('a truncated answer is no longer than its question', () => {
  for (const udpSize of [0, 512, 4096]) {
    const { asked, answered } = measure({ name: 'longer.example.com', type: TYPE.TXT, udpSize })
    expect(answered).toBeLessThanOrEqual(asked)
  }
})
