import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../src/dns/address.js'
import { COOKIE, Cookie, readCookie, settleCookie } from '../../src/dns/cookies.js'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const words = (secrets: readonly string[]): Int32Array => new Int32Array(hex(secrets.join('')).buffer)

const read = (bytes: Uint8Array): Cookie => {
  const cookie = new Cookie()
  expect(readCookie(bytes, 0, bytes.length, cookie)).toBe(true)
  return cookie
}
const NAMES = ['client only', 'bad', 'good'] as const

/** What a cookie is worth, and the one that is sent back. */
function settle(sent: string, secrets: readonly string[], address: string, now: number): [string, string] {
  const cookie = read(hex(sent))
  const client = parseAddress(address)!
  const worth = settleCookie(cookie, words(secrets), 0, secrets.length, client, client.length, now)
  return [NAMES[worth]!, Buffer.from(cookie.bytes.subarray(0, cookie.length)).toString('hex')]
}

const SECRET = 'e5e973e5a6b2a43f48e7dc849e37bfcf'
const OLD_SECRET = 'dd3bdf9344b678b185a6f5cb60fca715'
const NEW_SECRET = '445536bcd2513298075a5d379663c962'
const LEARNT = '2464c4abcf10c957010000005cf79f111f8130c3eee29480'

describe('RFC 9018 appendix A', () => {
  test('A.1: a client learns a server cookie', () => {
    expect(settle('2464c4abcf10c957', [SECRET], '198.51.100.100', 1559731985)).toEqual(['client only', LEARNT])
  })

  test('A.2: forty minutes later it gets a new one', () => {
    const renewed = '2464c4abcf10c957010000005cf7a871d4a564a1442aca77'
    expect(settle(LEARNT, [SECRET], '198.51.100.100', 1559734385)).toEqual(['good', renewed])
  })

  test('A.3: reserved bytes that are set are part of what is hashed; the new cookie has none', () => {
    const sent = 'fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5'
    expect(settle(sent, [SECRET], '203.0.113.203', 1559727985 + 60)).toEqual(['good', sent])
    // The appendix answers 112 minutes later, when §4.3 would no longer believe it; the cookie in the answer is the same.
    const [, renewed] = settle(sent, [SECRET], '203.0.113.203', 1559734700)
    expect(renewed).toBe('fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e')
  })

  test('A.4: IPv6, and a cookie by the secret before is good and renewed by the new one', () => {
    const sent = '22681ab97d52c298010000005cf7c57926556bd0934c72f8'
    const renewed = '22681ab97d52c298010000005cf7c609a6bb79d16625507a'
    const client = '2001:db8:220:1:59de:d0f4:8769:82b8'
    expect(settle(sent, [NEW_SECRET, OLD_SECRET], client, 1559741961)).toEqual(['good', renewed])
    expect(settle(sent, [NEW_SECRET], client, 1559741961)).toEqual(['bad', renewed])
  })
})

test.each([
  [-301, 'bad'],
  [-300, 'good'],
  [0, 'good'],
  [3600, 'good'],
  [3601, 'bad'],
])('a cookie that is %d s old is %s', (age, worth) => {
  expect(settle(LEARNT, [SECRET], '198.51.100.100', 1559731985 + age)[0]).toBe(worth)
})

test.each([
  [-300, true],
  [1800, true],
  [1801, false],
])('a good cookie that is %d s old is sent back as it is: %s', (age, same) => {
  expect(settle(LEARNT, [SECRET], '198.51.100.100', 1559731985 + age)[1] === LEARNT).toBe(same)
})

test('a clock of 32 bits that wraps makes nobody a stranger', () => {
  const before = 2 ** 32 - 10
  const [, made] = settle('0102030405060708', [SECRET], '192.0.2.1', before)
  expect(settle(made, [SECRET], '192.0.2.1', before + 20)).toEqual(['good', made])
})

test.each([
  ['another address', LEARNT, '198.51.100.101'],
  ['another client cookie', `35${LEARNT.slice(2)}`, '198.51.100.100'],
  ['another version', LEARNT.replace('0100', '0200'), '198.51.100.100'],
  ['a bit of the hash', `${LEARNT.slice(0, -1)}1`, '198.51.100.100'],
  ['a reserved byte', LEARNT.replace('010000005c', '010000015c'), '198.51.100.100'],
  ['a server cookie of 32 bytes', `${LEARNT}0000000000000000000000000000000000`.slice(0, 80), '198.51.100.100'],
  ['a server cookie of 8 bytes', LEARNT.slice(0, 32), '198.51.100.100'],
])('with %s it is bad, and a good one is sent back', (_, sent, address) => {
  const [worth, back] = settle(sent, [SECRET], address, 1559731985)
  expect(worth).toBe('bad')
  expect(settle(back, [SECRET], address, 1559731985)).toEqual(['good', back])
})

test.each(Array.from({ length: 45 }, (_, length) => length))('an option of %d bytes', length => {
  const wellFormed = length === 8 || (length >= 16 && length <= 40)
  expect(readCookie(new Uint8Array(60), 0, length, new Cookie())).toBe(wellFormed)
})

test('what was made for a client is good for it and for nobody else, whatever the secrets', () => {
  const secret = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(bytes => Buffer.from(bytes).toString('hex'))
  const client = fc.uint8Array({ minLength: 8, maxLength: 8 }).map(bytes => Buffer.from(bytes).toString('hex'))
  const address = fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::1:0')
  fc.assert(
    fc.property(fc.tuple(secret, secret), client, address, address, fc.nat({ max: 2 ** 32 - 1 }), (s, c, a, b, now) => {
      const [, made] = settle(c, [s[0]], a, now)
      expect(settle(made, [s[0]], b, now)[0]).toBe(a === b ? 'good' : 'bad')
      expect(settle(made, [s[1], s[0]], a, now)[0]).toBe('good')
    }),
  )
  expect(COOKIE.good).toBe(2)
})
