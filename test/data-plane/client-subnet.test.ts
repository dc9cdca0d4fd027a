// RFC 7871 by its clauses, as far as they concern an authoritative server; docs/steering.md has the same list.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatAddress, parsePrefix } from '../../src/dns/address.js'
import { decodeMessage, encodeQuery, type Message, type Query } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { CLASS, OPTION, RCODE, TYPE } from '../../src/dns/numbers.js'
import { type Asked, readDocument, World } from '../world.js'
import { askSigned, makeKeys } from './signed-world.js'

const DOCUMENT = `
regions:
  east: { location: [38.9, -77], addresses: [192.0.2.1, "2001:db8::1"] }
  tokyo: { location: [35.7, 139.7], addresses: [192.0.2.4, "2001:db8::4"] }
  many: { location: [0, 0], addresses: [${Array.from({ length: 29 }, (_, i) => `192.0.2.${100 + i}`).join(', ')}] }
zones:
  example.com:
    nameservers: [ns1.example.com]
    records:
      ns1: { type: A, data: 198.51.100.1 }
      api: { steer: nearest, regions: [east, tokyo] }
      many: { steer: nearest, regions: [many] }
      www: { type: CNAME, data: api }
      mail: { type: MX, data: "10 api" }
      static: { type: A, data: 198.51.100.2 }
      child: { type: NS, data: ns.child }
      ns.child: { type: A, data: 198.51.100.3 }
`
const NETWORKS = [
  { prefix: '133.11.0.0/16', latitude: 35.7, longitude: 139.7 },
  { prefix: '2400:cafe::/32', latitude: 35.7, longitude: 139.7 },
  { prefix: '128.143.0.0/16', latitude: 38, longitude: -78.5 },
  { prefix: '2001:db8:fd13::/48', latitude: 35.7, longitude: 139.7 },
  { prefix: '2001:db8:fd12::/48', latitude: 38, longitude: -78.5 },
]

let world: World
beforeAll(async () => {
  world = await World.make(DOCUMENT, NETWORKS)
  await world.widened()
})

const TOKYO = '133.11.0.0/24'
const queryOf = (name: string, subnet?: string, more: Partial<Query> = {}): Query => ({
  name: parseName(name),
  type: TYPE.A,
  edns: true,
  ...(subnet === undefined ? {} : { subnet: parsePrefix(subnet)! }),
  ...more,
})
const ask = (name: string, subnet?: string, more: Partial<Query> = {}, asked: Asked = {}): Message =>
  decodeMessage(world.respond(encodeQuery(queryOf(name, subnet, more)), asked))
const withSubnet = (...data: readonly number[]): Message =>
  ask('api.example.com', undefined, { options: [{ code: OPTION.CLIENT_SUBNET, data: Uint8Array.from(data) }] })
const addresses = ({ answers }: Message): string[] =>
  answers.filter(({ type }) => type === TYPE.A).map(({ rdata }) => formatAddress(rdata))

describe('§6', () => {
  test.each([
    ['too few octets of address', [0, 1, 24, 0, 133, 11]],
    ['too many octets of address', [0, 1, 24, 0, 133, 11, 0, 0]],
    ['octets of address where there is no prefix', [0, 1, 0, 0, 133]],
    ['a bit set beyond the source prefix length', [0, 1, 23, 0, 133, 11, 1]],
    ['a source prefix length beyond the family', [0, 1, 33, 0, 133, 11, 0, 0, 0]],
    ['a v6 source prefix length beyond the family', [0, 2, 129, 0, ...new Array(17).fill(0)]],
    ['a scope prefix length that is not 0', [0, 1, 24, 24, 133, 11, 0]],
    ['no room for its fixed part', [0, 1, 24]],
    ['nothing in it', []],
  ])('an option with %s is answered with FORMERR', (_, data) => {
    expect(withSubnet(...data)).toMatchObject({ rcode: RCODE.FORMERR, answers: [], edns: { options: [] } })
  })

  test.each([
    ['0.0.0.0/0'],
    ['128.0.0.0/1'],
    ['133.8.0.0/13'],
    [TOKYO],
    ['133.11.0.1/32'],
    ['::/0'],
    ['2400:cafe::/56'],
    ['2400:cafe::1/128'],
  ])('%s is well formed, and answered', subnet => {
    expect(ask('api.example.com', subnet)).toMatchObject({ rcode: RCODE.NOERROR, answers: [{}] })
  })
})

