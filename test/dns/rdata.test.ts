// Record data, text ↔ wire: examples by type, errors, and properties over all types.
import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeMessage, formatRecord, MessageError } from '../../src/dns/message.js'
import { type Name, parseName } from '../../src/dns/name.js'
import { TYPE, typeName, typeNumber } from '../../src/dns/numbers.js'
import { canonicalRdata, encodeRdata, formatRdata, namesIn, RdataError } from '../../src/dns/rdata.js'
import { RECORD_TYPES } from '../../src/dns/rdata-types.js'
import { anyName } from './arbitrary-name.js'
import { anyParams } from './arbitrary-params.js'

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
    ['SSHFP', '4 9 AB CD', '4 9 abcd', '0409abcd'],
    ['SSHFP', `4 1 ${'ab '.repeat(20)}`, `4 1 ${'ab'.repeat(20)}`, `0401${'ab'.repeat(20)}`],
    ['DS', `60485 5 1 2BB1 ${'0A'.repeat(18)}`, `60485 5 1 2bb1${'0a'.repeat(18)}`, `ec4505012bb1${'0a'.repeat(18)}`],
    ['DS', '1 RSASHA256 250 AB', '1 8 250 ab', '000108faab'],
    ['CDS', '0 0 0 00', '0 0 0 00', '0000000000'],
    ['DNSKEY', '257 3 13 AQID BA==', '257 3 13 AQIDBA==', '0101030d01020304'],
    ['CDNSKEY', '0 3 0 AA==', '0 3 0 AA==', '0000030000'],
    ['TLSA', '3 1 1 d2abde24', '3 1 1 d2abde24', '030101d2abde24'],
    ['SMIMEA', '3 0 0 ff', '3 0 0 ff', '030000ff'],
    ['OPENPGPKEY', 'AQID', 'AQID', '010203'],
    ['TYPE65280', '\\# 3 01 0203', '\\# 3 010203', '010203'],
    ['TYPE65280', '\\# 0', '\\# 0', ''],
    ['HTTPS', '\\# 3 000000', '0 .', '000000'],
    ['HTTPS', '1 . port=443 alpn="h2"', '1 . alpn="h2" port=443', '000100000100030268320003000201bb'],
    ['MINFO', 'a b.', 'a.example.com. b.', `0161${EXAMPLE}016200`],
    ['AFSDB', '1 a.', '1 a.', '0001016100'],
    ['PX', '10 a. b.', '10 a. b.', '000a016100016200'],
    ['LOC', '0 N 0 E 0', '0 0 0.000 N 0 0 0.000 E 0.00m 1m 10000m 10m', '00121613800000008000000000989680'],
    [
      'LOC',
      '42 21 54 N 71 06 18 W -24m 30m',
      '42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m',
      '0033161389172dd070be15f000988d20',
    ],
    [
      'LOC',
      '90 S 180 W -100000m 0 0.01 9',
      '90 0 0.000 S 180 0 0.000 W -100000.00m 0.00m 0.01m 9m',
      '000010926cb0270059604e0000000000',
    ],
    ['CERT', 'pkix 1 rsasha256 AQID', 'PKIX 1 8 AQID', '0001000108010203'],
    ['CERT', '65534 1 0 AQID', '65534 1 0 AQID', 'fffe000100010203'],
    ['APL', '', '\\# 0', ''],
    ['APL', '1:192.0.2.0/24 !2:2001:DB8::/32', '1:192.0.2.0/24 !2:2001:db8::/32', '00011803c000020002208420010db8'],
    ['APL', '1:0.0.0.0/0', '1:0.0.0.0/0', '00010000'],
    ['KEY', '256 3 8 AQID', '256 3 8 AQID', '01000308010203'],
    [
      'RRSIG',
      'A 5 3 86400 20030322173103 20030220173103 2642 @ AQID',
      'A 5 3 86400 20030322173103 20030220173103 2642 example.com. AQID',
      `0001050300015180${(1048354263).toString(16)}${(1045762263).toString(16)}0a52${EXAMPLE}010203`,
    ],
    [
      'RRSIG',
      'TYPE1234 8 1 0 4294967295 0 1 . AQID',
      'TYPE1234 8 1 0 21060207062815 19700101000000 1 . AQID',
      '04d2080100000000ffffffff00000000000100010203',
    ],
    [
      'NSEC',
      'host A MX RRSIG NSEC TYPE1234',
      'host.example.com. A MX RRSIG NSEC TYPE1234',
      // RFC 4034 §4.3
      `04${ascii('host')}${EXAMPLE}0006400100000003041b${'00'.repeat(26)}20`,
    ],
    [
      'NSEC3',
      '1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR MX A',
      '1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr A MX',
      // RFC 5155 §A
      '0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b00024001',
    ],
    ['NSEC3', '9 0 0 - 04', '9 0 0 - 04', '09000000000101'],
    ['NSEC3PARAM', '1 0 12 -', '1 0 12 -', '0100000c00'],
    ['CSYNC', '66 3 AAAA A NS', '66 3 A NS AAAA', '000000420003000460000008'],
    ['CSYNC', '66 3', '66 3', '000000420003'],
    ['ZONEMD', `1 1 240 ${'AB'.repeat(12)}`, `1 1 240 ${'ab'.repeat(12)}`, `0000000101f0${'ab'.repeat(12)}`],
    ['EUI48', '00-00-5E-00-53-2A', '00-00-5e-00-53-2a', '00005e00532a'],
    ['EUI64', '00-00-5e-ef-10-00-00-2a', '00-00-5e-ef-10-00-00-2a', '00005eef1000002a'],
    ['NID', '10 0014:4fff:ff20:EE64', '10 14:4fff:ff20:ee64', '000a00144fffff20ee64'],
    ['L32', '10 10.1.2.0', '10 10.1.2.0', '000a0a010200'],
    ['L64', '10 2001:0DB8:1140:1000', '10 2001:db8:1140:1000', '000a20010db811401000'],
    ['LP', '10 l.', '10 l.', '000a016c00'],
    ['URI', '10 1 "ftp://a/b c"', '10 1 "ftp://a/b c"', `000a0001${ascii('ftp://a/b c')}`],
    ['DHCID', 'AQID', 'AQID', '010203'],
    ['NULL', '\\# 2 0102', '\\# 2 0102', '0102'],
    ['RESINFO', 'qnamemin', '"qnamemin"', `08${ascii('qnamemin')}`],
    ['WALLET', 'a b', '"a" "b"', '01610162'],
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

