// RFC 9460 §7.3: HTTPS and SVCB records whose hints are the addresses of the client's region.
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { parsePrefix } from '../../src/dns/address.js'
import { decodeMessage, encodeQuery } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE, typeNumber } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { healthOf, World } from '../world.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1, 192.0.2.2, "2001:db8::1"] }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.4, "2001:db8::4"] }
  old: { location: [35.7, 139.7], addresses: [192.0.2.5] }
zones:
  example.com:
    nameservers: [ns.other.test]
    records:
      api:
        - { steer: nearest, regions: [east, tokyo], ttl: { max: 40s, min: 5s } }
        - { type: HTTPS, data: '1 . alpn="h2,h3" port=8443 ech=AAA= dohpath=/q{?dns}', hints: steer }
      _8443._https.api:
        - { type: HTTPS, data: 1 api alpn=h2, hints: steer, ttl: 20s }
        - { type: HTTPS, data: 2 backup.example.net. alpn=h2, ttl: 20s }
      "@":
        - { type: ALIAS, data: api }
        - { type: HTTPS, data: "1 . alpn=h2", hints: steer }
      four: [ { steer: nearest, regions: [old] }, { type: SVCB, data: 1 ., hints: steer } ]
      www: { type: CNAME, data: api }
      to-api: { type: HTTPS, data: 0 api }
      "*.wild": [ { steer: nearest, regions: [east, tokyo] }, { type: HTTPS, data: 1 ., hints: steer } ]
      silent: [ { steer: nearest, regions: [east, tokyo], when-all-down: nodata }, { type: HTTPS, data: 1 . port=1, hints: steer } ]
      failing: [ { steer: nearest, regions: [east], when-all-down: servfail }, { type: HTTPS, data: 1 . port=1, hints: steer } ]
      shared: [ { steer: all, regions: [east, tokyo] }, { type: HTTPS, data: 1 ., hints: steer } ]
policies:
  all: [ take: all ]
