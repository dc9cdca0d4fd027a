// Parameters of SVCB and HTTPS records: the test vectors of RFC 9460 Appendix D, and what else is right and wrong.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { encodeRdata, formatRdata, RdataError } from '../../src/dns/rdata.js'
import { readZoneFile } from '../../src/dns/zonefile.js'
import { anyParams } from './arbitrary-params.js'

const origin = parseName('example.com.')
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const name = (text: string): string => hexOf(parseName(text))

/** The data of the record, read from a zone file: its words come from another splitter than those of a document. */
function fromZoneFile(data: string): Uint8Array {
  const { records, problems } = readZoneFile(`$TTL 60\na SVCB ${data}\n`, { file: 'z', origin })
  expect(problems).toEqual([])
  return records.rdata(0)
}

describe('RFC 9460 Appendix D: test vectors', () => {
  const FOO = name('foo.example.com.')
  const ORG = name('foo.example.org.')
  test.each([
    // figure, as written, canonical form, wire form
    ['2', '0 foo.example.com.', '0 foo.example.com.', `0000${FOO}`],
    ['3', '1 .', '1 .', '000100'],
    ['4', '16 foo.example.com. port=53', '16 foo.example.com. port=53', `0010${FOO}000300020035`],
    ['5', '1 foo.example.com. key667=hello', '1 foo.example.com. key667="hello"', `0001${FOO}029b000568656c6c6f`],
    [
      '6',
      '1 foo.example.com. key667="hello\\210qoo"',
      '1 foo.example.com. key667="hello\\210qoo"',
      `0001${FOO}029b000968656c6c6fd2716f6f`,
    ],
    [
      '7',
      '1 foo.example.com. ( ipv6hint="2001:db8::1,2001:db8::53:1" )',
      '1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1',
      `0001${FOO}0006002020010db800000000000000000000000120010db8000000000000000000530001`,
    ],
    [
      '8',
      '1 example.com. ( ipv6hint="2001:db8:122:344::192.0.2.33" )',
      '1 example.com. ipv6hint=2001:db8:122:344::c000:221',
      `0001${name('example.com.')}0006001020010db80122034400000000c0000221`,
    ],
    [
      '9',
      '16 foo.example.org. ( alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1 )',
      '16 foo.example.org. mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1',
      `0010${ORG}000000040001000400010009026832056833 2d313900040004c0000201`.replaceAll(' ', ''),
    ],
    [
      '10',
      '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
      '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
      `0010${ORG}0001000c08665c6f6f2c626172026832`,
    ],
    [
      '10, the second form',
      '16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2',
      '16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"',
      `0010${ORG}0001000c08665c6f6f2c626172026832`,
    ],
  ])('figure %s: %s', (_figure, text, canonical, hex) => {
    expect(hexOf(fromZoneFile(text))).toBe(hex)
    const rdata = encodeRdata(TYPE.SVCB, text.replaceAll(/[()]/g, ''), origin)
    expect(hexOf(rdata)).toBe(hex)
    expect(formatRdata(TYPE.SVCB, rdata)).toBe(canonical)
    expect(encodeRdata(TYPE.HTTPS, canonical, origin)).toEqual(rdata)
    expect(fromZoneFile(canonical)).toEqual(rdata)
  })

  test.each([
    // figure, as written, what is wrong
    ['11', '1 foo.example.com. key123=abc key123=def', 'key123 is there twice'],
    ['12', '1 foo.example.com. mandatory', 'mandatory: "" is no key'],
    ['12', '1 foo.example.com. alpn', 'alpn: a protocol has 1 to 255 bytes'],
    ['12', '1 foo.example.com. port', 'port: "" is not a port from 0 to 65535'],
    ['12', '1 foo.example.com. ipv4hint', 'ipv4hint: "" is not an IPv4 address'],
    ['12', '1 foo.example.com. ipv6hint', 'ipv6hint: "" is not an IPv6 address'],
    ['13', '1 foo.example.com. no-default-alpn=abc', 'no-default-alpn is not alone; it has no value'],
    ['14', '1 foo.example.com. mandatory=key123', 'key123 is mandatory, and is missing'],
    [
      '15',
      '1 foo.example.com. mandatory=mandatory',
      'mandatory is not a list of other keys, none twice, such as alpn,port',
    ],
    [
      '16',
      '1 foo.example.com. mandatory=key123,key123 key123=abc',
      'mandatory is not a list of other keys, none twice, such as alpn,port',
    ],
  ])('figure %s: %s is refused', (_figure, text, message) => {
    expect(() => encodeRdata(TYPE.SVCB, text, origin)).toThrow(new RdataError(`SVCB: parameters: ${message}`))
    const { problems } = readZoneFile(`$TTL 60\na SVCB ${text}\n`, { file: 'z', origin })
    expect(problems.map(problem => problem.message)).toEqual([`SVCB: parameters: ${message}`])
  })
})

