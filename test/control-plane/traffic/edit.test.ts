import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Edit, EditError, editText } from '../../../src/control-plane/traffic/edit.js'
import { withEdit } from '../../../src/control-plane/traffic/edit-value.js'
import type { Path } from '../../../src/control-plane/traffic/path.js'
import { readYaml } from '../../../src/control-plane/traffic/yaml.js'
import { anyDocument, anyPath, anyScalar, anyValue } from './any-edits.js'

const SAMPLE = `# The head of the file.

regions:
  # Above eu.
  eu:                      # beside eu
    addresses: [ 192.0.2.1,   192.0.2.2 ]   # beside addresses
    weight:    100         # aligned
    tags:
      - one   # beside one
      # above two
      - two
      - { name: three, size: 3 }
  # Above us.
  us: { addresses: [192.0.2.3], weight: 5 }   # a flow map

  quoted: "a string"
  text: |
    as it
      stands
empty:     # nothing yet
lists:
- a: 1
  b: 2
- a: 3
# The foot of the file.
`

const read = (text: string): unknown => readYaml(text, 'x.yaml').value
const linesOf = (text: string): readonly string[] => text.split('\n')

test.each<[string, Path, unknown, readonly string[], readonly string[]]>([
  [
    'a scalar keeps its column and its comment',
    ['regions', 'eu', 'weight'],
    50,
    ['    weight:    100         # aligned'],
    ['    weight:    50         # aligned'],
  ],
  [
    'a scalar in a flow map',
    ['regions', 'us', 'weight'],
    7,
    ['  us: { addresses: [192.0.2.3], weight: 5 }   # a flow map'],
    ['  us: { addresses: [192.0.2.3], weight: 7 }   # a flow map'],
  ],
  ['quotes stay', ['regions', 'quoted'], 'say "hi"', ['  quoted: "a string"'], ['  quoted: "say \\"hi\\""']],
  [
    'quotes come where they are needed',
    ['regions', 'eu', 'tags', 0],
    'yes: # no',
    ['      - one   # beside one'],
    ['      - "yes: # no"   # beside one'],
  ],
  [
    'a text that looks like a number stays text',
    ['regions', 'eu', 'weight'],
    '100',
    ['    weight:    100         # aligned'],
    ['    weight:    "100"         # aligned'],
  ],
  [
    'one item of a flow list',
    ['regions', 'eu', 'addresses', 1],
    '192.0.2.9',
    ['    addresses: [ 192.0.2.1,   192.0.2.2 ]   # beside addresses'],
    ['    addresses: [ 192.0.2.1,   192.0.2.9 ]   # beside addresses'],
  ],
  [
    'a list that grows keeps what it had',
    ['regions', 'eu', 'addresses'],
    ['192.0.2.1', '192.0.2.2', '192.0.2.4'],
    ['    addresses: [ 192.0.2.1,   192.0.2.2 ]   # beside addresses'],
    ['    addresses: [ 192.0.2.1,   192.0.2.2, 192.0.2.4 ]   # beside addresses'],
  ],
  [
    'a list that shrinks',
    ['regions', 'eu', 'addresses', 0],
    undefined,
    ['    addresses: [ 192.0.2.1,   192.0.2.2 ]   # beside addresses'],
    ['    addresses: [ 192.0.2.2 ]   # beside addresses'],
  ],
  [
    'the last item of a flow list',
    ['regions', 'us', 'addresses', 0],
    undefined,
    ['  us: { addresses: [192.0.2.3], weight: 5 }   # a flow map'],
    ['  us: { addresses: [], weight: 5 }   # a flow map'],
  ],
  ['a new key in a block map is a new line', ['regions', 'eu', 'enabled'], false, [], ['    enabled: false']],
  [
    'a new key in a flow map',
    ['regions', 'us', 'enabled'],
    false,
    ['  us: { addresses: [192.0.2.3], weight: 5 }   # a flow map'],
    ['  us: { addresses: [192.0.2.3], weight: 5, enabled: false }   # a flow map'],
  ],
  ['a new item in a block list', ['regions', 'eu', 'tags', 3], { name: 'four' }, [], ['      - { name: four }']],
  [
    'a key that goes takes its line with it',
    ['regions', 'eu', 'weight'],
    undefined,
    ['    weight:    100         # aligned'],
    [],
  ],
  [
    'a key that goes from a flow map',
    ['regions', 'us', 'weight'],
    undefined,
    ['  us: { addresses: [192.0.2.3], weight: 5 }   # a flow map'],
    ['  us: { addresses: [192.0.2.3] }   # a flow map'],
  ],
  ['an item that goes leaves the comment above it', ['regions', 'eu', 'tags', 1], undefined, ['      - two'], []],
  [
    'a map that goes takes all its lines',
    ['regions', 'us'],
    undefined,
    ['  us: { addresses: [192.0.2.3], weight: 5 }   # a flow map'],
    [],
  ],
  ['the first key of a map in a list', ['lists', 0, 'a'], undefined, ['- a: 1', '  b: 2'], ['- b: 2']],
  ['the only key of a map', ['lists', 1, 'a'], undefined, ['- a: 3'], ['- {}']],
  [
    'an empty value gets one, before its comment',
    ['empty'],
    'full',
    ['empty:     # nothing yet'],
    ['empty: full     # nothing yet'],
  ],
  [
    'an empty value becomes a map',
    ['empty', 'deep', 'er'],
    1,
    ['empty:     # nothing yet'],
    ['empty: { deep: { er: 1 } }     # nothing yet'],
  ],
  [
    'a scalar becomes a map',
    ['regions', 'eu', 'weight'],
    { max: 1 },
    ['    weight:    100         # aligned'],
    ['    weight:    { max: 1 }         # aligned'],
  ],
  [
    'a flow map becomes a scalar',
    ['regions', 'us'],
    1,
    ['  us: { addresses: [192.0.2.3], weight: 5 }   # a flow map'],
    ['  us: 1   # a flow map'],
  ],
  [
    'a block of text becomes a line',
    ['regions', 'text'],
    'short',
    ['  text: |', '    as it', '      stands'],
    ['  text: short'],
  ],
  ['a map of its own at the top', ['new'], { a: [1, 2] }, [], ['new: { a: [1, 2] }']],
  ['what is not there need not go', ['regions', 'eu', 'nothing'], undefined, [], []],
  ['what is the same stays', ['regions', 'eu', 'weight'], 100, [], []],
])('%s', (_, path, value, gone, come) => {
  const after = editText(SAMPLE, [{ path, value }])
  const [before, then] = [linesOf(SAMPLE), linesOf(after)]
  expect(before.filter(line => !then.includes(line))).toEqual(gone)
  expect(then.filter(line => !before.includes(line))).toEqual(come)
  expect(read(after)).toEqual(withEdit(read(SAMPLE), { path, value }))
})

