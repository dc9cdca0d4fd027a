// The version of the zone that a response comes from (RFC 9660), for who asks for it.
import { expect, test } from 'vitest'
import { decodeMessage, encodeQuery, type Message, type Query } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { CLASS, OPTION, RCODE, TYPE } from '../../src/dns/numbers.js'
import { healthOf, World } from '../world.js'

const DOCUMENT = `
regions: { east: { addresses: [192.0.2.1] } }
zones:
  example.com:
    soa: { serial: 4294967295 }
    nameservers: [ns.example.net]
    records:
      api: { steer: nearest, when-all-down: servfail }
      www: { type: CNAME, data: a.b.c.deep.example.com. }
      child: { type: NS, data: ns.example.net. }
      long: { type: TXT, data: '${Array(3)
        .fill(`"${'x'.repeat(250)}"`)
        .join(' ')}' }
  deep.example.com:
    soa: { serial: 7 }
    nameservers: [ns.example.net]
    records: { a.b.c: { type: A, data: 192.0.2.9 } }
  ".":
    soa: { serial: 2026112901 }
    nameservers: [ns.example.net]
    records: { ns.example.net: { type: A, data: 192.0.2.53 } }
`
const NOTHING = new Uint8Array(0)
const EXAMPLE = '0200ffffffff'
const DEEP = '030000000007'
const ROOT = `0000${(2026112901).toString(16)}`

const world = await World.make(DOCUMENT)
const asking = (name: string, type: number, rest: Partial<Query> = {}, ...data: readonly Uint8Array[]): Uint8Array =>
  encodeQuery({
    ...{ name: parseName(name), type, edns: true, ...rest },
    options: (data.length === 0 ? [NOTHING] : data).map(one => ({ code: OPTION.ZONE_VERSION, data: one })),
  })
const ask = (query: Uint8Array): Message => decodeMessage(world.respond(query))
const told = ({ edns }: Message): readonly string[] | undefined =>
  edns?.options.filter(({ code }) => code === OPTION.ZONE_VERSION).map(({ data }) => Buffer.from(data).toString('hex'))

test.each<[string, string, number, number, string]>([
  ['an answer', 'api.example.com', TYPE.A, RCODE.NOERROR, EXAMPLE],
  ['§3.2 a referral: that of the zone that refers', 'x.child.example.com', TYPE.A, RCODE.NOERROR, EXAMPLE],
  ['§3.2 no such name', 'no.example.com', TYPE.A, RCODE.NXDOMAIN, EXAMPLE],
  ['§3.2 no such type', 'api.example.com', TYPE.MX, RCODE.NOERROR, EXAMPLE],
  ['§2.1 a chain into another zone: that of the name that was asked for', 'www.example.com', TYPE.A, 0, EXAMPLE],
  ['a zone within another', 'a.b.c.deep.example.com', TYPE.A, RCODE.NOERROR, DEEP],
  ['§2.1 the root, which has no labels', 'example.org', TYPE.A, RCODE.NXDOMAIN, ROOT],
])('%s', (_, name, type, rcode, version) => {
  const answer = ask(asking(name, type))
  expect(answer.rcode).toBe(rcode)
  expect(told(answer)).toEqual([version])
})

test('§3.2 a failure of ours', () => {
  world.publisher.setHealth(healthOf(world.document, ['east']))
  const answer = ask(asking('api.example.com', TYPE.A))
  world.publisher.setHealth(new Map())
  expect(answer.rcode).toBe(RCODE.SERVFAIL)
  expect(told(answer)).toEqual([EXAMPLE])
})

test('§3.2.2 who did not ask is not told', () => {
  expect(told(ask(encodeQuery({ name: parseName('api.example.com'), type: TYPE.A, edns: true })))).toEqual([])
})

test('§3.2 what is of no zone has no version', async () => {
  const small = await World.make(DOCUMENT.slice(0, DOCUMENT.indexOf('  ".":')))
  const answers = [
    asking('example.net', TYPE.A),
    asking('api.example.com', TYPE.A, { qclass: CLASS.CH }),
    asking('api.example.com', TYPE.AXFR),
  ].map(query => decodeMessage(small.respond(query)))
  for (const answer of answers) {
    expect(answer.rcode).toBe(RCODE.REFUSED)
    expect(told(answer)).toEqual([])
  }
})

test.each([
  ['one that is not empty', [Uint8Array.of(0)]],
  ['one that looks like an answer', [Buffer.from(EXAMPLE, 'hex')]],
  ['two of them', [NOTHING, NOTHING]],
])('§3.2.1 %s gets FORMERR', (_, options) => {
  const answer = ask(asking('api.example.com', TYPE.A, {}, ...options))
  expect(answer.rcode).toBe(RCODE.FORMERR)
  expect(answer.edns?.options).toEqual([])
})

test('room is kept for it, and it comes with TC as well', () => {
  const long = (udpSize: number): Message => ask(asking('long.example.com', TYPE.TXT, { edns: { udpSize } }))
  expect(long(1232)).toMatchObject({ truncated: false, answers: [{}] })
  expect(long(512)).toMatchObject({ truncated: true, answers: [] })
  expect(told(long(512))).toEqual([EXAMPLE])
})