`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
]
const TOKYO = '133.11.2.0/24'
const VIRGINIA = '128.143.2.0/24'

let world: World
beforeEach(async () => {
  world = await World.make(DOCUMENT, NETWORKS)
  await world.widened()
})

const query = (name: string, type: string, subnet?: string): Uint8Array =>
  encodeQuery({
    name: parseName(name),
    type: typeNumber(type)!,
    edns: true,
    ...(subnet === undefined ? {} : { subnet: parsePrefix(subnet)! }),
  })

function ask(name: string, type: string, subnet?: string) {
  const owner = name === '@' ? 'example.com' : `${name}.example.com`
  const response = decodeMessage(world.respond(query(owner, type, subnet)))
  return {
    rcode: response.rcode,
    answer: response.answers.map(({ ttl, type, rdata }) => `${ttl} ${formatRdata(type, rdata)}`),
    scope: response.edns?.subnet?.scope,
    additional: response.additionals.filter(({ type }) => type !== TYPE.OPT).length,
  }
}

test.each([
  // name, type, client, answer, scope
  [
    'api',
    'HTTPS',
    TOKYO,
    ['40 1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.4 ech=AAA= ipv6hint=2001:db8::4 dohpath="/q{?dns}"'],
    16,
  ],
  [
    'api',
    'HTTPS',
    VIRGINIA,
    ['40 1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1,192.0.2.2 ech=AAA= ipv6hint=2001:db8::1 dohpath="/q{?dns}"'],
    6,
  ],
  [
    '_8443._https.api',
    'HTTPS',
    TOKYO,
    ['20 1 api.example.com. alpn="h2" ipv4hint=192.0.2.4 ipv6hint=2001:db8::4', '20 2 backup.example.net. alpn="h2"'],
    16,
  ],
  // An ALIAS has the addresses of the steered name, and so the hints.
  ['@', 'HTTPS', TOKYO, ['40 1 . alpn="h2" ipv4hint=192.0.2.4 ipv6hint=2001:db8::4'], 16],
  ['four', 'SVCB', TOKYO, ['60 1 . ipv4hint=192.0.2.5'], 3],
  ['q.wild', 'HTTPS', TOKYO, ['60 1 . ipv4hint=192.0.2.4 ipv6hint=2001:db8::4'], 16],
  ['shared', 'HTTPS', TOKYO, ['60 1 . ipv4hint=192.0.2.1,192.0.2.2,192.0.2.4 ipv6hint=2001:db8::1,2001:db8::4'], 3],
] as const)('%s %s for %s', (name, type, subnet, answer, scope) => {
  expect(ask(name, type, subnet)).toEqual({ rcode: 0, answer, scope, additional: 0 })
})

test('they are what A and AAAA come to, with their scope and no more than their TTL, for every client', () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.constantFrom('api', 'q.wild', '@'), fc.boolean(), (client, name, isDown) => {
      world.publisher.setHealth(healthOf(world.document, isDown ? ['tokyo'] : [], 17_000))
      const bytes = [client >>> 24, (client >>> 16) & 255, (client >>> 8) & 255, 0]
      const subnet = `${bytes.join('.')}/24`
      const [a, aaaa, https] = ['A', 'AAAA', 'HTTPS'].map(type => ask(name, type, subnet))
      const addresses = (of: typeof a): string => of!.answer.map(line => line.split(' ')[1]).join()
      expect(https!.answer[0]).toContain(`ipv4hint=${addresses(a)}`)
      expect(https!.answer[0]).toContain(`ipv6hint=${addresses(aaaa)}`)
      expect(https!.scope).toBe(Math.max(a!.scope!, aaaa!.scope!))
      expect(https!.answer[0]!.split(' ')[0]).toBe(a!.answer[0]!.split(' ')[0])
    }),
    { numRuns: 200 },
  )
})

test('at the end of a chain they have the owner of its end', () => {
  const { answers } = decodeMessage(world.respond(query('www.example.com', 'HTTPS', TOKYO)))
  expect(answers.map(({ type }) => type)).toEqual([TYPE.CNAME, TYPE.HTTPS])
  expect(Buffer.from(answers[1]!.owner).toString('latin1')).toContain('api')
})

test('they do not come along with other records: what comes along is the same for everybody', () => {
  expect(ask('to-api', 'HTTPS', TOKYO)).toMatchObject({ answer: ['3600 0 api.example.com.'], scope: 0, additional: 0 })
})

test('ANY is not steered by them', () => {
  expect(ask('silent', 'ANY')).toMatchObject({ answer: ['3600 "RFC8482" ""'] })
})

describe('where no region can be given', () => {
  test.each(['silent', 'failing'])('%s has the record all the same, without hints', name => {
    world.publisher.setHealth(healthOf(world.document, ['east', 'tokyo']))
    expect(ask(name, 'HTTPS', TOKYO)).toMatchObject({ rcode: 0, answer: ['60 1 . port=1'] })
    expect(ask(name, 'A', TOKYO).answer).toEqual([])
  })
})

test('an answer that does not fit is truncated whole', async () => {
  const records = Array.from(
    { length: 9 },
    (_, i) => `{ type: HTTPS, data: '${i + 1} . alpn="${'x'.repeat(120)}"', hints: steer }`,
  )
  world = await World.make(`
regions: { one: { addresses: [192.0.2.1] } }
zones: { example.com: { nameservers: [ns.other.test], records: { api: [ { steer: nearest }, ${records.join()} ] } } }
`)
  const udp = decodeMessage(world.respond(query('api.example.com', 'HTTPS')))
  expect([udp.truncated, udp.answers.length]).toEqual([true, 0])
  const tcp = decodeMessage(world.respond(query('api.example.com', 'HTTPS'), { tcp: true }))
  expect([tcp.truncated, tcp.answers.length]).toEqual([false, 9])
})

test('of very many addresses 64 of a family are hints', async () => {
  const many = Array.from({ length: 70 }, (_, i) => `192.0.2.${i}`)
  world = await World.make(`
regions: { one: { addresses: [${many.join()}] } }
zones: { example.com: { nameservers: [ns.other.test], records: { api: [ { steer: nearest }, { type: HTTPS, data: 1 ., hints: steer } ] } } }
`)
  expect(ask('api', 'HTTPS').answer).toEqual([`60 1 . ipv4hint=${many.slice(0, 64).join()}`])
})
