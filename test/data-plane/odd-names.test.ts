// Names and types at the edge of what the RFCs allow (RFC 1035 §2.3.4, RFC 2181 §11, RFC 3597, RFC 4343).
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeMessage, encodeQuery, formatRecord } from '../../src/dns/message.js'
import { formatName, MAX_NAME, type Name, parseName } from '../../src/dns/name.js'
import { CLASS, rcodeName, TYPE } from '../../src/dns/numbers.js'
import type { World } from '../world.js'
import { ask, zonesOf } from './zones.js'

const ORIGIN = 'example.com'
/** 255 bytes: as few labels as can be, and as many. */
const LONGEST = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(255 - 3 * 64 - 13 - 1)}`
const MOST = Array<string>(121).fill('x').join('.')
const ALL_BYTES = [0, 1, 2, 3, 4].map(part =>
  Array.from({ length: 52 }, (_, i) => `\\${String(Math.min(255, part * 52 + i)).padStart(3, '0')}`).join(''),
)

let world: World
beforeAll(async () => {
  world = await zonesOf({
    [ORIGIN]: `
${LONGEST} A 192.0.2.1
${MOST} A 192.0.2.2
${ALL_BYTES.map(label => `${label} A 192.0.2.3\n`).join('')}
a\\.b A 192.0.2.4
a.b A 192.0.2.5
\\000 A 192.0.2.6
\\192\\012 A 192.0.2.7
to-longest CNAME ${LONGEST}
*.w A 192.0.2.8
odd TYPE65280 \\# 3 010203
`,
  })
})

const inZone = (name: string): Name => parseName(name, parseName(`${ORIGIN}.`))
const a = (name: Name) => decodeMessage(world.respond(encodeQuery({ name, type: TYPE.A, edns: true })))

test.each<readonly [string, string, string]>([
  ['255 bytes in four labels', LONGEST, '192.0.2.1'],
  ['123 labels', MOST, '192.0.2.2'],
  ...ALL_BYTES.map(label => ['bytes of every kind', label, '192.0.2.3'] as const),
  ['a dot within a label', 'a\\.b', '192.0.2.4'],
  ['a dot between labels', 'a.b', '192.0.2.5'],
  ['a byte that is zero', '\\000', '192.0.2.6'],
  ['bytes like those of a pointer', '\\192\\012', '192.0.2.7'],
  ['below a wildcard, 255 bytes long', `${'x.'.repeat(119)}w`, '192.0.2.8'],
])('%s', (_, name, address) => {
  const response = a(inZone(name))
  expect(rcodeName(response.rcode)).toBe('NOERROR')
  expect(response.answers.map(formatRecord)).toEqual([`${formatName(inZone(name))} 60 IN A ${address}`])
})

test('a name of 255 bytes that does not exist is denied, and an alias leads to one that does', () => {
  const missing = inZone(LONGEST.replace('a', 'z'))
  expect(missing).toHaveLength(MAX_NAME)
  expect(rcodeName(a(missing).rcode)).toBe('NXDOMAIN')
  expect(ask(world, 'to-longest.example.com', 'A').answer[1]).toBe(`${LONGEST}.example.com. 60 IN A 192.0.2.1`)
})

test('127 labels are taken, in a zone or outside', () => {
  const name = Uint8Array.from([...Array<number[]>(127).fill([1, 120]).flat(), 0])
  expect(name).toHaveLength(MAX_NAME)
  expect(rcodeName(a(name).rcode)).toBe('REFUSED')
})

test.each([
  // Each pair differs by the very bit by which letters of two cases differ.
  ['@', '`'],
  ['[', '{'],
  ['\\192', '\\224'],
])('%s and %s are not one letter in two cases', async (one, other) => {
  const world = await zonesOf({ [ORIGIN]: `x\\${one.replace('\\', '')}.y A 192.0.2.1\n` })
  const rcode = (label: string): number =>
    decodeMessage(world.respond(encodeQuery({ name: inZone(`X\\${label.replace('\\', '')}.Y`), type: TYPE.A }))).rcode
  expect([rcode(one), rcode(other)].map(rcodeName)).toEqual(['NOERROR', 'NXDOMAIN'])
})

describe('types and classes that we do not know', () => {
  const rcode = (qclass: number, type: number = TYPE.A, name = 'odd.example.com.'): string =>
    rcodeName(decodeMessage(world.respond(encodeQuery({ name: parseName(name), type, qclass, edns: true }))).rcode)

  test.each([
    ['CHAOS', CLASS.CH, 'REFUSED'],
    ['Hesiod', 4, 'REFUSED'],
    ['NONE', CLASS.NONE, 'REFUSED'],
    ['ANY', CLASS.ANY, 'REFUSED'],
    ['0', 0, 'REFUSED'],
    ['65535', 65535, 'REFUSED'],
  ])('class %s is refused', (_, qclass, expected) => {
    expect(rcode(qclass)).toBe(expected)
  })

  test.each([
    [65280, 'NOERROR'],
    [65281, 'NOERROR'],
    [0, 'NOERROR'],
    [65535, 'NOERROR'],
    [TYPE.OPT, 'FORMERR'],
    [TYPE.TSIG, 'FORMERR'],
    [TYPE.TKEY, 'FORMERR'],
    [TYPE.NXNAME, 'FORMERR'],
    [TYPE.AXFR, 'REFUSED'],
    [TYPE.IXFR, 'REFUSED'],
    [TYPE.MAILA, 'NOTIMP'],
    [TYPE.MAILB, 'NOTIMP'],
  ])('type %d at a name that exists is %s', (type, expected) => {
    expect(rcode(CLASS.IN, type)).toBe(expected)
  })

  test('data of a type without a name comes as it was written', () => {
    expect(ask(world, 'odd.example.com', 'TYPE65280').answer).toEqual(['odd.example.com. 60 IN TYPE65280 \\# 3 010203'])
  })

  test('a type without a name at a name that does not exist is NXDOMAIN', () => {
    expect(rcode(CLASS.IN, 65281, 'nowhere.example.com.')).toBe('NXDOMAIN')
  })
})
