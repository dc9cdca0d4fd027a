// Answers by TCP that are longer than a pointer reaches (RFC 1035 §4.1.4: 16,383 bytes): every name in them is the right one.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Message, ResourceRecord } from '../../src/dns/message.js'
import { formatName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { readDocument, World } from '../world.js'
import { askSigned, makeKeys } from './signed-world.js'

/** Fewer than come along at most, and together longer than a pointer reaches. */
const EXCHANGES = 250
const host = (i: number): string => `mx${i}-${'m'.repeat(50)}`
const targets = Array.from({ length: EXCHANGES }, (_, i) => `${host(i)}.example.com.`)
const mx = targets.map(target => `{ type: MX, data: "10 ${target}" }`).join(', ')
const txt = Array.from({ length: 80 }, (_, i) => `"${`${i}`.padEnd(250, 'x')}"`).join(' ')

const long = 'l'.repeat(60)

/** So many links as are followed, with long names in a zone whose signatures are long. */
const LINKS = 16
const link = (i: number): string => `l${i}.${'c'.repeat(60)}.${'c'.repeat(40)}`
const CHAINED = `${long}.${long}.example`
const links = Array.from({ length: LINKS - 1 }, (_, i) => `      ${link(i)}: { type: CNAME, data: ${link(i + 1)} }\n`)

const keys = makeKeys()
let world: World
beforeAll(async () => {
  const zone = (apex: string, dnssec: string): string => `
  ${apex}:
    nameservers: [ns.example.net]${dnssec}
    records:
      many: [ ${mx} ]
      "*.wild": [ ${mx} ]
      "*.big": { type: TXT, data: '${txt}' }
      short: { type: CNAME, data: many.${apex}. }
      ${long}.${long}: { type: CNAME, data: a.${long}.wild.${apex}. }
      tobig: { type: CNAME, data: a.${long}.big.${apex}. }
`
  const hosts = targets.map((_, i) => `      ${host(i)}: { type: A, data: 10.0.${i >> 8}.${i & 255} }\n`).join('')
  const zones = [zone('example.com', '') + hosts, zone('nsec.example', '\n    dnssec: true')]
  const hashed = zone('nsec3.example', '\n    dnssec: { denial: nsec3 }')
  const chained = `  ${CHAINED}:
    nameservers: [ns.example.net]
    dnssec: { algorithm: rsasha256 }
    records:
      ${link(LINKS - 1)}: { type: A, data: 192.0.2.1 }
${links.join('')}`
  world = await World.of(readDocument(`zones:${[...zones, hashed, chained].join('')}`), [], new Map(), keys.signing)
})
afterAll(() => keys.remove())

const MX_QUESTIONS = [
  'many.example.com',
  'short.example.com',
  `${long}.${long}.${long}.wild.example.com`,
  `${long}.${long}.example.com`,
]

test.each(MX_QUESTIONS)('MX of %s: every exchange, and the address of every one that comes along', name => {
  const { answers, additionals } = askSigned(world, name, 'MX', { dnssecOk: false })
  const exchanges = answers.filter(({ type }) => type === TYPE.MX).map(({ rdata }) => formatRdata(TYPE.MX, rdata))
  expect(exchanges.sort()).toEqual(targets.map(target => `10 ${target}`).sort())
  expect(additionals.length).toBeGreaterThanOrEqual(EXCHANGES)
  for (const { owner, type, rdata } of additionals.filter(({ type }) => type !== TYPE.OPT)) {
    const i = targets.indexOf(formatName(owner))
    expect([type, formatRdata(type, rdata)]).toEqual([TYPE.A, `10.0.${i >> 8}.${i & 255}`])
  }
})

const owners = (records: readonly ResourceRecord[], ...types: number[]): string[] =>
  records.filter(({ type }) => types.includes(type)).map(({ owner }) => formatName(owner).toLowerCase())

test.each(['nsec.example', 'nsec3.example'].flatMap(apex => [`x.big.${apex}`, `tobig.${apex}`]))(
  'TXT of %s: each signature of a proof has the name of what it signs',
  name => {
    const { answers, authorities }: Message = askSigned(world, name, 'TXT')
    expect(answers.filter(({ type }) => type === TYPE.TXT)[0]?.rdata.length).toBeGreaterThan(16_383)
    const proofs = owners(authorities, TYPE.NSEC, TYPE.NSEC3)
    expect(proofs.length).toBeGreaterThan(0)
    expect(owners(authorities, TYPE.RRSIG)).toEqual(proofs)
  },
)

test('a chain that is signed is followed for 8,191 bytes, and whoever asks goes on from there', () => {
  const cnames = (name: string): number =>
    askSigned(world, name, 'A').answers.filter(({ type }) => type === TYPE.CNAME).length
  const followed = cnames(`${link(0)}.${CHAINED}`)
  expect(followed).toBeGreaterThan(8)
  expect(followed).toBeLessThan(LINKS - 1)
  expect(cnames(`${link(followed)}.${CHAINED}`)).toBe(LINKS - 1 - followed)
})
