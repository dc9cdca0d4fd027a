// RFC 6672: DNAME, and the CNAMEs that it stands for.
import { beforeAll, describe, expect, test } from 'vitest'
import type { World } from '../world.js'
import { ask, short, zonesOf } from './zones.js'

const LONG = ['a'.repeat(63), 'b'.repeat(63), 'c'.repeat(63)].join('.')

let world: World
beforeAll(async () => {
  world = await zonesOf({
    'example.com': `
old 300 DNAME new
old TXT beside
new A 192.0.2.1
a.new A 192.0.2.2
c.new CNAME a.new
lost.new CNAME nowhere
*.w.new A 192.0.2.3
sub.new NS ns.sub.new
ns.sub.new A 192.0.2.4
out DNAME example.org.
there DNAME example.net.
first DNAME second
second DNAME new
to-dname CNAME a.old
to-itself CNAME old
*.wild CNAME a.old
self DNAME self
grow DNAME a.grow
ping DNAME pong
pong DNAME ping
hidden.old A 192.0.2.9
sub.old NS ns.example.org.
long DNAME ${LONG}.example.org.
`,
    'example.net': '@ DNAME new.example.com.\n@ A 192.0.2.5\nwww A 192.0.2.6\n',
    // Below a name that is renamed, and yet a zone of its own.
    'deep.old.example.com': 'x A 192.0.2.7\n',
  })
})

const answers = (name: string, type = 'A'): readonly string[] => short(ask(world, name, type).answer, 'example.com')

test.each([
  // name, type, rcode, answer
  ['a.old', 'A', 'NOERROR', ['old@ DNAME new@', 'a.old@ CNAME a.new@', 'a.new@ A 192.0.2.2']],
  ['A.OLD', 'A', 'NOERROR', ['OLD@ DNAME new@', 'A.OLD@ CNAME A.new@', 'A.new@ A 192.0.2.2']],
  ['hidden.old', 'A', 'NXDOMAIN', ['old@ DNAME new@', 'hidden.old@ CNAME hidden.new@']],
  ['x.hidden.old', 'A', 'NXDOMAIN', ['old@ DNAME new@', 'x.hidden.old@ CNAME x.hidden.new@']],
  ['a.old', 'MX', 'NOERROR', ['old@ DNAME new@', 'a.old@ CNAME a.new@']],
  ['a.old', 'CNAME', 'NOERROR', ['old@ DNAME new@', 'a.old@ CNAME a.new@']],
  ['c.old', 'CNAME', 'NOERROR', ['old@ DNAME new@', 'c.old@ CNAME c.new@']],
  // The CNAME is what was asked for: whether its target is there is another question.
  ['lost.old', 'CNAME', 'NOERROR', ['old@ DNAME new@', 'lost.old@ CNAME lost.new@']],
  ['a.first', 'CNAME', 'NOERROR', ['first@ DNAME second@', 'a.first@ CNAME a.second@']],
  ['to-dname', 'CNAME', 'NOERROR', ['to-dname@ CNAME a.old@']],
  ['a.old', 'ANY', 'NOERROR', ['old@ DNAME new@', 'a.old@ CNAME a.new@']],
  ['c.old', 'A', 'NOERROR', ['old@ DNAME new@', 'c.old@ CNAME c.new@', 'c.new@ CNAME a.new@', 'a.new@ A 192.0.2.2']],
  ['lost.old', 'A', 'NXDOMAIN', ['old@ DNAME new@', 'lost.old@ CNAME lost.new@', 'lost.new@ CNAME nowhere@']],
  ['x.y.w.old', 'A', 'NOERROR', ['old@ DNAME new@', 'x.y.w.old@ CNAME x.y.w.new@', 'x.y.w.new@ A 192.0.2.3']],
  ['w.old', 'A', 'NOERROR', ['old@ DNAME new@', 'w.old@ CNAME w.new@']],
  ['b.out', 'A', 'NOERROR', ['out@ DNAME example.org.', 'b.out@ CNAME b.example.org.']],
  [
    'a.first',
    'A',
    'NOERROR',
    [
      'first@ DNAME second@',
      'a.first@ CNAME a.second@',
      'second@ DNAME new@',
      'a.second@ CNAME a.new@',
      'a.new@ A 192.0.2.2',
    ],
  ],
  [
    'to-dname',
    'A',
    'NOERROR',
    ['to-dname@ CNAME a.old@', 'old@ DNAME new@', 'a.old@ CNAME a.new@', 'a.new@ A 192.0.2.2'],
  ],
  ['q.wild', 'A', 'NOERROR', ['q.wild@ CNAME a.old@', 'old@ DNAME new@', 'a.old@ CNAME a.new@', 'a.new@ A 192.0.2.2']],
  ['to-itself', 'TXT', 'NOERROR', ['to-itself@ CNAME old@', 'old@ TXT "beside"']],
  ['to-itself', 'DNAME', 'NOERROR', ['to-itself@ CNAME old@', 'old@ DNAME new@']],
  // The name itself is like any other.
  ['old', 'DNAME', 'NOERROR', ['old@ DNAME new@']],
  ['old', 'TXT', 'NOERROR', ['old@ TXT "beside"']],
  ['old', 'A', 'NOERROR', []],
  // Two zones, one of them renamed from its apex on.
  [
    'a.there',
    'A',
    'NOERROR',
    [
      'there@ DNAME example.net.',
      'a.there@ CNAME a.example.net.',
      'example.net. DNAME new@',
      'a.example.net. CNAME a.new@',
      'a.new@ A 192.0.2.2',
    ],
  ],
  ['x.deep.old', 'A', 'NOERROR', ['x.deep.old@ A 192.0.2.7']],
  // Circles end where they close, and a record is there once.
  ['x.self', 'A', 'NOERROR', ['self@ DNAME self@', 'x.self@ CNAME x.self@']],
  [
    'x.ping',
    'A',
    'NOERROR',
    ['ping@ DNAME pong@', 'x.ping@ CNAME x.pong@', 'pong@ DNAME ping@', 'x.pong@ CNAME x.ping@'],
  ],
] as const)('%s %s is %s', (name, type, rcode, expected) => {
  const told = ask(world, `${name}.example.com`, type)
  expect(short(told.answer, 'example.com')).toEqual(expected)
  expect(told).toMatchObject({ rcode, aa: true })
  if (rcode === 'NXDOMAIN') expect(told.authority).toHaveLength(1)
})

