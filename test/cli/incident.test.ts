import { expect, test } from 'vitest'
import { formatIncident, formatIncidents } from '../../src/cli/incident.js'
import type { IncidentView } from '../../src/control-plane/admin/api.js'

const at = (time: string): string => `2026-03-01T${time}Z`
const HEAD = {
  id: '7',
  region: 'eu-central',
  state: 'over',
  startedAt: at('09:30:00.000'),
  endedAt: at('09:35:03.200'),
  cause: 'api: connection refused',
  down: [],
} as const

test('each incident is a line', () => {
  const { endedAt: _, ...open } = HEAD
  const list = [{ ...open, id: '12', state: 'open', down: ['127.0.1.3'] } as const, HEAD]
  expect(formatIncidents({ incidents: list }).split('\n')).toEqual([
    'ID  REGION      SINCE                       FOR  CAUSE',
    '12  eu-central  2026-03-01 09:30:00Z   it lasts  api: connection refused',
    ' 7  eu-central  2026-03-01 09:30:00Z  5 min 3 s  api: connection refused',
  ])
  expect(formatIncidents({ incidents: [] })).toBe('there were no incidents')
})

test('one incident is told step by step, each with how long after the first failure it came', () => {
  const steps: IncidentView['steps'] = [
    { at: at('09:30:00.000'), step: 'failing', address: '127.0.1.3' },
    { at: at('09:30:04.010'), step: 'detected', address: '127.0.1.3', up: false },
    { at: at('09:30:04.012'), step: 'decided', address: '127.0.1.3', up: false, cause: 'api: connection refused' },
    { at: at('09:30:04.020'), step: 'published', version: 9, given: false },
    { at: at('09:30:04.030'), step: 'last-old-answer', ttl: 6 },
    { at: at('09:30:04.040'), step: 'answered', version: 9 },
    { at: at('09:30:26.000'), step: 'forgotten' },
    { at: at('09:35:03.000'), step: 'decided', address: '127.0.1.3', up: true },
    { at: at('09:35:03.100'), step: 'published', version: 11, given: true },
  ]
  expect(formatIncident({ ...HEAD, steps, more: 2 }).split('\n')).toEqual([
    'incident 7: eu-central, api: connection refused',
    '2026-03-01 09:30:00Z, for 5 min 3 s',
    '',
    'AT                AFTER  WHAT',
    '09:30:00.000     0.00 s  127.0.1.3 fails for the first time',
    '09:30:04.010     4.01 s  127.0.1.3: failures enough to be down',
    '09:30:04.012     4.01 s  127.0.1.3 is down: api: connection refused',
    '09:30:04.020     4.02 s  published as snapshot 9; no answer holds the region',
    '09:30:04.030     4.03 s  the last answer from before, with a TTL of 6 s at most',
    '09:30:04.040     4.04 s  the first answer from snapshot 9 or a later one',
    '09:30:26.000    26.00 s  the last answer from before has left the caches',
    '09:35:03.000  5 min 3 s  127.0.1.3 is up',
    '09:35:03.100  5 min 3 s  published as snapshot 11; answers may hold the region',
    '                         and 2 more steps, which were not kept',
    '09:35:03.200  5 min 3 s  over',
  ])
})