test.each([
  [
    'a map',
    'regions: {} # none yet\n',
    ['regions', 'us'],
    { description: 'x'.repeat(90) },
    `  us:\n    description: ${'x'.repeat(90)}`,
  ],
  ['a list', 'regions: [] # none yet\n', ['regions', 0], 'x'.repeat(100), `  - ${'x'.repeat(100)}`],
])('an empty pair of brackets gives way to lines where %s has no room in it', (_, text, path, value, lines) => {
  expect(editText(text, [{ path, value }])).toBe(`regions:\n${lines} # none yet\n`)
})

test('a value that is too long for a line gets lines of its own', () => {
  const value = { description: 'x'.repeat(60), addresses: ['192.0.2.1'], checks: ['api'], location: [50.11, 8.68] }
  expect(editText('regions:\n  eu: {}\n', [{ path: ['regions', 'us'], value }])).toBe(
    `regions:\n  eu: {}\n  us:\n    description: ${'x'.repeat(60)}\n    addresses: [192.0.2.1]\n    checks: [api]\n    location: [50.11, 8.68]\n`,
  )
})

test('edits are made one after the other', () => {
  const edits: readonly Edit[] = [
    { path: ['a', 0], value: undefined },
    { path: ['a', 0], value: 'second' },
    { path: ['b'], value: 1 },
    { path: ['b'], value: undefined },
  ]
  expect(editText('a: [1, 2] # c\n', edits)).toBe('a: [second] # c\n')
})

test.each([
  ['an empty text', '', 'a: 1\n'],
  ['nothing but a comment', '# here\n', '# here\n{ a: 1 }\n'],
  ['a comment without an end of line', '# here', '# here\n{ a: 1 }\n'],
])('%s gets its first value', (_, text, __) => {
  const after = editText(text, [{ path: ['a'], value: 1 }])
  expect(after.startsWith(text)).toBe(true)
  expect(read(after)).toEqual({ a: 1 })
})

