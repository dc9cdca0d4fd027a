import { expect, test } from 'vitest'
import { formatRegions } from '../../src/cli/region.js'
import type { RegionView } from '../../src/control-plane/admin/api.js'

const region = (id: string, rest: Partial<RegionView>): RegionView => ({
  id,
  addresses: ['192.0.2.1'],
  checks: [],
  weight: 100,
  enabled: true,
  state: 'up',
  health: [],
  ...rest,
})

test('regions are a table of state, time, addresses and cause', () => {
  const regions = [
    region('us-east', { since: '2026-03-01T09:30:05.123Z', ttl: 15 }),
    region('eu-central', {
      state: 'down',
      since: '2026-03-01T09:31:00.000Z',
      cause: 'api: connection refused',
      addresses: ['192.0.2.3', '2001:db8::3'],
    }),
    region('spare', { state: 'disabled', enabled: false }),
  ]
  expect(formatRegions({ regions })).toBe(`\
REGION      STATE     SINCE                 ADDRESSES              CAUSE
us-east     up        2026-03-01 09:30:05Z  192.0.2.1              TTL at most 15 s
eu-central  down      2026-03-01 09:31:00Z  192.0.2.3 2001:db8::3  api: connection refused
spare       disabled  -                     192.0.2.1              in the document; meridian history
                                                                   tells who and why`)
})

test('what a server far away wrote cannot steer the terminal', () => {
  expect(formatRegions({ regions: [region('a', { cause: '\u001b[2Jgone' })] })).not.toContain('\u001b')
})

test('no regions are said to be none', () => {
  expect(formatRegions({ regions: [] })).toBe('the traffic document has no regions')
})