describe('§7.1.2, §7.5', () => {
  test.each([['0.0.0.0/0'], ['::/0']])(
    '%s hides the client: it is not refused, the resolver’s address decides, and the scope is 0',
    hidden => {
      const answer = ask('api.example.com', hidden, {}, { source: '133.11.7.7' })
      expect(answer.rcode).toBe(RCODE.NOERROR)
      expect(addresses(answer)).toEqual(['192.0.2.4'])
      expect(answer.edns?.subnet).toEqual({ prefix: parsePrefix(hidden), scope: 0 })
    },
  )
})

describe('§7.2.1, §7.2.2, §11.2, §12.1', () => {
  test.each([0, 3, 16385, 65535])('family %d is unknown: FORMERR, also without an address', family => {
    for (const rest of [
      [0, 0],
      [8, 0, 10],
    ])
      expect(withSubnet(family >> 8, family & 255, ...rest).rcode).toBe(RCODE.FORMERR)
  })

  test.each<[string, Query, number]>([
    ['a steered answer', queryOf('api.example.com', TOKYO), 16],
    ['a static answer', queryOf('static.example.com', TOKYO), 0],
    ['SOA', queryOf('example.com', TOKYO, { type: TYPE.SOA }), 0],
    ['NS', queryOf('example.com', TOKYO, { type: TYPE.NS }), 0],
    ['ANY', queryOf('api.example.com', TOKYO, { type: TYPE.ANY }), 0],
    ['NXDOMAIN', queryOf('no.example.com', TOKYO), 0],
    ['NODATA', queryOf('api.example.com', TOKYO, { type: TYPE.TXT }), 0],
    ['a referral', queryOf('x.child.example.com', TOKYO), 0],
    ['REFUSED', queryOf('example.org', TOKYO), 0],
    ['a refusal in class CH', queryOf('version.bind', TOKYO, { type: TYPE.TXT, qclass: CLASS.CH }), 0],
  ])('%s to a query with the option has it, and to one without has none', (_, query, scope) => {
    const answer = decodeMessage(world.respond(encodeQuery(query)))
    expect(answer.edns?.subnet).toEqual({ prefix: parsePrefix(TOKYO), scope })
    const { subnet: __, ...without } = query
    expect(decodeMessage(world.respond(encodeQuery(without))).edns?.subnet).toBeUndefined()
  })

  test('room for it is kept: an answer that would fit without it is truncated, and has it', () => {
    const small = { edns: { udpSize: 512 } }
    expect(ask('many.example.com', undefined, small)).toMatchObject({ truncated: false, answers: Array(29).fill({}) })
    const cut = ask('many.example.com', TOKYO, small)
    expect(cut).toMatchObject({ truncated: true, answers: [] })
    expect(cut.edns?.subnet?.prefix).toEqual(parsePrefix(TOKYO))
    expect(ask('many.example.com', TOKYO, small, { tcp: true }).answers).toHaveLength(29)
  })

  test.each([
    '0.0.0.0/0',
    '133.0.0.0/8',
    '133.10.0.0/15',
    TOKYO,
    '133.11.0.0/25',
    '133.11.0.9/32',
    '2400:cafe::/33',
    '::/0',
  ])('family, source and address of %s come back as they were, to the byte', subnet => {
    const query = encodeQuery(queryOf('api.example.com', subnet))
    const response = world.respond(query)
    const sent = Buffer.from(query.subarray(query.length - 4 - Math.ceil(Number(subnet.split('/')[1]) / 8)))
    const back = Buffer.from(response.subarray(response.length - sent.length))
    expect(back.subarray(0, 3)).toEqual(sent.subarray(0, 3))
    expect(back.subarray(4)).toEqual(sent.subarray(4))
  })

  test('the scope may be shorter than the source: the answer holds for more than was asked', () => {
    expect(ask('api.example.com', '133.11.0.9/32').edns?.subnet?.scope).toBe(16)
  })

  test('and longer: not all whom the source covers get this answer', () => {
    expect(ask('api.example.com', '133.0.0.0/8').edns?.subnet?.scope).toBeGreaterThan(8)
  })

  test('an answer of several record sets has the longest scope of any of them', () => {
    const chain = ask('www.example.com', TOKYO)
    expect(chain.answers.map(({ type }) => type)).toEqual([TYPE.CNAME, TYPE.A])
    expect(chain.edns?.subnet?.scope).toBe(16)
    expect(ask('www.example.com', TOKYO, { type: TYPE.CNAME }).edns?.subnet?.scope).toBe(0)
  })

  test('without the option the resolver’s address stands for the client', () => {
    expect(addresses(ask('api.example.com', undefined, {}, { source: '133.11.7.7' }))).toEqual(['192.0.2.4'])
    expect(addresses(ask('api.example.com', undefined, {}, { source: '128.143.7.7' }))).toEqual(['192.0.2.1'])
    expect(addresses(ask('api.example.com', undefined, { edns: false }, { source: '133.11.7.7' }))).toEqual([
      '192.0.2.4',
    ])
  })
})