test.each([
  ['without an end of line', 'a: 1', 'a: 1\nb: 2'],
  ['with a comment after it', 'a: 1 # c\n# foot\n', 'a: 1 # c\nb: 2\n# foot\n'],
  ['with CRLF', 'a: 1\r\nc:\r\n  - x\r\n', 'a: 1\r\nc:\r\n  - x\r\nb: 2\r\n'],
  ['over several lines between brackets', '{\n  a: 1, # c\n}\n', '{\n  a: 1,\n  b: 2, # c\n}\n'],
])('a key is added to a text %s', (_, text, after) => {
  expect(editText(text, [{ path: ['b'], value: 2 }])).toBe(after)
})

test('an item of a multi-line flow list takes its line and no comment of its neighbours', () => {
  const text = 'a: [\n  1, # one\n  2, # two\n  3  # three\n]\n'
  expect(editText(text, [{ path: ['a', 1], value: undefined }])).toBe('a: [\n  1, # one\n  3  # three\n]\n')
  expect(editText(text, [{ path: ['a', 2], value: undefined }])).toBe('a: [\n  1, # one\n  2, # two\n]\n')
})

test('CRLF stays, also in lines that are new', () => {
  const after = editText(SAMPLE.replaceAll('\n', '\r\n'), [
    { path: ['regions', 'eu', 'enabled'], value: false },
    { path: ['regions', 'us'], value: undefined },
    { path: ['regions', 'text'], value: 'x' },
  ])
  expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
})

test('one use of an alias is changed without the others', () => {
  expect(read(editText('a: &x { k: 1 }\nb: *x\n', [{ path: ['b', 'k'], value: 2 }]))).toEqual({
    a: { k: 1 },
    b: { k: 2 },
  })
})

test('a layout that cannot be patched is written anew, with its comments', () => {
  const after = editText('? a # why\n: 1\n', [{ path: ['b'], value: [{ c: null }] }])
  expect(read(after)).toEqual({ a: 1, b: [{ c: null }] })
  expect(after).toContain('# why')
})

test.each<[string, string, Path]>([
  ['leads into a scalar', 'a: 1\n', ['a', 'b']],
  ['leads past the end of a list', 'a: [1]\n', ['a', 2]],
  ['starts in a text that is no YAML', 'a: [1\n', ['a']],
  ['changes an anchor that is used elsewhere', 'a: &x { k: 1 }\nb: *x\n', ['a', 'k']],
])('an edit is refused that %s', (_, text, path) => {
  expect(() => editText(text, [{ path, value: 2 }])).toThrow(EditError)
})

describe('any edit of any document', () => {
  test('gives the value that was meant', () => {
    fc.assert(
      fc.property(anyDocument(SAMPLE), anyPath, anyValue, (text, path, value) => {
        let intended: unknown
        try {
          intended = withEdit(read(text), { path, value })
        } catch (error) {
          if (error instanceof EditError) return
          throw error
        }
        expect(read(editText(text, [{ path, value }]))).toEqual(intended)
      }),
      { numRuns: 300 },
    )
  })

  test('touches no line but those of a scalar that it replaces', () => {
    const places: readonly Path[] = [
      ['regions', 'eu', 'weight'],
      ['regions', 'us', 'addresses', 0],
      ['regions', 'eu', 'tags', 1],
      ['lists', 0, 'b'],
      ['regions', 'quoted'],
    ]
    fc.assert(
      fc.property(fc.constantFrom(...places), anyScalar, (path, value) => {
        const [before, after] = [linesOf(SAMPLE), linesOf(editText(SAMPLE, [{ path, value }]))]
        expect(after).toHaveLength(before.length)
        expect(after.filter((line, i) => line !== before[i]).length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 200 },
    )
  })

  test('keeps every comment when it adds a key', () => {
    const maps: readonly Path[] = [[], ['regions'], ['regions', 'eu'], ['regions', 'us'], ['lists', 1], ['empty']]
    fc.assert(
      fc.property(fc.constantFrom(...maps), anyValue, (path, value) => {
        const after = linesOf(editText(SAMPLE, [{ path: [...path, 'fresh'], value }]))
        const untouched = linesOf(SAMPLE).filter(line => after.includes(line))
        expect(linesOf(SAMPLE).length - untouched.length).toBeLessThanOrEqual(1)
        expect(after.join('\n').match(/# [a-zA-Z ]+/g)).toEqual(
          expect.arrayContaining([...SAMPLE.match(/# [a-zA-Z ]+/g)!]),
        )
      }),
      { numRuns: 100 },
    )
  })
})
