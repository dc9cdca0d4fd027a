import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../../src/control-plane/traffic/duration.js'

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['14d', 1_209_600_000],
  ['0s', 0],
  [60, 60_000],
  [0.5, 500],
  [0, 0],
])('%s is %d ms', (written, ms) => {
  expect(parseDuration(written)).toBe(ms)
})

test.each([
  ['10'],
  ['10 s'],
  ['s'],
  [''],
  ['-1s'],
  ['1e3s'],
  ['10S'],
  ['10sec'],
  ['1h30m'],
  ['\n10s'],
  [-1],
  [Number.NaN],
  [Infinity],
  [1e308],
  [`${'9'.repeat(400)}d`],
])('%j is no duration', written => {
  expect(parseDuration(written)).toBeUndefined()
})

test.each([
  [0, '0ms'],
  [1500, '1500ms'],
  [60_000, '1m'],
  [90_000, '90s'],
  [86_400_000, '1d'],
])('%d ms is written %s', (ms, written) => {
  expect(formatDuration(ms)).toBe(written)
})

test('what is formatted parses back', () => {
  fc.assert(fc.property(fc.nat(), ms => parseDuration(formatDuration(ms)) === ms))
})
