import { expect, test } from 'vitest'
import { formatHealth, formatRegionHealth } from '../../src/cli/health.js'
import type { HealthInFull, HealthList } from '../../src/control-plane/admin/api.js'

const REGION: HealthList['regions'][number] = {
  region: 'eu-central',
  state: 'up',
  health: [
    {
      address: '127.0.1.3',
      up: true,
      admitted: 40,
      checks: [
        {
          check: 'api',
          up: true,
          since: '2026-03-01T08:00:00.000Z',
          run: 2,
          lastMs: 3.14,
          nextAt: '2026-03-01T09:30:15.000Z',
          lastError: 'status 503, expected 200-299',
        },
        { check: 'deep', up: false, run: 0, lastMs: 120, observe: true, lastWarning: 'certificate ends in 9 days' },
      ],
    },
    { address: '127.0.1.4', up: true, checks: [] },
    {
      address: '127.0.1.5',
      up: true,
      checks: [
        { check: 'ping', up: true, run: 0, unavailable: true, lastError: 'pings cannot be sent' },
        { check: 'db', up: true, run: 0, within: 'most' },
      ],
    },
  ],
}

test('each check of each address is a line, with what is about to turn, and what an operator has said', () => {
  expect(formatHealth({ regions: [REGION] }).split('\n')).toEqual([
    'REGION      ADDRESS    CHECK  STATE            SINCE                   LAST  NEXT      NOTE',
    'eu-central  127.0.1.3  api    up, 2 failed     2026-03-01 08:00:00Z  3.1 ms  09:30:15  status 503, expected 200-299; let',
    '                                                                                       in: 40%',
    'eu-central  127.0.1.3  deep   down (observed)  -                     120 ms  -         certificate ends in 9 days; let',
    '                                                                                       in: 40%',
    'eu-central  127.0.1.4  -      up               -                          -  -         nothing checks it',
    'eu-central  127.0.1.5  ping   unavailable      -                          -  -         pings cannot be sent',
    'eu-central  127.0.1.5  db     up (in most)     -                          -  -',
  ])
  const override = { id: '7', state: 'down', actor: 'alice', reason: 'a test', createdAt: '' } as const
  const words = formatHealth({ regions: [{ ...REGION, override }] }).replace(/\s+/g, ' ')
  expect(words).toContain('nothing checks it; forced down by alice: a test')
  expect(formatHealth({ regions: [] })).toBe('the traffic document has no regions')
})

test('one region comes with its last probes, and where their time went', () => {
  const [first] = REGION.health
  const recent = [
    { at: '2026-03-01T09:30:05.000Z', ms: 12.5, passed: false, error: 'status 503', connectMs: 1, firstByteMs: 11 },
    { at: '2026-03-01T09:29:55.000Z', ms: 3, passed: true, dnsMs: 0.4, connectMs: 1, firstByteMs: 2 },
  ]
  const full: HealthInFull = { ...REGION, health: [{ ...first!, checks: [{ ...first!.checks[0]!, recent }] }] }
  expect(formatRegionHealth(full).split('\n').slice(4)).toEqual([
    'ADDRESS    CHECK  AT         MS  DNS  CONNECT  TLS  FIRST BYTE  RESULT',
    '127.0.1.3  api    09:30:05   13    -      1.0    -          11  status 503',
    '127.0.1.3  api    09:29:55  3.0  0.4      1.0    -         2.0  passed',
  ])
})
