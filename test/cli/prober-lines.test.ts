import { expect, test } from 'vitest'
import { proberLines } from '../../src/cli/prober-lines.js'

const WELL = { targets: 40, running: 0, waiting: 0, lateMs: 3, queuedMs: 0, restarts: 0, suspicions: [] }

test('of a prober that is well nothing is said', () => {
  expect(proberLines(WELL)).toEqual([])
  expect(proberLines({ ...WELL, queuedMs: 99, waiting: 1 })).toEqual([])
})

test('that probes wait for others is said, with the settings that decide it', () => {
  expect(proberLines({ ...WELL, queuedMs: 3260, waiting: 24 })).toEqual([
    '',
    'probes of the last minute waited for others to end, up to 3.3 s, 24 wait now: see health.probes-per-address and health.probes in the settings',
  ])
})

test('that the prober suspects itself is said, and that what was known is held', () => {
  const suspicions = [{ family: 6 as const, since: '2026-03-01T09:30:05.000Z', silent: 3, of: 4 }]
  expect(proberLines({ ...WELL, suspicions }).join('\n')).toMatch(
    /the prober suspects itself on IPv6 since .*: 3 of 4 fell silent at once, and what they were is held/,
  )
})