describe('§7.4', () => {
  test('what comes along in the additional section is the same for everybody: no steered address is there', () => {
    expect(ask('mail.example.com', TOKYO, { type: TYPE.MX }).additionals).toEqual([])
    const glue = (subnet: string) => ask('x.child.example.com', subnet).additionals
    expect(glue(TOKYO)).toEqual(glue('128.143.0.0/16'))
  })
})

describe('§9', () => {
  const keys = makeKeys()
  afterAll(() => keys.remove())

  test.each([
    // name, type, scope, types that are signed
    ['example.com', 'DNSKEY', 0, [TYPE.DNSKEY]],
    ['nowhere.example.com', 'A', 0, [TYPE.SOA, TYPE.NSEC]],
    ['api.example.com', 'TXT', 0, [TYPE.SOA, TYPE.NSEC]],
    ['api.example.com', 'A', 16, [TYPE.A]],
  ] as const)(
    'of a signed zone %s %s has scope %d, and its signatures beside it',
    async (name, type, scope, signed) => {
      const document = readDocument(DOCUMENT.replace('example.com:', 'example.com:\n    dnssec: true'))
      const signedWorld = await World.of(document, NETWORKS, new Map(), keys.signing)
      await signedWorld.widened()
      const answer = askSigned(signedWorld, name, type, { subnet: TOKYO })
      expect(answer.edns?.subnet?.scope).toBe(scope)
      const signatures = [...answer.answers, ...answer.authorities].filter(record => record.type === TYPE.RRSIG)
      // RFC 4034 §3.1: the type that is covered comes first.
      expect(new Set(signatures.map(({ rdata }) => (rdata[0]! << 8) | rdata[1]!))).toEqual(new Set(signed))
    },
  )
})

describe('§10, §11.3', () => {
  test.each([
    ['10.1.2.0/24', 8],
    ['172.20.0.0/16', 12],
    ['192.168.7.0/24', 16],
    ['100.64.0.0/16', 10],
    ['127.0.0.0/8', 8],
    ['169.254.9.0/24', 16],
    ['224.1.0.0/16', 4],
    ['fd00:1::/48', 7],
    ['fe80::/64', 10],
    ['::1/128', 128],
  ])('%s is private or unroutable: the resolver’s address decides, and the scope covers the block', (subnet, most) => {
    const answer = ask('api.example.com', subnet, {}, { source: '133.11.7.7' })
    expect(addresses(answer)).toEqual(['192.0.2.4'])
    const { scope } = answer.edns!.subnet!
    expect(scope).toBeGreaterThan(0)
    expect(scope).toBeLessThanOrEqual(most)
  })
})

describe('§13, the example', () => {
  const SUBNET = [0x20, 0x01, 0x0d, 0xb8, 0xfd, 0x13, 0x42]

  test('the option of 11 octets comes back as it was, but for its scope of 48', () => {
    const query = encodeQuery(queryOf('api.example.com', '2001:db8:fd13:4200::/56'))
    expect([...query.subarray(-15)]).toEqual([0, 8, 0, 0x0b, 0, 2, 0x38, 0, ...SUBNET])
    const response = world.respond(query)
    expect([...response.subarray(-15)]).toEqual([0, 8, 0, 0x0b, 0, 2, 0x38, 0x30, ...SUBNET])
    expect(addresses(decodeMessage(response))).toEqual(['192.0.2.4'])
  })
})
