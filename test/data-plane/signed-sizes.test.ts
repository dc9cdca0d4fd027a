// Signed answers in little room, and the bits that go with signatures: a reply by UDP never exceeds what was asked for, nor 1,232 bytes, and it
// is either as good as the whole one or says that it is cut off.
import { afterAll, expect, test } from 'vitest'
import { decodeMessage, encodeQuery, type Message } from '../../src/dns/message.js'
import { parseName } from '../../src/dns/name.js'
import { TYPE, typeNumber } from '../../src/dns/numbers.js'
import { readDocument, World } from '../world.js'
import { makeKeys, NOW } from './signed-world.js'
import { validate } from './validator.js'

const keys = makeKeys()
afterAll(() => keys.remove())

const zone = (name: string, dnssec: string) => `
  ${name}:
    dnssec: ${dnssec}
    nameservers: [ns1.${name}, ns2.${name}]
    records:
      ns1: { type: A, data: 192.0.2.53 }
      ns2: [ { type: A, data: 192.0.2.54 }, { type: AAAA, data: "2001:db8::54" } ]
      www: { steer: all }
      alias: { type: CNAME, data: www.${name}. }
      "*.wild": { type: CNAME, data: alias.${name}. }
      old: { type: DNAME, data: wild.${name}. }
      secured: [ { type: NS, data: ns.secured.${name}. }, { type: DS, data: "1 13 2 ${'ab'.repeat(32)}" } ]
      ns.secured: { type: A, data: 192.0.2.55 }
      open: { type: NS, data: ns1.${name}. }
      long: [${Array.from({ length: 4 }, (_, i) => `{ type: TXT, data: '"${String(i).repeat(200)}"' }`).join(', ')}]
`
const DOCUMENT = `
regions: { one: { addresses: [192.0.2.1, "2001:db8::1"] }, two: { addresses: [192.0.2.2] } }
zones:
${zone('short.example', '{ denial: nsec }')}
${zone('hashed.example', '{ denial: nsec3, algorithm: ed25519, split: true }')}
${zone('heavy.example', '{ denial: nsec3, algorithm: rsasha256, split: true }')}
${zone('lone.example', '{ denial: compact }')}
`
const ZONES = ['short', 'hashed', 'heavy', 'lone'].map(name => `${name}.example`)
const QUESTIONS = [
  ...[
    '@ SOA',
    '@ NS',
    '@ DNSKEY',
    '@ TXT',
    'www A',
    'www AAAA',
    'www TXT',
    'alias A',
    'x.wild A',
    'y.old A',
    'y.old TXT',
  ],
  ...[
    'nowhere A',
    'deep.nowhere A',
    'wild A',
    'a.secured A',
    'secured DS',
    'a.open A',
    'open DS',
    'long TXT',
    'ns2 AAAA',
  ],
]
const SIZES = [512, 600, 777, 1000, 1232, 4096]

const ask = (world: World, name: string, type: string, udpSize: number, tcp: boolean): Uint8Array =>
  world.respond(encodeQuery({ name: parseName(name), type: typeNumber(type)!, edns: { dnssecOk: true, udpSize } }), {
    tcp,
  })

const sets = ({ answers, authorities }: Message): readonly unknown[] => [answers, authorities]

test('whatever the room is, what comes by UDP is good, or cut off', async () => {
  const world = await World.of(readDocument(DOCUMENT), [], new Map(), keys.signing)
  const anchors = keys.anchors(world.document)
  let cut = 0
  for (const zone of ZONES)
    for (const question of QUESTIONS) {
      const [label, type] = question.split(' ') as [string, string]
      const name = label === '@' ? zone : `${label}.${zone}`
      const whole = decodeMessage(ask(world, name, type, 4096, true))
      const asked = { name: parseName(name), type: typeNumber(type)! }
      validate(whole, asked, anchors, NOW)
      for (const size of SIZES) {
        const bytes = ask(world, name, type, size, false)
        expect(bytes.length, `${name} ${type}`).toBeLessThanOrEqual(Math.min(size, 1232))
        const message = decodeMessage(bytes)
        expect(message.edns).toMatchObject({ dnssecOk: true, udpSize: 1232 })
        if (message.truncated) {
          expect([...sets(message), message.additionals]).toEqual([[], [], []])
          cut++
        } else {
          expect(sets(message)).toEqual(sets(whole))
          validate(message, asked, anchors, NOW)
        }
      }
      // The keys of a zone of a short algorithm, and all that is denied by it, need no TCP.
      if (zone !== 'heavy.example' && type !== 'TXT')
        expect(decodeMessage(ask(world, name, type, 1232, false)).truncated, `${name} ${type}`).toBe(false)
    }
  expect(cut).toBeGreaterThan(20)
  expect(world.totals().scalars['faults']).toBe(0)
})

test.each([
  // AD, CD: an authority says neither of what it answers (RFC 4035 §3.1.6, §3.2.2).
  [0x00, true],
  [0x20, true],
  [0x10, true],
  [0x30, true],
  [0x30, false],
])('bits %d in a query are not in the reply, and DO is when it was asked for: %s', async (bits, dnssecOk) => {
  const world = await World.of(readDocument(DOCUMENT), [], new Map(), keys.signing)
  for (const name of ['www.short.example', 'nowhere.short.example']) {
    const query = encodeQuery({ name: parseName(name), type: TYPE.A, edns: { dnssecOk } })
    query[3] = bits
    const reply = world.respond(query)
    expect(reply[3]! & 0x70).toBe(0)
    const { edns, answers, authorities } = decodeMessage(reply)
    expect(edns?.dnssecOk).toBe(dnssecOk)
    expect([...answers, ...authorities].some(({ type }) => type === TYPE.RRSIG)).toBe(dnssecOk)
  }
})