describe('what else is right', () => {
  test.each([
    ['1 . key1="\\002h2"', '1 . alpn="h2"'],
    ['1 . key3="\\000\\053"', '1 . port=53'],
    ['1 . key667=', '1 . key667'],
    ['1 . key667=""', '1 . key667'],
    ['1 . key65534', '1 . key65534'],
    ['1 . port="0"', '1 . port=0'],
    ['1 . alpn="a b"', '1 . alpn="a b"'],
    ['1 . alpn=a\\"b', '1 . alpn="a\\"b"'],
    ['1 . ech=AQID alpn=h2 no-default-alpn', '1 . alpn="h2" no-default-alpn ech=AQID'],
    ['1 . alpn=h2 dohpath=/dns-query{?dns}', '1 . alpn="h2" dohpath="/dns-query{?dns}"'],
    ['1 . alpn=h2 dohpath="/é{?dns}"', '1 . alpn="h2" dohpath="/\\195\\169{?dns}"'],
    ['1 . ohttp', '1 . ohttp'],
    ['1 . mandatory=port port=1', '1 . mandatory=port port=1'],
  ])('%s', (text, canonical) => {
    const rdata = encodeRdata(TYPE.HTTPS, text, origin)
    expect(formatRdata(TYPE.HTTPS, rdata)).toBe(canonical)
    expect(fromZoneFile(text)).toEqual(rdata)
  })
})

describe('what else is wrong', () => {
  const KEYS = 'mandatory, alpn, no-default-alpn, port, ipv4hint, ech, ipv6hint, dohpath, ohttp'
  test.each([
    ['0 . alpn=h2', 'an alias (priority 0) has no parameters; nobody would read them'],
    ['1 . foo=bar', `parameters: "foo=bar" is no parameter such as alpn=h2; known are ${KEYS}, and key667`],
    ['1 . ALPN=h2', `parameters: "ALPN=h2" is no parameter such as alpn=h2; known are ${KEYS}, and key667`],
    ['1 . key01=a', `parameters: "key01=a" is no parameter such as alpn=h2; known are ${KEYS}, and key667`],
    ['1 . key65536', `parameters: "key65536" is no parameter such as alpn=h2; known are ${KEYS}, and key667`],
    ['1 . "alpn=h2"', `parameters: "alpn=h2" is no parameter such as alpn=h2; known are ${KEYS}, and key667`],
    ['1 . key65535', 'parameters: key65535 is no key'],
    ['1 . key1=h2', 'parameters: alpn is not a list of protocols such as h2,h3'],
    ['1 . alpn=h2,', 'parameters: alpn: a protocol has 1 to 255 bytes'],
    ['1 . alpn="h\\\\2"', 'parameters: alpn: within a list a backslash stands before a comma or a backslash'],
    [`1 . alpn=${'a'.repeat(256)}`, 'parameters: alpn: a protocol has 1 to 255 bytes'],
    ['1 . port=65536', 'parameters: port: "65536" is not a port from 0 to 65535'],
    ['1 . ipv4hint="192.0.2.1, 192.0.2.2"', 'parameters: ipv4hint: " 192.0.2.2" is not an IPv4 address'],
    ['1 . ipv6hint=192.0.2.1', 'parameters: ipv6hint: "192.0.2.1" is not an IPv6 address'],
    ['1 . ech=AQI', 'parameters: ech: "AQI" is not base64'],
    ['1 . dohpath=/dns-query', 'parameters: dohpath is not a path with the variable dns, such as /dns-query{?dns}'],
    ['1 . no-default-alpn', 'parameters: no-default-alpn leaves nothing without alpn'],
    ['1 . alpn=h2 port=1 alpn=h3', 'parameters: alpn is there twice'],
    ['1 . alpn="h2"x', 'after a closing quote comes a space, not "x"; write a quote inside as \\"'],
    ['1 . alpn=h2"', '" outside of quotes; put the whole string in quotes, or write \\"'],
    ['1 . alpn="h2', 'a string has no closing quote'],
    ['1', 'target is missing; expected <priority> <target> [<parameters>…]'],
  ])('%s', (text, message) => {
    expect(() => encodeRdata(TYPE.HTTPS, text, origin)).toThrow(new RdataError(`HTTPS: ${message}`))
  })

  test.each([
    ['0001000003000200350001000302 6832', 'keys out of order'],
    ['00010000030002003500030002 0035', 'a key twice'],
    ['000100000300010 5', 'a port of one byte'],
    ['0001000001 0000', 'no protocols'],
    ['00010000010003 036832', 'a protocol beyond the value'],
    ['0001000004 0003c00002', 'three quarters of an address'],
    ['00010000030003', 'a value beyond the end'],
    ['0001000003', 'half a parameter'],
    ['000100000000020003', 'a mandatory key that is missing'],
    ['00010000000003000300', 'half a mandatory key'],
    ['000000000300020035', 'an alias with parameters'],
    ['000100ffff0000', 'the invalid key'],
  ])('on the wire, %s: %s', written => {
    const hex = written.replaceAll(' ', '')
    const text = `\\# ${hex.length / 2} ${hex}`
    expect(formatRdata(TYPE.SVCB, Uint8Array.from(Buffer.from(hex, 'hex')))).toBe(text)
    expect(() => encodeRdata(TYPE.SVCB, text, origin)).toThrow(RdataError)
  })
})

test('sound parameters come back from their text, byte for byte, by both splitters', () => {
  fc.assert(
    fc.property(anyParams, params => {
      const rdata = Uint8Array.from([0, 1, 0, ...params])
      const text = formatRdata(TYPE.HTTPS, rdata)
      expect(text).toMatch(/^1 [.]( [a-z0-9-]+(=("([^"\\]|\\.)*"|[^ "]+))?)*$/)
      expect(encodeRdata(TYPE.HTTPS, text, origin)).toEqual(rdata)
      expect(fromZoneFile(text)).toEqual(rdata)
    }),
    { numRuns: 300 },
  )
})