const LOC_FORM = '52 30 59.5 N 13 22 41.2 E 34m, and after it size and precisions in metres'

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
    ['TXT', 'v="a b"', 'TXT: text: " within a word; put the whole string in quotes, or write \\"'],
    ['CNAME', 'v="a"', 'CNAME: target: "v="a"" has a quote; write it as \\"'],
    ['NULL', 'a', 'NULL: no text form is known; write the data as \\# LENGTH HEX (RFC 3597)'],
    ['URI', '1 1 ""', 'URI: target: it must not be empty'],
    ['URI', '1 1 a b', 'URI: "b" is too much; expected <priority> <weight> <target>'],
    ['DS', '1 8 2 abcd', 'DS: a digest of algorithm 2 has 32 bytes, and this one has 2'],
    ['DS', '\\# 6 0001 08 01 abcd', 'DS: a digest of algorithm 1 has 20 bytes, and this one has 2'],
    ['DS', '1 RSA 2 abcd', 'DS: algorithm: "RSA" is not a whole number from 0 to 255'],
    ['SSHFP', '4 2 abcd', 'SSHFP: a digest of algorithm 2 has 32 bytes, and this one has 2'],
    ['ZONEMD', '1 1 9 abcd', 'ZONEMD: a digest of algorithm 9 has at least 12 bytes, and this one has 2'],
    ['LOC', '42 21 54', `LOC: location: degrees and N or S are missing; expected ${LOC_FORM}`],
    ['LOC', '1 2 3 4 N 0 E 0', `LOC: location: degrees and N or S are missing; expected ${LOC_FORM}`],
    ['LOC', '1 N 1 E', `LOC: location: the altitude is missing; expected ${LOC_FORM}`],
    ['LOC', '1 N 1 E 0 1 1 1 1', `LOC: location: "1" is too much; expected ${LOC_FORM}`],
    ['LOC', '91 N 0 E 0', 'LOC: location: "91 0 0" is no angle of 0 to 90 degrees, minutes, seconds'],
    ['LOC', '90 0 0.001 N 0 E 0', 'LOC: location: "90 0 0.001" is no angle of 0 to 90 degrees, minutes, seconds'],
    ['LOC', '1 60 N 0 E 0', 'LOC: location: "1 60 0" is no angle of 0 to 90 degrees, minutes, seconds'],
    ['LOC', '1 1 1.1234 N 0 E 0', 'LOC: location: "1 1 1.1234" is no angle of 0 to 90 degrees, minutes, seconds'],
    ['LOC', '1 N 1 E 42849672.96', 'LOC: location: "42849672.96" is no altitude from -100000.00m to 42849672.95m'],
    ['LOC', '1 N 1 E 0 90000000.01', 'LOC: location: size: "90000000.01" is no length from 0.00m to 90000000.00m'],
    ['LOC', '1 N 1 E 0 1 1 -1', 'LOC: location: vertical: "-1" is no length from 0.00m to 90000000.00m'],
    ['APL', '1:192.0.2.0', 'APL: prefix: "1:192.0.2.0" is no prefix such as 1:192.0.2.0/24 or !2:2001:db8::/32'],
    ['APL', '1:192.0.2.0/33', 'APL: prefix: "1:192.0.2.0/33" is no prefix such as 1:192.0.2.0/24 or !2:2001:db8::/32'],
    ['APL', '2:192.0.2.0/24', 'APL: prefix: "2:192.0.2.0/24" is no prefix such as 1:192.0.2.0/24 or !2:2001:db8::/32'],
    [
      'RRSIG',
      'FOO 5 3 0 0 0 1 . AQID',
      'RRSIG: type-covered: "FOO" is no record type; where it has no name, write TYPE65280',
    ],
    [
      'RRSIG',
      'A 5 3 0 20030230000000 0 1 . AQID',
      'RRSIG: expiration: "20030230000000" is no time such as 20260131120000, from 1970 to 2106',
    ],
    [
      'RRSIG',
      'A 5 3 0 4294967296 0 1 . AQID',
      'RRSIG: expiration: "4294967296" is no time such as 20260131120000, from 1970 to 2106',
    ],
    ['NSEC', 'a', 'NSEC: types is missing; expected <next-name> <types>…'],
    ['CSYNC', '1 1 A FOO', 'CSYNC: types: "FOO" is no record type; where it has no name, write TYPE65280'],
    ['CSYNC', '1', 'CSYNC: flags is missing; expected <serial> <flags> [<types>…]'],
    ['NSEC3', '1 1 12 abc 00', 'NSEC3: salt: "abc" is neither - nor 1 to 255 pairs of hexadecimal digits'],
    ['NSEC3', '1 1 12 - 2t7b4g4vw', 'NSEC3: next-hash: "2t7b4g4vw" is not base32hex'],
    ['NSEC3', '1 1 12 - 01', 'NSEC3: next-hash: "01" is not base32hex'],
    ['EUI48', '00-00-5e-00-53', 'EUI48: address: "00-00-5e-00-53" is not an address such as 00-00-5e-ef-10-00'],
    ['L64', '10 2001:db8::1', 'L64: locator: "2001:db8::1" is not four groups such as 2001:db8:1140:1000'],
    ['CERT', 'FOO 1 8 AQID', 'CERT: type: "FOO" is not a whole number from 0 to 65535'],
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
    ['LOC', '01121613800000008000000000989680', 'another version'],
    ['LOC', '00a21613800000008000000000989680', 'a digit of ten'],
    ['LOC', '00011613800000008000000000989680', 'a power of nothing'],
    ['LOC', '00121613ffffffff8000000000989680', 'beyond the pole'],
    ['LOC', '001216138000000080000000009896', 'a byte too few'],
    ['NSEC', '00', 'no types'],
    ['NSEC', '00000100', 'an empty byte at the end'],
    ['NSEC', '0001014000014000', 'windows out of order'],
    ['NSEC', `000021${'01'.repeat(33)}`, 'a window too long'],
    ['CSYNC', '000000010000000240', 'a window beyond the end'],
    ['NSEC3PARAM', '0100000c02ab', 'a salt beyond the end'],
    ['NSEC3', '0100000c0000', 'an empty hash'],
    ['APL', '00031804c0000201', 'an unknown family'],
    ['APL', '00012101c0', 'a prefix too long'],
    ['APL', '00011804c0000200', 'zeros that could be left out'],
    ['APL', '00011805c000020101', 'an address too long'],
    ['APL', '0001', 'half a prefix'],
    ['DS', '00010802abcd', 'a digest too short'],
    ['URI', '00010001', 'no target'],
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
    ['AFSDB', '1 a.', ['a.'], false],
    ['MINFO', 'a. b.', ['a.', 'b.'], true],
    ['RRSIG', 'A 5 3 0 0 0 1 a. AQID', ['a.'], false],
    ['NSEC', 'a. A', ['a.'], false],
    ['HTTPS', '1 a. alpn=h2', ['a.'], false],
    ['LP', '1 a.', ['a.'], false],
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

