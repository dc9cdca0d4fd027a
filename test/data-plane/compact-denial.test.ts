// Compact denial (RFC 9824): what the line itself answers in such a zone, what it leaves to who has the keys, and what that says.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FOR_OFFICE } from '../../src/data-plane/admit.js'
import { makeCounters } from '../../src/data-plane/counters.js'
import { Peer } from '../../src/data-plane/peer.js'
import { Responder } from '../../src/data-plane/respond.js'
import { decodeMessage, encodeQuery, type Message } from '../../src/dns/message.js'
import { formatName, parseName } from '../../src/dns/name.js'
import { RCODE, TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { readDocument, World } from '../world.js'
import { askSigned, makeKeys, NOW } from './signed-world.js'
import { validate } from './validator.js'

const keys = makeKeys()
let world: World
beforeAll(async () => {
  const document = readDocument(`
zones:
  example.com:
    dnssec: { denial: compact }
    nameservers: [ns.example.net]
    records:
      www: { type: A, data: 192.0.2.1 }
      a.b: { type: A, data: 192.0.2.2 }
      "*.wild": { type: A, data: 192.0.2.3 }
      "fon\\\\255\\\\255.wild": { type: A, data: 192.0.2.4 }
      alias: { type: CNAME, data: nowhere.example.com. }
      to-wild: { type: CNAME, data: x.wild.example.com. }
`)
  world = await World.of(document, [], new Map(), keys.signing)
})
afterAll(() => keys.remove())

const nsecsOf = ({ authorities }: Message): string[] =>
  authorities.flatMap(({ owner, type, rdata }) =>
    type === TYPE.NSEC ? [`${formatName(owner)} ${formatRdata(type, rdata)}`] : [],
  )
const queryFor = (name: string, dnssecOk = true): Uint8Array =>
  encodeQuery({ name: parseName(name), type: TYPE.A, edns: { dnssecOk } })

test.each([
  ['nowhere.example.com A', 'nowhere.example.com. \\000.nowhere.example.com. RRSIG NSEC NXNAME'],
  ['nowhere.example.com NSEC', 'nowhere.example.com. \\000.nowhere.example.com. RRSIG NXNAME'],
  ['www.example.com TXT', 'www.example.com. \\000.www.example.com. A RRSIG NSEC'],
  ['b.example.com A', 'b.example.com. \\000.b.example.com. RRSIG NSEC'],
  ['x.wild.example.com TXT', 'x.wild.example.com. \\000.x.wild.example.com. A RRSIG NSEC'],
])('%s is denied by one record: %s', (question, nsec) => {
  const [name, type] = question.split(' ') as [string, string]
  expect(nsecsOf(askSigned(world, name, type))).toEqual([nsec])
})

test('a name that is not there is NOERROR to who asks for signatures, NXDOMAIN to who does not, or knows the proof', () => {
  const query = queryFor('nowhere.example.com')
  const rcodes = [query, withFlag(query, 0x40), queryFor('nowhere.example.com', false)].map(
    bytes => decodeMessage(world.respond(bytes)).rcode,
  )
  expect(rcodes).toEqual([RCODE.NOERROR, RCODE.NXDOMAIN, RCODE.NXDOMAIN])
})

/** A bit of the flags of the OPT record, which comes last and has no options. */
function withFlag(query: Uint8Array, bit: number): Uint8Array {
  const copy = query.slice()
  copy[copy.length - 4]! |= bit
  return copy
}

test('what a wildcard gives has the proof of a space without names, and names a name that is there after all', () => {
  const [narrow] = nsecsOf(askSigned(world, 'x.wild.example.com', 'A'))
  expect(narrow).toMatch(/^w(\\255){62}\.wild\.example\.com\. x\\000\.wild\.example\.com\. RRSIG NSEC$/)
  const long = `fon${'\\255'.repeat(60)}`
  const [wide] = nsecsOf(askSigned(world, `${long.slice(0, 3)}${'\\255'.repeat(2)}\\000.wild.example.com`, 'A'))
  expect(wide).toMatch(/^fon\\255\\255\.wild\.example\.com\. /)
})

test('names that have no room for another label are denied as well', () => {
  const label = 'z'.repeat(63)
  for (const length of [56, 57, 58]) {
    const name = `${'y'.repeat(length - 10)}.${label}.${label}.${label}.example.com`
    for (const last of ['z', '\\255']) {
      const asked = `${last}${name}`
      validate(
        askSigned(world, asked, 'A'),
        { name: parseName(asked), type: TYPE.A },
        keys.anchors(world.document),
        NOW,
      )
    }
  }
})

test('a chain of aliases ends before a name that has to be denied, and who asked asks for that', () => {
  const { answers, authorities, rcode } = askSigned(world, 'alias.example.com', 'A')
  expect(answers.map(({ type }) => type)).toEqual([TYPE.CNAME, TYPE.RRSIG])
  expect([authorities, rcode]).toEqual([[], RCODE.NOERROR])
})

test('a proof is made once', () => {
  const [one, other] = [1, 2].map(() => Buffer.from(world.respond(queryFor('once.example.com'))))
  expect(one).toEqual(other)
})

test.each([
  // name, office, what comes of it
  ['nowhere.example.com', 1, FOR_OFFICE],
  ['x.wild.example.com', 1, FOR_OFFICE],
  ['nowhere.example.com', 0, RCODE.SERVFAIL],
  ['www.example.com', 1, RCODE.NOERROR],
  ['to-wild.example.com', 1, RCODE.NOERROR],
])('threads without keys, asked for %s with an office of %d: %d', (name, open, expected) => {
  const responder = new Responder(world.publisher.current()!.snapshot, makeCounters())
  responder.office = Int32Array.of(open)
  const query = queryFor(name)
  const message = new Uint8Array(query.length + 1232)
  message.set(query)
  const peer = new Peer()
  peer.set(Uint8Array.of(192, 0, 2, 9))
  const length = responder.respond(message, 0, query.length, peer)
  if (expected === FOR_OFFICE) {
    expect(length).toBe(FOR_OFFICE)
    expect(message.subarray(0, query.length)).toEqual(query)
  } else expect(decodeMessage(message.slice(0, length)).rcode).toBe(expected)
})
