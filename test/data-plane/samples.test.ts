import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RawSample, readSamples } from '../../src/data-plane/read-samples.js'
import {
  beginSample,
  FIELD,
  finishSample,
  makeSampleRing,
  REASON,
  REASONS,
  RESPONSE_BYTES,
  samplesWritten,
  slotAt,
} from '../../src/data-plane/sample-ring.js'
import { formatAddress, formatPrefix } from '../../src/dns/address.js'
import { decodeMessage } from '../../src/dns/message.js'
import { formatName } from '../../src/dns/name.js'
import { RCODE, TYPE } from '../../src/dns/numbers.js'
import { RUNG } from '../../src/snapshot/choices.js'
import { NO_ZONE } from '../../src/snapshot/slots.js'
import { healthOf, query, World } from '../world.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1, "2001:db8::1"] }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.4, "2001:db8::4"] }
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 198.51.100.1 }
      api: { steer: nearest, when-all-down: nodata }
      www: { type: CNAME, data: api }
      big: { type: TXT, data: '${'"long" '.repeat(400)}' }
      child: { type: NS, data: ns1 }
`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
  { prefix: '2400::/16', latitude: 35.7, longitude: 139.7 },
]

let world: World
let from = 0
beforeAll(async () => {
  world = await World.make(DOCUMENT, NETWORKS)
})
beforeEach(() => {
  world.publisher.setHealth(healthOf(world.document, []))
  from = samplesWritten(world.samples)
})

/** The one sample that was written since the test began. */
function last(): RawSample {
  const { samples, skipped } = readSamples(world.samples, from)
  expect([samples.length, skipped]).toEqual([1, 0])
  return samples[0]!
}

const regionOf = ({ regionSlot }: RawSample) => world.publisher.regionSlots.names[regionSlot]
const reasonOf = ({ reason }: RawSample) => REASONS[reason]

describe('a sample tells what was asked and what came of it', () => {
  test.each([
    // name, type, subnet, reason, rcode
    ['api.example.com', 'A', '133.11.2.0/24', 'steered', 'NOERROR'],
    ['www.example.com', 'A', '133.11.2.0/24', 'steered', 'NOERROR'],
    ['ns1.example.com', 'A', undefined, 'record', 'NOERROR'],
    ['ns1.example.com', 'AAAA', undefined, 'nodata', 'NOERROR'],
    ['nowhere.example.com', 'A', '133.11.2.0/24', 'nxdomain', 'NXDOMAIN'],
    ['x.child.example.com', 'A', undefined, 'referral', 'NOERROR'],
    ['example.org', 'A', undefined, 'error', 'REFUSED'],
  ] as const)('%s %s from %s: %s, %s', (name, type, subnet, reason, rcode) => {
    world.ask(name, type, subnet === undefined ? {} : { subnet })
    const sample = last()
    expect([formatName(sample.name), sample.type, reasonOf(sample), sample.rcode]).toEqual([
      `${name}.`,
      TYPE[type],
      reason,
      RCODE[rcode],
    ])
    expect(sample.regionSlot >= 0).toBe(reason === 'steered')
    expect(sample.zoneSlot === NO_ZONE).toBe(rcode === 'REFUSED')
    expect([sample.weight, sample.transport]).toEqual([1, 0])
  })

  test('what cannot be read is told without a name, and without anything of the query before', () => {
    world.ask('api.example.com', 'A', { subnet: '133.11.2.0/24' })
    from = samplesWritten(world.samples)
    world.respond(Uint8Array.from([...query('api.example.com', 'A')].slice(0, 20)))
    const sample = last()
    expect([reasonOf(sample), sample.name.length, sample.type, sample.rcode]).toEqual([
      'malformed',
      0,
      0,
      RCODE.FORMERR,
    ])
    expect([sample.regionSlot, sample.rung, sample.bySubnet]).toEqual([-1, -1, false])
  })

  test('what gets no answer has no bytes', () => {
    world.respond(new Uint8Array(3))
    const { bytes, packets } = last()
    expect([bytes, packets!.response]).toEqual([0, undefined])
  })

  test('the rung that an answer was found on is told', () => {
    world.publisher.setHealth(healthOf(world.document, ['east', 'tokyo']))
    world.ask('api.example.com', 'A', { subnet: '133.11.2.0/24' })
    const sample = last()
    expect([sample.rung, sample.regionSlot, reasonOf(sample)]).toEqual([RUNG.nodata, -1, 'steered'])
  })

  test('region, scope and size are those of the answer', () => {
    const response = world.respond(query('api.example.com', 'A', '133.11.2.0/24'))
    const sample = last()
    expect([regionOf(sample), sample.bytes, sample.scope]).toEqual([
      'tokyo',
      response.length,
      decodeMessage(response).edns?.subnet?.scope,
    ])
  })
})

describe('the client is a network, and never an address', () => {
  test.each([
    // subnet, source, client, by subnet
    ['133.11.2.0/24', '198.51.100.77', '133.11.2.0/24', true],
    ['133.11.0.0/16', '198.51.100.77', '133.11.0.0/16', true],
    ['133.11.2.128/25', '198.51.100.77', '133.11.2.0/24', true],
    ['2400:1:2:ff80::/64', '198.51.100.77', '2400:1:2:ff00::/56', true],
    ['2400::/20', '198.51.100.77', '2400::/20', true],
    [undefined, '128.143.2.55', '128.143.2.0/24', false],
    [undefined, '2400:1:2:3:4:5:6:7', '2400:1:2::/56', false],
    // Of a private network the resolver's own place decides.
    ['10.1.2.0/24', '128.143.2.55', '128.143.2.0/24', false],
    ['0.0.0.0/0', '128.143.2.55', '128.143.2.0/24', false],
  ])('with subnet %s from %s it is %s', (subnet, source, client, bySubnet) => {
    world.ask('api.example.com', 'A', { source, ...(subnet === undefined ? {} : { subnet }) })
    const sample = last()
    expect([formatPrefix(sample.client), sample.bySubnet]).toEqual([client, bySubnet])
  })
})

describe('packets are kept as they were sent', () => {
  test('the query as it came, and the response', () => {
    const asked = query('API.example.com', 'A', '133.11.2.0/24')
    const response = world.respond(asked, { source: '198.51.100.77' })
    const { packets } = last()
    expect(Buffer.from(packets!.query!)).toEqual(Buffer.from(asked))
    expect(Buffer.from(packets!.response!)).toEqual(Buffer.from(response))
    expect(formatAddress(packets!.address)).toBe('198.51.100.77')
  })

  test('one that is too long is left out', () => {
    const response = world.respond(query('big.example.com', 'TXT'), { tcp: true })
    expect(response.length).toBeGreaterThan(RESPONSE_BYTES)
    const { packets, bytes } = last()
    expect([packets!.response, bytes]).toEqual([undefined, response.length])
  })
})

describe('a ring is read without locks', () => {
  const put = (ring: ReturnType<typeof makeSampleRing>, weight: number): void => {
    const at = beginSample(ring)
    ring.words[at + FIELD.weight] = weight
    ring.words[at + FIELD.family] = 4
    ring.words[at + FIELD.reason] = REASON.record
    finishSample(ring, at)
  }

  test('who reads too late gets the newest, and is told how many are gone', () => {
    const ring = makeSampleRing(false)
    for (let i = 0; i < ring.slots + 10; i++) put(ring, i)
    const { samples, skipped, next } = readSamples(ring, 0)
    expect([samples.length, skipped, samples[0]!.weight]).toEqual([ring.slots, 10, 10])
    expect(readSamples(ring, next)).toEqual({ samples: [], skipped: 0, next })
  })

  test('a slot that is being written again is left out', () => {
    const ring = makeSampleRing(false)
    for (let i = 0; i < ring.slots; i++) put(ring, i)
    beginSample(ring)
    const { samples, skipped } = readSamples(ring, 0)
    expect([samples.length, skipped, samples[0]!.weight]).toEqual([ring.slots - 1, 1, 1])
  })

  test('numbers may wrap', () => {
    const ring = makeSampleRing(false)
    ring.words[0] = 2 ** 31 - 2
    const start = samplesWritten(ring)
    for (let i = 0; i < 5; i++) put(ring, i)
    const { samples, next } = readSamples(ring, start)
    expect(samples.map(({ weight }) => weight)).toEqual([0, 1, 2, 3, 4])
    expect(next).toBe(-(2 ** 31) + 3)
    expect(slotAt(ring, next)).toBeGreaterThan(0)
  })

  test('a thread that takes the place of another goes on where that one died', () => {
    const ring = makeSampleRing(false)
    put(ring, 1)
    beginSample(ring)
    put(ring, 2)
    expect(readSamples(ring, 0).samples.map(({ weight }) => weight)).toEqual([1, 2])
  })
})