describe('canonical form lowers names where RFC 4034 §6.2 and RFC 6840 §5.1 say so', () => {
  test.each([
    ['NS', 'Ns.A.', 'ns.a.'],
    ['SOA', 'Ns. Host. 1 2 3 4 5', 'ns. host. 1 2 3 4 5'],
    ['MX', '10 Mail.', '10 mail.'],
    ['SRV', '1 2 3 Www.', '1 2 3 www.'],
    ['NAPTR', '1 2 "U" "B" "" Cc.', '1 2 "U" "B" "" cc.'],
    ['KX', '1 A.', '1 a.'],
    ['DNAME', 'A.', 'a.'],
    ['RRSIG', 'A 5 3 0 0 0 1 Signer. AQID', 'A 5 3 0 19700101000000 19700101000000 1 signer. AQID'],
    ['NSEC', 'A. A', 'A. A'],
    ['SVCB', '1 A.', '1 A.'],
    ['LP', '1 A.', '1 A.'],
    ['TXT', 'A.', '"A."'],
    ['TYPE65280', '\\# 3 014100', '\\# 3 014100'],
  ])('%s %s', (name, text, canonical) => {
    expect(formatRdata(type(name), canonicalRdata(type(name), encodeRdata(type(name), text, origin)))).toBe(canonical)
  })
})

