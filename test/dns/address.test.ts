// Addresses and prefixes: text ↔ bytes, compared with what Node itself says.
import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  contains,
  familyOf,
  formatAddress,
  formatPrefix,
  type Prefix,
  parseAddress,
  parsePrefix,
  truncate,
} from '../../src/dns/address.js'

const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 })
// Zero bytes are frequent, or there would be hardly a run of zeroes to shorten.
const ipv6 = fc
  .array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(65535)), { minLength: 8, maxLength: 8 })
  .map(words => Uint8Array.from(words.flatMap(word => [word >> 8, word & 255])))
const anyAddress = fc.oneof(ipv4, ipv6)
const anyPrefix = anyAddress.chain(bytes =>
  fc.nat(bytes.length * 8).map((length): Prefix => ({ bytes: truncate(bytes, length), length })),
)
const family = (bytes: Uint8Array): 'ipv4' | 'ipv6' => (familyOf(bytes) === 4 ? 'ipv4' : 'ipv6')

describe('text', () => {
  test.each([
    // text, bytes in hexadecimal
    ['192.0.2.1', 'c0000201'],
    ['0.0.0.0', '00000000'],
    ['255.255.255.255', 'ffffffff'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::', '20010db8000000000000000000000000'],
    ['2001:DB8::Ab', '20010db80000000000000000000000ab'],
    ['2001:db8:0:0:1:0:0:1', '20010db8000000000001000000000001'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
    ['::2:3:4:5:6:7:8', '00000002000300040005000600070008'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['::ffff:c000:201', '00000000000000000000ffffc0000201'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
    ['::13.1.68.3', '0000000000000000000000000d014403'],
    ['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
  ])('%s is read', (text, bytes) => {
    expect(Buffer.from(parseAddress(text)!).toString('hex')).toBe(bytes)
  })

  test.each([
    '',
    ' ',
    '10.0.0.300',
    '10.0.0',
    '10.0.0.1.2',
    '010.0.0.1',
    '10.0.0.1 ',
    '10.0.0.0/8',
    '0x0a.0.0.1',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '12345::',
    '::g',
    '::1.2.3',
    '::1.2.3.4:5',
    'fe80::1%eth0',
    '[::1]',
    'localhost',
  ])('%j is no address', text => {
    expect(parseAddress(text)).toBeUndefined()
  })

  test('a text is an address exactly when Node says so, and then it has that many bytes', () => {
    const unit = fc.constantFrom(...'0123456789abcdefABCDEF', ':', ':', '::', '.', '1.2.3.4')
    const number = fc.constantFrom('0', '00', '01', '9', '25', '249', '255', '256', '1000', '', '-1', ' 1', '1e1')
    const dotted = fc.array(number, { minLength: 3, maxLength: 5 }).map(numbers => numbers.join('.'))
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit, maxLength: 24 }), dotted, fc.ipV4(), fc.ipV6(), fc.string()), text => {
        const bytes = parseAddress(text)
        expect(bytes === undefined ? 0 : familyOf(bytes)).toBe(text.includes('%') ? 0 : isIP(text))
        if (bytes !== undefined) expect(bytes).toHaveLength(isIP(text) === 4 ? 4 : 16)
      }),
      { numRuns: 2000 },
    )
  })

  test('an address comes back from its text', () => {
    fc.assert(
      fc.property(anyAddress, bytes => {
        expect(parseAddress(formatAddress(bytes))).toEqual(bytes)
      }),
    )
  })

  test.each([
    // as written, as RFC 5952 has it
    ['2001:0db8:0000:0000:0000:0000:0002:0001', '2001:db8::2:1'], // §4.1, §4.2.1
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'], // §4.2.2: one zero is not shortened
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'], // §4.2.3: the longest run
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'], // §4.2.3: the first of equals
    ['2001:DB8::ABCD', '2001:db8::abcd'], // §4.3
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1:0:0:0:0:0:0:0', '1::'],
    ['0:0:2:3:4:5:6:7', '::2:3:4:5:6:7'],
    ['1:2:3:4:5:6:0:0', '1:2:3:4:5:6::'],
    ['::FFFF:C000:0201', '::ffff:192.0.2.1'], // §5
    ['::fffe:c000:201', '::fffe:c000:201'],
    ['::1:ffff:c000:201', '::1:ffff:c000:201'],
  ])('%s is written as %s', (text, expected) => {
    expect(formatAddress(parseAddress(text)!)).toBe(expected)
  })

  test('an IPv6 address is written as the URL standard has it, mapped ones aside', () => {
    fc.assert(
      fc.property(ipv6, bytes => {
        fc.pre(!formatAddress(bytes).startsWith('::ffff:'))
        expect(`[${formatAddress(bytes)}]`).toBe(new URL(`http://[${formatAddress(bytes)}]/`).hostname)
      }),
    )
  })
})

