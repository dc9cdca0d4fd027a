import { describe, expect, test } from 'vitest'
import { answersLine, formatDrill, formatDrills, formatOutlook, stateOf } from '../../src/cli/drill.js'
import { drill as verb } from '../../src/cli/drill-verb.js'
import { readCall, UsageError } from '../../src/cli/verb.js'
import type { DrillView } from '../../src/control-plane/admin/api.js'

const FORETOLD = {
  predicted: { 'us-east': 1 },
  moves: [{ from: 'eu', to: 'us-east', share: 0.1234 }],
  load: { 'us-east': { now: 10, expected: 22.46, capacity: 30 } },
  ttl: 60,
}
const DRILL: DrillView = {
  id: '3',
  kind: 'switch',
  regions: ['eu'],
  reason: 'quarterly',
  actor: 'alice',
  phase: 'planned',
  percent: 0,
  windowSeconds: 0,
  weekly: false,
  steps: [{ percent: 100, seconds: 120 }],
  back: [{ percent: 50, seconds: 5 }],
  guards: { minHealthy: 1, maxLoad: 100, maxErrors: 5 },
  timeline: [{ at: '2026-03-01T09:30:00.000Z', what: 'alice plans it: \u001b[2Jquarterly' }],
  foretold: FORETOLD,
}

test('a drill is told with what it does, what it would do and what happened, and cannot steer the terminal', () => {
  expect(formatDrill(DRILL).split('\n')).toEqual([
    'drill 3: switch of eu, by alice: quarterly',
    '  is       planned, until somebody starts it',
    '  steps    100 % for 2 min, 50 % for 5 s',
    '  guards   1 other regions up, at most 100 % of a capacity, at most 5 % errors',
    '  moves    12.3 % of all clients from eu to us-east',
    '  load     us-east: 22.5 answers a second, 10 now, of 30 that it can carry',
    '  ttl      answers with the region are kept for 60 s at most as things are',
    'Timeline',
    '  2026-03-01 09:30:00Z  alice plans it: ?[2Jquarterly',
  ])
})

test.each<[string, Partial<DrillView>, string]>([
  [
    'for a time',
    { startsAt: '2026-03-01T09:30:00.000Z', weekly: true },
    'planned for 2026-03-01 09:30:00Z, every week',
  ],
  ['waiting', { waitsFor: ['us is down', 'capacity'] }, 'waiting: us is down; capacity'],
  [
    'under way',
    { phase: 'out', percent: 50, movesAt: '2026-03-01T09:30:00.000Z' },
    'under way: 50 % of the clients are elsewhere, until 2026-03-01 09:30:00Z',
  ],
  ['over', { phase: 'over', outcome: 'aborted', why: ['us is down'] }, 'aborted: us is down'],
  ['over', { phase: 'over', outcome: 'succeeded', why: [] }, 'succeeded'],
])('a drill that is %s says so', (_, more, words) => {
  expect(stateOf({ ...DRILL, ...more })).toBe(words)
})

test('a list has a line for each, and an empty one says what makes one', () => {
  expect(formatDrills({ drills: [DRILL] })).toContain(' 3  switch  eu       planned   0 %  -       alice  quarterly')
  expect(formatDrills({ drills: [] })).toContain('meridian drill plan REGION')
})

test('an outlook tells all that is in the way', () => {
  expect(formatOutlook({ objections: [], ...FORETOLD })).toMatch(/nothing speaks against it now$/)
  expect(formatOutlook({ objections: ['a', 'b'], ...FORETOLD })).toMatch(/it could not begin now:\n {2}a\n {2}b$/)
})

test('answers are told as shares, the greatest first', () => {
  expect(answersLine({ eu: 1, us: 3 })).toBe('us 75 %, eu 25 %')
  expect(answersLine({})).toBe('nothing is asked')
})

describe('is no call that makes sense', () => {
  test.each([
    ['nothing', []],
    ['another action', ['dance']],
    ['a plan without a region', ['plan', '--reason', 'x']],
    ['a plan without a reason', ['plan', 'eu']],
    ['steps that are none', ['plan', 'eu', '--reason', 'x', '--steps', '25']],
    ['a load that is no number', ['plan', 'eu', '--reason', 'x', '--load', 'much']],
    ['a start without a drill', ['start']],
    ['two drills', ['show', '1', '2']],
    ['a list of one', ['list', '1']],
  ])('%s', async (_, words) => {
    await expect(verb.run(readCall(verb, words))).rejects.toThrow(UsageError)
  })
})