describe('properties', () => {
  const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength })
  const string = bytes(0, 255).map(data => Uint8Array.from([data.length, ...data]))
  const tag = fc.stringMatching(/^[a-zA-Z0-9]{1,20}$/).map(text => Uint8Array.from([text.length, ...Buffer.from(text)]))
  const strings = fc.array(string, { minLength: 1, maxLength: 4 }).map(all => Uint8Array.from(all.flatMap(s => [...s])))

  /** A digest after the byte that says which; those without a length of their own get one of the lengths. */
  const digest = (lengths: Readonly<Record<number, number>>, least = 1) =>
    fc.nat(255).chain(algorithm => {
      const length = lengths[algorithm]
      return bytes(length ?? least, length ?? 70).map(all => Uint8Array.from([algorithm, ...all]))
    })
  const bitmap = fc.uniqueArray(fc.nat(65535), { maxLength: 8 }).map(numbers => {
    const text = numbers.map(each => `TYPE${each}`).join(' ')
    return encodeRdata(TYPE.CSYNC, `0 0 ${text}`, origin).slice(6)
  })
  const size = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(9)).map(([digit, power]) => (digit << 4) | power)
  const angle = (most: number) =>
    fc.integer({ min: -most * 3_600_000, max: most * 3_600_000 }).map(each => {
      const out = Buffer.alloc(4)
      out.writeUInt32BE(each + 2 ** 31)
      return [...out]
    })
  const place = fc
    .tuple(fc.tuple(size, size, size), angle(90), angle(180), bytes(4))
    .map(([sizes, ...rest]) => Uint8Array.from([0, ...sizes, ...rest.flatMap(each => [...each])]))
  const prefixes = fc
    .array(fc.tuple(fc.constantFrom([1, 4], [2, 16]), bytes(16), fc.nat(128), fc.boolean()), { maxLength: 4 })
    .map(all =>
      Uint8Array.from(
        all.flatMap(([[family, length], address, bits, not]) => {
          const kept = address.slice(0, length!)
          const end = kept.findLastIndex(byte => byte !== 0) + 1
          return [0, family!, Math.min(bits, length! * 8), end | (not ? 0x80 : 0), ...kept.slice(0, end)]
        }),
      ),
    )

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
    [TYPE.SSHFP, bytes(1), digest({ 1: 20, 2: 32 })],
    [TYPE.DS, bytes(3), digest({ 1: 20, 2: 32, 3: 32, 4: 48 })],
    [TYPE.CDS, bytes(3), digest({ 1: 20, 2: 32, 3: 32, 4: 48 })],
    [TYPE.ZONEMD, bytes(5), digest({ 1: 48, 2: 64 }, 12)],
    [TYPE.DNSKEY, bytes(5, 300)],
    [TYPE.CDNSKEY, bytes(5, 300)],
    [TYPE.KEY, bytes(5, 300)],
    [TYPE.TLSA, bytes(4, 300)],
    [TYPE.SMIMEA, bytes(4, 300)],
    [TYPE.OPENPGPKEY, bytes(1, 300)],
    [TYPE.DHCID, bytes(1, 300)],
    [TYPE.CERT, bytes(6, 300)],
    [TYPE.MB, anyName],
    [TYPE.MG, anyName],
    [TYPE.MR, anyName],
    [TYPE.MINFO, anyName, anyName],
    [TYPE.AFSDB, bytes(2), anyName],
    [TYPE.RT, bytes(2), anyName],
    [TYPE.KX, bytes(2), anyName],
    [TYPE.PX, bytes(2), anyName, anyName],
    [TYPE.SIG, bytes(18), anyName, bytes(1, 100)],
    [TYPE.RRSIG, bytes(18), anyName, bytes(1, 100)],
    [TYPE.NSEC, anyName, bitmap.filter(all => all.length > 0)],
    [TYPE.NSEC3, bytes(4), string, string.filter(([length]) => length! > 0), bitmap],
    [TYPE.NSEC3PARAM, bytes(4), string],
    [TYPE.CSYNC, bytes(6), bitmap],
    [TYPE.LOC, place],
    [TYPE.APL, prefixes.filter(all => all.length > 0)],
    [TYPE.NID, bytes(10)],
    [TYPE.L32, bytes(6)],
    [TYPE.L64, bytes(10)],
    [TYPE.LP, bytes(2), anyName],
    [TYPE.EUI48, bytes(6)],
    [TYPE.EUI64, bytes(8)],
    [TYPE.URI, bytes(5, 300)],
    [TYPE.AVC, strings],
    [TYPE.RESINFO, strings],
    [TYPE.WALLET, strings],
    [TYPE.SVCB, fc.constant(Uint8Array.of(0, 1)), anyName, anyParams],
    [TYPE.HTTPS, fc.constant(Uint8Array.of(1, 0)), anyName, anyParams],
  ]

  test('there is one for each type of the table', () => {
    expect(parts.map(([number]) => number).sort((a, b) => a - b)).toEqual(
      [...RECORD_TYPES.keys()].sort((a, b) => a - b),
    )
  })

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
        // A list without prefixes has no other form.
        const empty = number === TYPE.APL && rdata.length === 0
        if (known && text.startsWith('\\# ') && !empty)
          expect(() => encodeRdata(number, text, origin)).toThrow(RdataError)
        else expect(encodeRdata(number, text, origin)).toEqual(rdata)
      }),
      { numRuns: 1000 },
    )
  })

  // Cut, lengthened and changed in places: what is nearly right is what breaks readers.
  const damaged = fc
    .tuple(
      fc.constantFrom(...parts).chain(([number, ...fields]) => fc.tuple(fc.constant(number), fc.tuple(...fields))),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      fc.nat(),
      fc.uint8Array({ maxLength: 3 }),
    )
    .map(([[number, given], changes, cut, more]) => {
      const whole = Uint8Array.from(given.flatMap(part => [...part]))
      const rdata = Uint8Array.from([...whole.subarray(0, cut % (whole.length + 1)), ...more])
      for (const [at, value] of changes) if (rdata.length > 0) rdata[at % rdata.length] = value
      return { number, rdata }
    })

  test('damaged data are shown, have names within them or none, and are stable once they are read again', () => {
    fc.assert(
      fc.property(damaged, ({ number, rdata }) => {
        const text = formatRdata(number, rdata)
        expect(text).toMatch(/^[ -~]+$/)
        expect(canonicalRdata(number, rdata)).toHaveLength(rdata.length)
        for (const { offset, length } of namesIn(number, rdata))
          expect(offset + length).toBeLessThanOrEqual(rdata.length)
        if (text.startsWith('\\# ')) return
        expect(encodeRdata(number, text, origin)).toEqual(rdata)
        expect(formatRdata(number, encodeRdata(number, text, origin))).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  test('damaged data in a message are read, or are a MessageError', () => {
    fc.assert(
      fc.property(damaged, ({ number, rdata }) => {
        const head = [0, 0, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, number >> 8, number & 255, 0, 1, 0, 0, 0, 0]
        try {
          const { answers } = decodeMessage(Uint8Array.from([...head, rdata.length >> 8, rdata.length & 255, ...rdata]))
          expect(formatRecord(answers[0]!)).not.toBe('')
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError)
        }
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
