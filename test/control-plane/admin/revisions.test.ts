import { expect, test } from 'vitest'
import { requiredRevision } from '../../../src/control-plane/admin/revisions.js'

test.each([
  [undefined, undefined],
  ['*', undefined],
  ['"now"', 'now'],
  ['"old"', 'old'],
  ['"old", "now"', 'now'],
  ['"a","b"', 'a'],
  [' "now" ', 'now'],
  ['W/"now"', ''],
  ['W/"now", "now"', 'now'],
])('If-Match %j requires %j', (header, revision) => {
  expect(requiredRevision(header, 'now')).toBe(revision)
})

test.each(['', 'now', '"now', '"now" "old"', '*, "now"', "'now'"])('If-Match %j is no list of tags', header => {
  expect(() => requiredRevision(header, 'now')).toThrow('If-Match is not a revision in quotes, such as "now"')
})
