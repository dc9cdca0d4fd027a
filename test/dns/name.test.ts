// Domain names: text ↔ wire, limits, ancestry, equality.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  canonical,
  equalNames,
  formatName,
  isWildcard,
  isWithin,
  labelCount,
  labels,
  type Name,
  NameError,
  nameKey,
  parent,
  parseName,
  ROOT,
} from '../../src/dns/name.js'
import { anyName, wire } from './arbitrary-name.js'

describe('parseName', () => {
  test.each([
    // text, labels
    ['example.com.', ['example', 'com']],
    ['Example.COM.', ['Example', 'COM']],
    ['.', []],
    ['*.example.com.', ['*', 'example', 'com']],
    ['_dns._udp.example.', ['_dns', '_udp', 'example']],
    ['a\\.b.example.', ['a.b', 'example']],
    ['a\\046b.example.', ['a.b', 'example']],
    ['\\000\\255.example.', ['\u0000\u00ff', 'example']],
    ['a\\ b.', ['a b']],
    ['\\@.', ['@']],
    ['a\\\\.', ['a\\']],
    ['a\\0651.', ['aA1']],
  ])('reads %s', (text, expected) => {
    expect(parseName(text)).toEqual(wire(...expected))
  })

  const origin = wire('example', 'com')
  test.each([
    // text, origin, labels
    ['www', origin, ['www', 'example', 'com']],
    ['a.b', origin, ['a', 'b', 'example', 'com']],
    ['www.', origin, ['www']],
    ['www\\.', origin, ['www.', 'example', 'com']],
    ['@', origin, ['example', 'com']],
    ['.', origin, []],
    ['www', ROOT, ['www']],
    ['@', ROOT, []],
  ])('completes %s with the origin unless it ends in a dot', (text, from, expected) => {
    expect(parseName(text, from)).toEqual(wire(...expected))
  })

  test.each([
    // text, what the message says
    ['', /must not be empty/],
    ['..', /empty label/],
    ['.com', /empty label/],
    ['a..b', /empty label/],
    ['a.b..', /empty label/],
    [`${'a'.repeat(64)}.`, /label of 64 bytes; 63 is the most/],
    ['a.'.repeat(1000), /2000 characters is too long/],
    ['a\\', /lone backslash/],
    ['a\\256.', /\\256; 255 is the most/],
    ['a\\32b.', /fewer than three digits/],
    ['a b.', /the character " "/],
    ['a\tb.', /the character "\\t"/],
    ['café.example.', /punycode/],
    ['\\é.', /punycode/],
    ['\u007f.', /write it as \\DDD/],
  ])('refuses %j', (text, message) => {
    expect(() => parseName(text)).toThrow(NameError)
    expect(() => parseName(text)).toThrow(message)
  })

  const longest = [...Array<string>(3).fill('a'.repeat(63)), 'a'.repeat(61)]
  test('takes a label of 63 bytes and a name of 255', () => {
    expect(parseName(`${longest.join('.')}.`)).toEqual(wire(...longest))
    expect(parseName(`${longest.join('.')}.`)).toHaveLength(255)
  })

  test('refuses a name of 256 bytes, whether absolute or completed', () => {
    expect(() => parseName(`${longest.join('.')}a.`)).toThrow('takes 256 bytes; 255 is the most')
    expect(() => parseName('a', wire(...longest.slice(0, 3), 'a'.repeat(60)))).toThrow('takes 256 bytes')
  })

  test('counts an escape as one byte', () => {
    expect(parseName(`${'\\200'.repeat(63)}.`)).toHaveLength(65)
  })
})

test('a name comes back from its text byte for byte', () => {
  fc.assert(
    fc.property(anyName, fc.constantFrom(ROOT, wire('example', 'com')), (name, origin) => {
      expect(parseName(formatName(name), origin)).toEqual(name)
    }),
  )
})

test('the text of a name is printable ASCII without spaces', () => {
  fc.assert(
    fc.property(anyName, name => {
      expect(formatName(name)).toMatch(/^[!-~]+\.$|^\.$/)
    }),
  )
})

