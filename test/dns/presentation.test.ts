// Words, escapes and quotes of presentation form.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quote, RdataError, wordBytes, words } from '../../src/dns/presentation.js'

const bare = (text: string) => ({ text, quoted: false })
const quoted = (text: string) => ({ text, quoted: true })

describe('words', () => {
  test.each([
    ['', []],
    [' \t\r\n', []],
    ['10 mail', [bare('10'), bare('mail')]],
    ['  10\t\n mail ', [bare('10'), bare('mail')]],
    ['"a b" c', [quoted('a b'), bare('c')]],
    ['""', [quoted('')]],
    ['"" ""', [quoted(''), quoted('')]],
    ['"a""b"', [quoted('a'), quoted('b')]],
    ['"a\\"b"', [quoted('a\\"b')]],
    ['"a\\\\" b', [quoted('a\\\\'), bare('b')]],
    ['"v=DKIM1; (k=rsa)"', [quoted('v=DKIM1; (k=rsa)')]],
    ['a\\ b\\;\\"', [bare('a\\ b\\;\\"')]],
    ['a\\', [bare('a\\')]],
    ['\\# 0', [bare('\\#'), bare('0')]],
    ['a\u00a0b', [bare('a\u00a0b')]],
  ])('of %j', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })

  test.each([
    ['"', /no closing quote/],
    ['"a', /no closing quote/],
    ['"a\\"', /no closing quote/],
    ['"a\\', /no closing quote/],
    ['"a"b', /comes a space, not "b"/],
    ['a"b"', /" outside of quotes/],
    ['v=DKIM1; k=rsa', /; outside of quotes; put the whole string in quotes, or write \\;/],
    ['( 1', /\( outside of quotes/],
    ['1 )', /\) outside of quotes/],
  ])('are not to be had from %j', (text, message) => {
    expect(() => words(text)).toThrow(RdataError)
    expect(() => words(text)).toThrow(message)
  })
})

describe('wordBytes', () => {
  test.each([
    ['', ''],
    ['abc', '616263'],
    ['a\\"b', '612262'],
    ['a\\\\', '615c'],
    ['\\000\\255', '00ff'],
    ['\\0651', '4131'],
    ['\\a', '61'],
    ['é', 'c3a9'],
    ['\\é', 'c3a9'],
    ['\\😀', 'f09f9880'],
    ['a\nb', '610a62'],
  ])('of %j are %s', (text, hex) => {
    expect(Buffer.from(wordBytes(text)).toString('hex')).toBe(hex)
  })

  test.each([
    ['\\256', /\\256 is no byte/],
    ['\\12', /three digits/],
    ['a\\1b', /three digits/],
    ['a\\', /backslash/],
  ])('are not to be had from %j', (text, message) => {
    expect(() => wordBytes(text)).toThrow(RdataError)
    expect(() => wordBytes(text)).toThrow(message)
  })
})

test('bytes come back from their quoted text, as one word of printable ASCII', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      const text = quote(bytes)
      expect(text).toMatch(/^"[ -~]*"$/)
      expect(words(text).map(word => wordBytes(word.text))).toEqual([bytes])
    }),
  )
})
