import { expect, test } from 'vitest'
import { looksLike } from './likeness.js'

test.each([
  ['the same text', 'a b\n', 'a b\n', true],
  ['another text', 'a b', 'a c', false],
  ['more than is shown', 'a', 'a b', false],
  ['less than is shown', 'a b', 'a', false],
  ['another line break', 'a b', 'a\n   b', true],
  ['what an ellipsis leaves out', 'a … d', 'a b c d', true],
  ['what no ellipsis leaves out', 'a … d', 'a b c', false],
  ['signs that mean something in a pattern', 'a.c (1+1) [x]', 'abc (1+1) [x]', false],
  ['another time', 'at 2026-03-01T09:30:00.000Z', 'at 2026-03-02T10:00:00Z', true],
  ['another revision', '"3f2a9c01b7de"', '"a249c5e2b9c0"', true],
  ['another number', 'TTL 30', 'TTL 20', false],
  ['another address', '127.0.1.4', '127.0.1.5', false],
])('%s: "%s" is likened to "%s": %j', (_, expected, output, like) => {
  expect(looksLike(expected, output)).toBe(like)
})
