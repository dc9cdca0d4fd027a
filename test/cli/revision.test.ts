import { expect, test } from 'vitest'
import { formatApplied, formatHistory, formatRevision } from '../../src/cli/revision.js'
import type { ChangeView } from '../../src/control-plane/admin/api.js'

const AT = '2026-03-01T09:30:05.123Z'
const change = (text: string): ChangeView => ({ kind: 'changed', path: 'regions.eu.weight', text, from: 1, to: 2 })

test('history has a line a revision, newest first, with why before what', () => {
  const revisions = [
    { number: 12, at: AT, actor: 'alice', reason: 'more', revision: 'a', changeCount: 4, summary: ['one', 'two'] },
    { number: 1, at: AT, actor: 'file', revision: 'b', note: 'as it was found', changeCount: 0, summary: [] },
  ]
  expect(formatHistory({ revisions, next: 1 }).split('\n')).toEqual([
    'REVISION  WHEN                  WHO    WHY, AND WHAT',
    '      12  2026-03-01 09:30:05Z  alice  more (one; two; and 2 more)',
    '       1  2026-03-01 09:30:05Z  file   as it was found',
    'older ones: meridian history --before 1',
  ])
  expect(formatHistory({ revisions: [] })).toBe('no revisions are kept')
})

test('a revision tells its changes, and of those that are not kept how to see them', () => {
  const view = { number: 3, at: AT, actor: 'al\u001bice', revision: 'abc', changeCount: 2, current: true }
  expect(formatRevision({ ...view, changes: [change('x: 1 → 2')] }).split('\n')).toEqual([
    'revision 3 (abc), which is served',
    '2026-03-01 09:30:05Z, al?ice',
    '  x: 1 → 2',
    'and 1 more: meridian diff 2 3',
  ])
})

test.each([
  [
    { number: 3, dryRun: false, changes: [change('x: 1 → 2')] },
    'applied: revision 3; to undo: meridian rollback 2\n  x: 1 → 2',
  ],
  [{ number: 3, dryRun: false, changes: [] }, 'applied: revision 3; it means the same as before'],
  [{ dryRun: true, changes: [change('x: 1 → 2')] }, 'this would change:\n  x: 1 → 2'],
  [{ dryRun: true, changes: [] }, 'nothing would mean something else than now'],
])('what was applied, or would be, is said: %j', (applied, words) => {
  expect(formatApplied({ revision: 'abc', ...applied }, 'applied')).toBe(words)
})