test('the CNAME has the TTL of its DNAME', () => {
  expect(ask(world, 'a.old.example.com', 'A').answer).toEqual([
    'old.example.com. 300 IN DNAME new.example.com.',
    'a.old.example.com. 300 IN CNAME a.new.example.com.',
    'a.new.example.com. 60 IN A 192.0.2.2',
  ])
})

describe('a DNAME at the zone itself', () => {
  test.each([
    ['www.example.net', 'A', 'NXDOMAIN', ['example.net. DNAME new@', 'www.example.net. CNAME www.new@']],
    ['a.example.net', 'A', 'NOERROR', ['example.net. DNAME new@', 'a.example.net. CNAME a.new@', 'a.new@ A 192.0.2.2']],
    ['example.net', 'DNAME', 'NOERROR', ['example.net. DNAME new@']],
    ['example.net', 'A', 'NOERROR', ['example.net. A 192.0.2.5']],
    ['example.net', 'NS', 'NOERROR', ['example.net. NS ns.other.test.']],
  ])('%s %s is %s', (name, type, rcode, expected) => {
    const told = ask(world, name, type)
    expect([told.rcode, short(told.answer, 'example.com')]).toEqual([rcode, expected])
  })
})

test('what a DNAME leads to below a delegation is referred', () => {
  const told = ask(world, 'x.sub.old.example.com', 'A')
  expect(told).toMatchObject({ rcode: 'NOERROR', aa: true })
  expect(short(told.answer, 'example.com')).toEqual(['old@ DNAME new@', 'x.sub.old@ CNAME x.sub.new@'])
  expect(short(told.authority, 'example.com')).toEqual(['sub.new@ NS ns.sub.new@'])
  expect(short(told.additional, 'example.com')).toEqual(['ns.sub.new@ A 192.0.2.4'])
})

test('a type that the last name does not have is denied', () => {
  for (const [name, type] of [
    ['a.old', 'MX'],
    ['w.old', 'A'],
  ] as const)
    expect(ask(world, `${name}.example.com`, type).authority).toHaveLength(1)
})

test('the denial is that of the zone in which the chain ends', () => {
  expect(ask(world, 'nowhere.example.net', 'A').authority[0]).toMatch(/^example\.com\. 60 IN SOA /)
})

describe('a name that would be too long', () => {
  test('is YXDOMAIN, with the DNAME that would make it', () => {
    const told = ask(world, `${'d'.repeat(50)}.long.example.com`, 'A')
    expect(told).toMatchObject({ rcode: 'YXDOMAIN', aa: true, authority: [] })
    expect(told.answer).toEqual([`long.example.com. 60 IN DNAME ${LONG}.example.org.`])
  })

  test('255 bytes are not too long', () => {
    const room = 255 - (3 * 64 + 13)
    const fits = ask(world, `${'d'.repeat(room - 1)}.long.example.com`, 'A')
    expect(fits).toMatchObject({ rcode: 'NOERROR' })
    expect(fits.answer).toHaveLength(2)
    expect(ask(world, `${'d'.repeat(room)}.long.example.com`, 'A').rcode).toBe('YXDOMAIN')
  })

  test('a DNAME that makes names longer and longer is followed for sixteen links', () => {
    const told = ask(world, 'x.grow.example.com', 'A', true)
    expect(told.rcode).toBe('NOERROR')
    expect(told.answer.filter(line => line.includes(' DNAME '))).toHaveLength(1)
    expect(told.answer.filter(line => line.includes(' CNAME '))).toHaveLength(16)
    expect(answers('a.a.a.x.grow.example.com').at(1)).toBe('a.a.a.x.grow@ CNAME a.a.a.x.a.grow@')
  })
})