describe('prefixes', () => {
  test.each([
    // as written, as understood
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['128.0.0.0/1', '128.0.0.0/1'],
    ['10.255.255.254/31', '10.255.255.254/31'],
    ['::ffff:0:0/96', '::ffff:0.0.0.0/96'],
  ])('%s is %s', (text, expected) => {
    expect(formatPrefix(parsePrefix(text)!)).toBe(expected)
  })

  test.each([
    '192.0.2.1/24', // bits beyond the length
    '192.0.2.128/24',
    '0.0.0.1/0',
    '2001:db8::1/64',
    '192.0.2.0/33',
    '::/129',
    '192.0.2.0/',
    '192.0.2.0/-1',
    '192.0.2.0/2 4',
    '192.0.2.0/24/24',
    '192.0.2.0/1e1',
    '192.0.2.0/255.255.255.0',
    '/24',
    '192.0.2/24',
    '',
  ])('%j is no prefix', text => {
    expect(parsePrefix(text)).toBeUndefined()
  })

  test('a prefix comes back from its text', () => {
    fc.assert(
      fc.property(anyPrefix, prefix => {
        expect(parsePrefix(formatPrefix(prefix))).toEqual(prefix)
      }),
    )
  })

  test('a prefix holds what Node’s block list holds', () => {
    fc.assert(
      fc.property(anyPrefix, anyAddress, fc.nat(128), (prefix, other, flip) => {
        const list = new BlockList()
        list.addSubnet(formatAddress(prefix.bytes), prefix.length, family(prefix.bytes))
        // Also an address one bit away from the prefix's own: a random one is hardly ever near the edge.
        const near = prefix.bytes.map((byte, i) => (i === flip >> 3 ? byte ^ (128 >> (flip & 7)) : byte))
        expect(contains(prefix, prefix.bytes)).toBe(true)
        expect(contains(prefix, near)).toBe(list.check(formatAddress(near), family(near)))
        // Node lets an IPv4 rule match a mapped IPv6 address; a prefix is of one family here.
        if (familyOf(other) === familyOf(prefix.bytes))
          expect(contains(prefix, other)).toBe(list.check(formatAddress(other), family(other)))
        else expect(contains(prefix, other)).toBe(false)
      }),
    )
  })
})

describe('truncate', () => {
  test.each([
    // address, length, what is left
    ['255.255.255.255', 0, '0.0.0.0'],
    ['255.255.255.255', 1, '128.0.0.0'],
    ['255.255.255.255', 9, '255.128.0.0'],
    ['203.0.113.7', 20, '203.0.112.0'],
    ['203.0.113.7', 24, '203.0.113.0'],
    ['203.0.113.7', 32, '203.0.113.7'],
    ['2001:db8:ffff:ffff::1', 49, '2001:db8:ffff:8000::'],
    ['2001:db8::1', 128, '2001:db8::1'],
  ])('%s cut to %d bits is %s', (text, length, expected) => {
    expect(formatAddress(truncate(parseAddress(text)!, length))).toBe(expected)
  })

  test('is a copy, keeps the first bits and clears the others', () => {
    const bits = (bytes: Uint8Array): string => Array.from(bytes, byte => byte.toString(2).padStart(8, '0')).join('')
    fc.assert(
      fc.property(anyAddress, fc.nat(128), (bytes, most) => {
        const length = Math.min(most, bytes.length * 8)
        const before = bits(bytes)
        expect(bits(truncate(bytes, length))).toBe(before.slice(0, length).padEnd(bytes.length * 8, '0'))
        expect(bits(bytes)).toBe(before)
      }),
    )
  })
})
