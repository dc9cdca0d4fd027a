import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Path } from '../../../src/control-plane/traffic/path.js'
import { readYaml, scalarText } from '../../../src/control-plane/traffic/yaml.js'

const read = (text: string) => readYaml(text, 'x.yaml')

test.each([
  ['a: 1\nb: [x, 2.5, true, null]\n', { a: 1, b: ['x', 2.5, true, null] }],
  ['a: on\nb: 0.0.0.0\nc: 200-299\nd: 12:30\n', { a: 'on', b: '0.0.0.0', c: '200-299', d: '12:30' }],
  ['base: &b { x: 1 }\nother: *b\n', { base: { x: 1 }, other: { x: 1 } }],
  ['a:\n', { a: null }],
  ['\ufeffa: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
  ['', null],
  ['# nothing\n', null],
])('%j is read as %j', (text, value) => {
  expect(read(text)).toMatchObject({ problems: [], value })
})

test('a key is the text that was written, not the number that it looks like', () => {
  expect(read('1.10: a\n010: b\n10: c\n0x1f: d\ntrue: e\n').value).toEqual({
    '1.10': 'a',
    '010': 'b',
    '10': 'c',
    '0x1f': 'd',
    true: 'e',
  })
})

test('a key cannot reach the prototype of the value', () => {
  const { value } = read('__proto__: { polluted: true }\n')
  expect(Object.keys(value as object)).toEqual(['__proto__'])
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

const PLACES =
  'regions:\n  # a comment\n  eu:\n    addresses: [192.0.2.1,   192.0.2.2]\n    weight:   5\nalias: &a { x: 1 }\nuse: *a\n'

test.each<[Path, 'key' | 'value', string]>([
  [['regions'], 'key', '1:1'],
  [['regions'], 'value', '3:3'],
  [['regions', 'eu', 'addresses', 1], 'value', '4:30'],
  [['regions', 'eu', 'weight'], 'key', '5:5'],
  [['regions', 'eu', 'weight'], 'value', '5:15'],
  [['use', 'x'], 'value', '6:16'],
  // Nothing stands there: the nearest value around it.
  [['regions', 'eu', 'checks'], 'value', '4:5'],
  [['regions', 'eu', 'weight', 'x'], 'value', '5:15'],
  [['nothing', 'at', 'all'], 'key', '1:1'],
])('the place of %j (%s) is %s', (path, part, place) => {
  const at = read(PLACES).locate(path, part)
  expect(`${at?.line}:${at?.column}`).toBe(place)
})

test.each([
  ['an alias that stands for itself', 'a: &a [*a]\n'],
  ['a key that is a map', '? { a: 1 }\n: 1\n'],
  ['an unfinished text', 'a: "x\n'],
])('%s is a problem', (_, text) => {
  expect(read(text).problems).not.toEqual([])
})

test('aliases of aliases do not make a bomb', () => {
  const levels = Array.from({ length: 30 }, (_, i) => `l${i + 1}: &l${i + 1} [*l${i}, *l${i}, *l${i}, *l${i}]`)
  expect(read(`l0: &l0 [x, x, x, x]\n${levels.join('\n')}\n`).problems[0]?.message).toMatch(
    /^aliases stand for more than/,
  )
})

test('brackets without end are a problem and no crash', () => {
  expect(read('['.repeat(20_000)).problems).not.toEqual([])
})

test('no text makes the reader throw, and every problem has a place', () => {
  const fragment = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ',',
    '"',
    "'",
    '&x',
    '*x',
    '!t',
    '|',
    '#',
    '\t',
    '? ',
    '---',
    '\r\n',
    '<<',
  )
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 40 }), fragments => {
      const { problems, locate } = read(fragments.join(''))
      expect(problems.every(({ at }) => at !== undefined && at.line >= 1 && at.column >= 1)).toBe(true)
      expect(locate(['a', 0, 'a'])).toBeDefined()
    }),
    { numRuns: 500 },
  )
})

test('a scalar that is written reads back as itself, also between brackets', () => {
  const scalar = fc.oneof(
    fc.string({ unit: 'binary' }),
    // −0 is a number that no document needs, and that JSON does not tell from 0 either.
    fc.double({ noDefaultInfinity: true, noNaN: true }).filter(number => !Object.is(number, -0)),
    fc.boolean(),
    fc.constant(null),
  )
  fc.assert(
    fc.property(scalar, value => {
      expect(read(`a: [${scalarText(value)}, { b: ${scalarText(value)} }]\n`)).toMatchObject({
        problems: [],
        value: { a: [value, { b: value }] },
      })
    }),
  )
})
