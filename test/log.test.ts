import { expect, test } from 'vitest'
import { plainLine } from '../src/log.js'

test.each([
  [
    { time: '2026-01-02T03:04:05.678Z', level: 30, msg: 'admin API on http://127.0.0.1:8053' },
    '03:04:05 info  admin API on http://127.0.0.1:8053\n',
  ],
  [
    { time: '2026-01-02T03:04:05.678Z', level: 50, msg: 'it failed', err: { message: 'no room' } },
    '03:04:05 error it failed: no room\n',
  ],
  [{ time: '2026-01-02T03:04:05.678Z', level: 35, msg: 'odd' }, '03:04:05 35    odd\n'],
])('a line of JSON becomes a line for people', (line, plain) => {
  expect(plainLine(JSON.stringify(line))).toBe(plain)
})