test('any text is a name or a NameError', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', '.', '\\', '1', '@', ' ') })), text => {
      let name: Name
      try {
        name = parseName(text)
      } catch (error) {
        expect(error).toBeInstanceOf(NameError)
        return
      }
      expect(wire(...labels(name))).toEqual(name)
      expect(name.length).toBeLessThanOrEqual(255)
    }),
  )
})

describe('isWithin', () => {
  test.each([
    // name, ancestor, within
    ['example.com.', 'example.com.', true],
    ['www.example.com.', 'example.com.', true],
    ['a.b.example.com.', 'EXAMPLE.com.', true],
    ['WWW.EXAMPLE.COM.', 'example.com.', true],
    ['example.com.', '.', true],
    ['.', '.', true],
    ['notexample.com.', 'example.com.', false],
    ['example.com.', 'www.example.com.', false],
    ['example.com.evil.', 'example.com.', false],
    ['example.net.', 'example.com.', false],
    ['.', 'com.', false],
    // One label whose last bytes look like `example.com.` in wire form.
    ['x\\007example\\003com.', 'example.com.', false],
    ['x\\003com.', 'com.', false],
    // `[` and `{` differ by the bit that tells letters' case apart, and are not letters.
    ['\\[.com.', '\\{.com.', false],
    ['\\@.com.', '`.com.', false],
  ])('%s is within %s: %s', (name, ancestor, expected) => {
    expect(isWithin(parseName(name), parseName(ancestor))).toBe(expected)
  })

  test('holds exactly when the labels of the one end with the labels of the other', () => {
    // Few bytes and short labels, of values that are also label lengths, so that suffixes match often.
    const name = fc
      .array(fc.uint8Array({ minLength: 1, maxLength: 4, max: 3 }), { maxLength: 5 })
      .map(all => wire(...all))
    const key = (name: Name): string[] => labels(name).map(label => label.join())
    fc.assert(
      fc.property(name, name, (a, b) => {
        const [long, short] = [key(a), key(b)]
        const expected =
          short.length <= long.length && short.every((label, i) => label === long[long.length - short.length + i])
        expect(isWithin(a, b)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })

  test('holds for a name and each of its parents', () => {
    fc.assert(
      fc.property(anyName, name => {
        for (let at: Name | undefined = name; at !== undefined; at = parent(at)) expect(isWithin(name, at)).toBe(true)
      }),
    )
  })
})

const upperCase = (name: Name): Name => name.map(byte => (byte >= 97 && byte <= 122 ? byte - 32 : byte))

test('letter case does not tell names apart, in keys and in comparison', () => {
  fc.assert(
    fc.property(anyName, name => {
      const loud = upperCase(name)
      expect(nameKey(loud)).toBe(nameKey(name))
      expect(equalNames(loud, name)).toBe(true)
      expect(canonical(loud)).toEqual(canonical(name))
    }),
  )
})

test('two names have one key exactly when they are equal', () => {
  fc.assert(
    fc.property(anyName, anyName, (a, b) => {
      expect(nameKey(a) === nameKey(b)).toBe(equalNames(a, b))
    }),
  )
})

test.each([
  ['a.b.', 'a\\.b.'],
  ['\\[.', '\\{.'],
  ['\\200.', '\\232.'],
  ['a.', 'b.'],
])('%s and %s are two names', (a, b) => {
  expect(nameKey(parseName(a))).not.toBe(nameKey(parseName(b)))
  expect(equalNames(parseName(a), parseName(b))).toBe(false)
})

test('a parent is the name without its first label, and the root has none', () => {
  expect(parent(wire('www', 'example', 'com'))).toEqual(wire('example', 'com'))
  expect(parent(wire('com'))).toEqual(ROOT)
  expect(parent(ROOT)).toBeUndefined()
})

test('labels are counted without the root', () => {
  expect(labelCount(ROOT)).toBe(0)
  fc.assert(
    fc.property(anyName, name => {
      expect(labelCount(name)).toBe(labels(name).length)
    }),
  )
})

test.each([
  ['*.example.com.', true],
  ['*.', true],
  ['\\042.example.com.', true],
  ['**.example.com.', false],
  ['a.*.example.com.', false],
  ['.', false],
])('%s is a wildcard: %s', (text, expected) => {
  expect(isWildcard(parseName(text))).toBe(expected)
})
