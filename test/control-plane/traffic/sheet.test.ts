import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Edit, EditError, withEdit } from '../../../src/control-plane/traffic/edit-value.js'
import { editSheet, placesOf, readSheet, type Sheet } from '../../../src/control-plane/traffic/sheet.js'
import { readYaml } from '../../../src/control-plane/traffic/yaml.js'
import { anyDocument, anyPath, anyValue } from './any-edits.js'

const SAMPLE = `# The head of the file.

regions:
  # Above eu.
  eu:                      # beside eu
    addresses: [ 192.0.2.1,   192.0.2.2 ]   # beside addresses
    tags:
      - one   # beside one
      - { name: three, size: 3 }
    text: |+
      as it

        stands

  # Above us.
  us: { addresses: [192.0.2.3], weight: 5 }   # a flow map
  ? odd
  : 1

  long: a text that goes
    on, and # with a comment
  folded: >-
    a
   
  "quoted":

    deep:
        er: 1
lists:
- a: 1
  b: 2
- a: 3
empty:     # nothing yet
# The foot of the file.
`

function sheet(text: string): Sheet {
  const read = readSheet(text, 'x.yaml')
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  return read.sheet
}

/** As if somebody had read the text anew. */
function expectWhole(edited: Sheet): void {
  const anew = sheet(edited.text)
  expect(edited.root).toEqual(anew.root)
  expect(JSON.stringify(edited.value)).toBe(JSON.stringify(anew.value))
  expect(edited.divisible || !anew.divisible).toBe(true)
}

test('what an edit does not touch stays the same thing', () => {
  const before = sheet(SAMPLE)
  const after = editSheet(before, [{ path: ['regions', 'us', 'weight'], value: 50 }])
  const [then, now] = [before.value, after.value] as Record<string, Record<string, unknown>>[]
  expect(now!['regions']!['eu']).toBe(then!['regions']!['eu'])
  expect(now!['lists']).toBe(then!['lists'])
  expectWhole(after)
})

test('of a text, only the lines around an edit are read again', () => {
  const before = sheet(SAMPLE)
  const after = editSheet(before, [{ path: ['empty'], value: 'full' }])
  const [then, now] = [before.root, after.root]
  expect(then?.kind === 'map' && now?.kind === 'map' && now.pairs[0] === then.pairs[0]).toBe(true)
})

test('a place after edits is that of a text that was read anew', () => {
  const { text, root, ...rest } = editSheet(sheet(SAMPLE.replaceAll('\n', '\r\n')), [
    { path: ['regions', 'eu', 'enabled'], value: false },
    { path: ['regions', 'eu', 'text'], value: undefined },
  ])
  const [kept, anew] = [placesOf({ text, root, ...rest }, 'x.yaml'), readYaml(text, 'x.yaml').locate]
  for (const path of [[], ['regions', 'us', 'weight'], ['lists', 1, 'a'], ['regions', 'eu', 'enabled'], ['nothing']])
    for (const part of ['key', 'value'] as const) expect(kept(path, part)).toEqual(anew(path, part))
})

test.each<[string, string, Edit]>([
  ['anchors', 'a: &x { k: 1 }\nb: { k: 1 }\nc: *x\n', { path: ['b', 'k'], value: 2 }],
  ['directives', '%YAML 1.1\n---\na: yes\nb: 1\n', { path: ['b'], value: 2 }],
  ['the end of the document', 'a: 1\nb: 1\n...\n', { path: ['b'], value: 2 }],
  ['keys with a question mark', 'a: 1\n? b\n: 1\nc: 1\n', { path: ['c'], value: 2 }],
  ['tags', 'a: !!str 1\nb: 1\n', { path: ['b'], value: 2 }],
  ['nothing but brackets', '{ a: 1, b: 1 }\n', { path: ['b'], value: 2 }],
  ['a list at its top', '- a: 1\n- b: 1\n', { path: [1, 'b'], value: 2 }],
  ['text whose blank lines count', 'a: |+\n  x\nb: 1\n\n\nc: 2\n', { path: ['b'], value: undefined }],
])('a text with %s is edited as well', (_, text, edit) => {
  expectWhole(editSheet(sheet(text), [edit]))
})

test('a text with CRLF and a comment before a key with a question mark loses that key alone', () => {
  const text = 'regions:\r\n  # About eu.\r\n\r\n  # About us.\r\n  ? eu\r\n  : 1\r\n  us: 2\r\n'
  const after = editSheet(sheet(text), [{ path: ['regions', 'eu'], value: undefined }])
  expect(after.value).toEqual({ regions: { us: 2 } })
  expect(after.text).toContain('  # About eu.\r\n')
  expect(after.text).not.toMatch(/\r\r|[^\r]\n/)
  expectWhole(after)
})

describe('any edits of any document, one after the other', () => {
  const edits = fc.array(fc.record({ path: anyPath, value: anyValue }), { minLength: 1, maxLength: 6 })

  test('leave a sheet that is its text, read anew', () => {
    fc.assert(
      fc.property(anyDocument(SAMPLE), edits, (text, edits) => {
        let at = sheet(text)
        for (const edit of edits) {
          try {
            withEdit(at.value, edit)
          } catch (error) {
            if (error instanceof EditError) continue
            throw error
          }
          at = editSheet(at, [edit])
          expectWhole(at)
        }
      }),
      { numRuns: 60 },
    )
  })
})
