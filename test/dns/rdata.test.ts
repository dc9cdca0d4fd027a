// Record data, text ↔ wire: examples by type, errors, and properties over all types.
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Name, parseName } from '../../src/dns/name.js'
import { TYPE, typeName, typeNumber } from '../../src/dns/numbers.js'
import { encodeRdata, formatRdata, namesIn, RdataError } from '../../src/dns/rdata.js'
import { anyName } from './arbitrary-name.js'

const origin = parseName('example.com.')
const type = (name: string): number => typeNumber(name)!
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
/** The wire form of names and character-strings: here, the one after the other, spaces left out. */
const ascii = (text: string): string => Buffer.from(text, 'latin1').toString('hex')
const EXAMPLE = `07${ascii('example')}03${ascii('com')}00`

describe('examples', () => {
  test.each([
    // type, as written, canonical form, wire form
    ['A', '192.0.2.1', '192.0.2.1', 'c0000201'],
    ['AAAA', '2001:DB8:0:0::1', '2001:db8::1', '20010db8000000000000000000000001'],
    ['AAAA', '::ffff:192.0.2.1', '::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['NS', 'ns1', 'ns1.example.com.', `03${ascii('ns1')}${EXAMPLE}`],
    ['CNAME', '@', 'example.com.', EXAMPLE],
    ['CNAME', 'a\\.b.', 'a\\.b.', `03${ascii('a.b')}00`],
    ['PTR', 'Host.Example.', 'Host.Example.', `04${ascii('Host')}07${ascii('Example')}00`],
    ['DNAME', 'other.', 'other.', `05${ascii('other')}00`],
    ['MX', '10 mail', '10 mail.example.com.', `000a04${ascii('mail')}${EXAMPLE}`],
    ['MX', ' 010\tmail. ', '10 mail.', `000a04${ascii('mail')}00`],
    ['MX', '0 .', '0 .', '000000'],
    ['TXT', 'v=spf1', '"v=spf1"', `06${ascii('v=spf1')}`],
    ['TXT', '"v=spf1 -all"', '"v=spf1 -all"', `0b${ascii('v=spf1 -all')}`],
    ['TXT', '"a" b "c d"', '"a" "b" "c d"', `0161016203${ascii('c d')}`],
    ['TXT', '""', '""', '00'],
    ['TXT', '"a\\"b\\\\c\\000\\065"', '"a\\"b\\\\c\\000A"', '076122625c630041'],
    ['TXT', '"é"', '"\\195\\169"', '02c3a9'],
    ['TXT', '"\\# 1 00"', '"# 1 00"', `06${ascii('# 1 00')}`],
    ['SPF', '"v=spf1" "-all"', '"v=spf1" "-all"', `06${ascii('v=spf1')}04${ascii('-all')}`],
    ['SRV', '1 2 443 www', '1 2 443 www.example.com.', `0001000201bb03${ascii('www')}${EXAMPLE}`],
    ['CAA', '0 issue "ca.example; a=b"', '0 issue "ca.example; a=b"', `0005${ascii('issueca.example; a=b')}`],
    ['CAA', '128 iodef mailto:a@example', '128 iodef "mailto:a@example"', `8005${ascii('iodefmailto:a@example')}`],
    ['CAA', '0 issue ""', '0 issue ""', `0005${ascii('issue')}`],
    [
      'SOA',
      'ns host 4294967295 1 2 3 300',
      'ns.example.com. host.example.com. 4294967295 1 2 3 300',
      `02${ascii('ns')}${EXAMPLE}04${ascii('host')}${EXAMPLE}ffffffff0000000100000002000000030000012c`,
    ],
    ['HINFO', 'PDP-11 "UNIX V7"', '"PDP-11" "UNIX V7"', `06${ascii('PDP-11')}07${ascii('UNIX V7')}`],
    ['RP', 'admin .', 'admin.example.com. .', `05${ascii('admin')}${EXAMPLE}00`],
    [
      'NAPTR',
      '100 50 "u" "E2U+sip" "!^.*$!sip:a@b!" .',
      '100 50 "u" "E2U+sip" "!^.*$!sip:a@b!" .',
      `00640032017507${ascii('E2U+sip')}0e${ascii('!^.*$!sip:a@b!')}00`,
    ],
    ['SSHFP', '4 2 AB CD', '4 2 abcd', '0402abcd'],
    ['DS', '60485 5 1 2BB183AF 5F22588179A5', '60485 5 1 2bb183af5f22588179a5', 'ec4505012bb183af5f22588179a5'],
    ['CDS', '0 0 0 00', '0 0 0 00', '0000000000'],
    ['DNSKEY', '257 3 13 AQID BA==', '257 3 13 AQIDBA==', '0101030d01020304'],
    ['CDNSKEY', '0 3 0 AA==', '0 3 0 AA==', '0000030000'],
    ['TLSA', '3 1 1 d2abde24', '3 1 1 d2abde24', '030101d2abde24'],
    ['SMIMEA', '3 0 0 ff', '3 0 0 ff', '030000ff'],
    ['OPENPGPKEY', 'AQID', 'AQID', '010203'],
    ['TYPE65280', '\\# 3 01 0203', '\\# 3 010203', '010203'],
    ['TYPE65280', '\\# 0', '\\# 0', ''],
    ['HTTPS', '\\# 3 000000', '\\# 3 000000', '000000'],
    ['A', '\\# 4 C0000201', '192.0.2.1', 'c0000201'],
    ['MX', '\\# 3 000a00', '10 .', '000a00'],
  ])('%s: %j is %s', (name, text, canonical, hex) => {
    const rdata = encodeRdata(type(name), text, origin)
    expect(hexOf(rdata)).toBe(hex)
    expect(formatRdata(type(name), rdata)).toBe(canonical)
    expect(encodeRdata(type(name), canonical, origin)).toEqual(rdata)
  })

  test('data of 65535 bytes fits, and so does its text', () => {
    const rdata = new Uint8Array(65535)
    expect(encodeRdata(TYPE.OPENPGPKEY, formatRdata(TYPE.OPENPGPKEY, rdata), origin)).toEqual(rdata)
    expect(encodeRdata(65280, formatRdata(65280, rdata), origin)).toEqual(rdata)
    const strings = rdata.map((_, i) => (i % 256 === 0 ? 255 : 1)).fill(254, 65280, 65281)
    expect(encodeRdata(TYPE.TXT, formatRdata(TYPE.TXT, strings), origin)).toEqual(strings)
    expect(formatRdata(TYPE.TXT, strings)).toMatch(/^"/)
  })

  test('a string of 255 bytes fits, and so does a CAA value of more', () => {
    expect(encodeRdata(TYPE.TXT, 'a'.repeat(255), origin)).toHaveLength(256)
    expect(encodeRdata(TYPE.CAA, `0 issue ${'a'.repeat(300)}`, origin)).toHaveLength(307)
  })
})

describe('errors say the type, the field and what was expected', () => {
  test.each([
    // type, text, message
    ['A', '', 'A: address is missing; expected <address>'],
    ['A', '10.0.0.300', 'A: address: "10.0.0.300" is not an IPv4 address'],
    ['A', '::1', 'A: address: "::1" is not an IPv4 address'],
    ['A', '10.0.0.1 10.0.0.2', 'A: "10.0.0.2" is too much; expected <address>'],
    ['AAAA', '10.0.0.1', 'AAAA: address: "10.0.0.1" is not an IPv6 address'],
    ['MX', 'mail 10', 'MX: preference: "mail" is not a whole number from 0 to 65535'],
    ['MX', '10', 'MX: exchange is missing; expected <preference> <exchange>'],
    ['MX', '65536 mail', 'MX: preference: "65536" is not a whole number from 0 to 65535'],
    ['MX', '-1 mail', 'MX: preference: "-1" is not a whole number from 0 to 65535'],
    ['MX', '1e1 mail', 'MX: preference: "1e1" is not a whole number from 0 to 65535'],
    ['MX', '10 "mail"', 'MX: exchange: "mail" stands without quotes here'],
    ['MX', '10 a..b', 'MX: exchange: "a..b" has an empty label'],
    ['MX', '"10 mail"', 'MX: preference: "10 mail" stands without quotes here'],
    ['CNAME', 'a; comment', 'CNAME: ; outside of quotes; put the whole string in quotes, or write \\;'],
    ['TXT', '', 'TXT: text is missing; expected <text>…'],
    ['TXT', '"a', 'TXT: a string has no closing quote'],
    ['TXT', '\\300', 'TXT: text: the escape \\300 is no byte; \\255 is the most'],
    [
      'TXT',
      'a'.repeat(256),
      'TXT: text: a string has 256 bytes and 255 is the most; split it into several: "first part" "rest"',
    ],
    ['TXT', Array<string>(257).fill('a'.repeat(255)).join(' '), 'TXT: the data has 65792 bytes and 65535 is the most'],
    ['CAA', '256 issue x', 'CAA: flags: "256" is not a whole number from 0 to 255'],
    ['CAA', '0 is-sue x', 'CAA: tag: "is-sue" is not a word of letters and digits'],
    ['CAA', '0 issue', 'CAA: value is missing; expected <flags> <tag> <value>'],
    ['SOA', 'a b 4294967296 1 1 1 1', 'SOA: serial: "4294967296" is not a whole number from 0 to 4294967295'],
    ['TLSA', '3 1 1 abc', 'TLSA: certificate-data: "abc" is not pairs of hexadecimal digits'],
    ['DS', '1 2 3', 'DS: digest is missing; expected <key-tag> <algorithm> <digest-type> <digest>…'],
    ['DNSKEY', '257 3 13 AQIDB', 'DNSKEY: public-key: "AQIDB" is not base64'],
    ['DNSKEY', '257 3 13 AB=A', 'DNSKEY: public-key: "AB=A" is not base64'],
    ['A', 'a'.repeat(61), `A: address: "${'a'.repeat(59)}…" is not an IPv4 address`],
    ['DS', `1 2 3 ${'ab'.repeat(1e6)}`, 'DS: a text of 2000006 characters is too long for record data'],
    ['TYPE65280', `\\# 65536 ${'ab'.repeat(65536)}`, 'TYPE65280: the data has 65536 bytes and 65535 is the most'],
    ['TYPE65280', 'abc', 'TYPE65280: no text form is known; write the data as \\# LENGTH HEX (RFC 3597)'],
    ['TYPE65280', '\\#', 'TYPE65280: after \\# comes the number of bytes, then the bytes in hexadecimal digits'],
    ['TYPE65280', '\\# 0102', 'TYPE65280: \\# promises 102 bytes and 0 follow'],
    ['TYPE65280', '\\# 2 010203', 'TYPE65280: \\# promises 2 bytes and 3 follow'],
    ['TYPE65280', '\\# 1 0', 'TYPE65280: "0" is not pairs of hexadecimal digits'],
    ['A', '\\# 3 010203', 'A: the bytes after \\# are not <address>'],
    ['A', '\\# 5 0102030405', 'A: the bytes after \\# are not <address>'],
    ['NS', '\\# 2 c00c', 'NS: the bytes after \\# are not <name-server>'],
    ['TXT', '\\# 0', 'TXT: the bytes after \\# are not <text>…'],
  ])('%s %j', (name, text, message) => {
    expect(() => encodeRdata(type(name), text, origin)).toThrow(new RdataError(message))
  })

  test('a name that grows too long by its origin is refused', () => {
    const long = parseName(`${`${'a'.repeat(63)}.`.repeat(3)}${'a'.repeat(60)}.`)
    expect(() => encodeRdata(TYPE.MX, '10 ab', long)).toThrow(/^MX: exchange: "ab" takes 257 bytes; 255 is the most$/)
  })
})

describe('malformed data of a known type is shown as bytes and has no names', () => {
  test.each([
    // type, wire form, what is wrong
    ['A', '', 'no byte'],
    ['A', '0a0000', 'a byte too few'],
    ['A', '0a00000101', 'a byte too many'],
    ['AAAA', '0a000001', 'the other family'],
    ['NS', '', 'no name'],
    ['NS', '0161', 'no root label'],
    ['NS', '05616263', 'a label beyond the end'],
    ['NS', 'c00c', 'a compression pointer'],
    ['NS', '4000', 'a reserved label type'],
    ['NS', '0000', 'a byte after the name'],
    ['NS', `${`3f${'61'.repeat(63)}`.repeat(4)}00`, 'a name of 257 bytes'],
    ['MX', '000a', 'no name'],
    ['MX', '00', 'half a number'],
    ['TXT', '', 'no string'],
    ['TXT', '0261', 'a string beyond the end'],
    ['TXT', '016101', 'a second string beyond the end'],
    ['HINFO', '0161', 'one string'],
    ['CAA', '0000', 'an empty tag'],
    ['CAA', '00012d', 'a tag that is no word'],
    ['CAA', '0005', 'a tag beyond the end'],
    ['DS', '00010203', 'no digest'],
    ['SOA', '0000', 'no numbers'],
  ])('%s %s: %s', (name, hex) => {
    expect(formatRdata(type(name), bytesOf(hex))).toBe(`\\# ${hex.length / 2} ${hex}`.trimEnd())
    expect(namesIn(type(name), bytesOf(hex))).toEqual([])
  })
})

describe('namesIn', () => {
  test.each([
    // type, text, names in text form, whether they may be compressed
    ['NS', 'a.b.', ['a.b.'], true],
    ['CNAME', '.', ['.'], true],
    ['PTR', 'a.', ['a.'], true],
    ['MX', '10 mail.', ['mail.'], true],
    ['SOA', 'ns. host.ns. 1 2 3 4 5', ['ns.', 'host.ns.'], true],
    ['DNAME', 'a.', ['a.'], false],
    ['SRV', '1 2 3 www.', ['www.'], false],
    ['RP', 'a. b.', ['a.', 'b.'], false],
    ['NAPTR', '1 2 "a" "b" "" c.', ['c.'], false],
    ['A', '10.0.0.1', [], false],
    ['TXT', 'a.b.', [], false],
    ['TYPE65280', '\\# 3 016100', [], false],
  ])('%s %j has %j, compressible: %s', (name, text, names, compressible) => {
    const rdata = encodeRdata(type(name), text, origin)
    const found = namesIn(type(name), rdata)
    expect(found.map(({ offset, length }) => rdata.slice(offset, offset + length))).toEqual(
      names.map(each => parseName(each)),
    )
    expect(found.every(each => each.compressible === compressible)).toBe(true)
  })
})

describe('properties', () => {
  const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength })
  const string = bytes(0, 255).map(data => Uint8Array.from([data.length, ...data]))
  const tag = fc.stringMatching(/^[a-zA-Z0-9]{1,20}$/).map(text => Uint8Array.from([text.length, ...Buffer.from(text)]))
  const strings = fc.array(string, { minLength: 1, maxLength: 4 }).map(all => Uint8Array.from(all.flatMap(s => [...s])))

  // Well-formed data of each type, put together from its parts in wire form.
  const parts: readonly (readonly [type: number, ...parts: Arbitrary<Uint8Array>[]])[] = [
    [TYPE.A, bytes(4)],
    [TYPE.AAAA, bytes(16)],
    [TYPE.NS, anyName],
    [TYPE.CNAME, anyName],
    [TYPE.PTR, anyName],
    [TYPE.DNAME, anyName],
    [TYPE.MX, bytes(2), anyName],
    [TYPE.TXT, strings],
    [TYPE.SPF, strings],
    [TYPE.SRV, bytes(6), anyName],
    [TYPE.CAA, bytes(1), tag, bytes(0, 400)],
    [TYPE.SOA, anyName, anyName, bytes(20)],
    [TYPE.HINFO, string, string],
    [TYPE.RP, anyName, anyName],
    [TYPE.NAPTR, bytes(4), string, string, string, anyName],
    [TYPE.SSHFP, bytes(3, 40)],
    [TYPE.DS, bytes(5, 60)],
    [TYPE.CDS, bytes(5, 60)],
    [TYPE.DNSKEY, bytes(5, 300)],
    [TYPE.CDNSKEY, bytes(5, 300)],
    [TYPE.TLSA, bytes(4, 300)],
    [TYPE.SMIMEA, bytes(4, 300)],
    [TYPE.OPENPGPKEY, bytes(1, 300)],
  ]

  test.each(parts.map(([number, ...fields]) => [typeName(number), number, fields] as const))(
    '%s data comes back from its text, of any origin, byte for byte',
    (_name, number, fields) => {
      fc.assert(
        fc.property(fc.tuple(...fields), anyName, (given, from: Name) => {
          const rdata = Uint8Array.from(given.flatMap(part => [...part]))
          const text = formatRdata(number, rdata)
          expect(text).toMatch(/^[ -~]+$/)
          expect(text).not.toMatch(/^\\# /)
          expect(encodeRdata(number, text, from)).toEqual(rdata)
          expect(encodeRdata(number, `\\# ${rdata.length} ${hexOf(rdata)}`, from)).toEqual(rdata)
        }),
        { numRuns: 50 },
      )
    },
  )

  const anyType = fc.oneof(fc.constantFrom(...parts.map(([number]) => number)), fc.nat(65535))

  test('any bytes of any type are shown, and what is shown is read as the same bytes or, malformed, refused', () => {
    fc.assert(
      fc.property(anyType, fc.uint8Array({ maxLength: 40 }), (number, rdata) => {
        const text = formatRdata(number, rdata)
        const known = parts.some(([each]) => each === number)
        if (known && text.startsWith('\\# ')) expect(() => encodeRdata(number, text, origin)).toThrow(RdataError)
        else expect(encodeRdata(number, text, origin)).toEqual(rdata)
      }),
      { numRuns: 1000 },
    )
  })

  test('any text is record data or an RdataError', () => {
    const unit = fc.constantFrom('1', '0', 'a', '.', ' ', '"', '\\', '#', ';', ':', '=', '@', 'é', '\\# ', '10 ')
    fc.assert(
      fc.property(anyType, fc.oneof(fc.string({ unit }), fc.string({ unit: 'binary' })), (number, text) => {
        let rdata: Uint8Array
        try {
          rdata = encodeRdata(number, text, origin)
        } catch (error) {
          expect(error).toBeInstanceOf(RdataError)
          return
        }
        expect(encodeRdata(number, formatRdata(number, rdata), origin)).toEqual(rdata)
      }),
      { numRuns: 500 },
    )
  })

  test('the names found lie within the data, in order, each ending in a root label', () => {
    fc.assert(
      fc.property(anyType, fc.uint8Array({ maxLength: 40, max: 4 }), (number, rdata) => {
        let from = 0
        for (const { offset, length } of namesIn(number, rdata)) {
          expect(offset).toBeGreaterThanOrEqual(from)
          from = offset + length
          expect(rdata[from - 1]).toBe(0)
        }
      }),
    )
  })
})
