import { expect, test } from 'vitest'
import { holds } from '../../../../src/control-plane/operate/safety/blackout.js'
import type { BlackoutWindow } from '../../../../src/control-plane/traffic/document/safety.js'

const weekly = (days: readonly number[], from: number, to: number, timeZone = 'UTC'): BlackoutWindow => ({
  ...{ kind: 'weekly', days, from: from * 60, to: to * 60, timeZone },
})

const WEEKEND = weekly([0, 6], 0, 24)
const NIGHTS = weekly([1], 22, 6)
const BERLIN = weekly([0], 2, 3, 'Europe/Berlin')

test.each([
  // window, moment, holds
  [WEEKEND, '2026-03-06T23:59:59Z', false],
  [WEEKEND, '2026-03-07T00:00:00Z', true],
  [WEEKEND, '2026-03-08T23:59:59Z', true],
  [WEEKEND, '2026-03-09T00:00:00Z', false],
  // From Monday evening to Tuesday morning.
  [NIGHTS, '2026-03-09T21:59:00Z', false],
  [NIGHTS, '2026-03-09T22:00:00Z', true],
  [NIGHTS, '2026-03-10T05:59:59Z', true],
  [NIGHTS, '2026-03-10T06:00:00Z', false],
  [NIGHTS, '2026-03-09T05:00:00Z', false],
  [NIGHTS, '2026-03-10T22:30:00Z', false],
  // Sunday, two to three by the clocks of Berlin: an hour that summer time begins without, and ends with twice.
  [BERLIN, '2026-03-22T01:30:00Z', true],
  [BERLIN, '2026-03-29T01:30:00Z', false],
  [BERLIN, '2026-10-25T00:30:00Z', true],
  [BERLIN, '2026-10-25T01:30:00Z', true],
  [BERLIN, '2026-10-25T02:30:00Z', false],
  [
    { kind: 'once', start: Date.parse('2026-12-24T00:00:00Z'), end: Date.parse('2026-12-27T00:00:00Z') },
    '2026-12-24T00:00:00Z',
    true,
  ],
  [
    { kind: 'once', start: Date.parse('2026-12-24T00:00:00Z'), end: Date.parse('2026-12-27T00:00:00Z') },
    '2026-12-27T00:00:00Z',
    false,
  ],
] as const)('%j holds at %s: %s', (window, moment, is) => {
  expect(holds(window, Date.parse(moment))).toBe(is)
})
