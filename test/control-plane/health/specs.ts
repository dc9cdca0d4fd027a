// Check specs and regions with the document's defaults, for the tests of this folder.

import type { CheckSpec, HttpCheckSpec, TcpCheckSpec } from '../../../src/control-plane/traffic/document/check.js'
import type { Region } from '../../../src/control-plane/traffic/document/region.js'
import { parseAddress } from '../../../src/dns/address.js'

const TIMING = { id: 'api', port: 80, intervalMs: 10_000, timeoutMs: 4000, fall: 3, rise: 2 }

export const httpSpec = (more: Partial<HttpCheckSpec> = {}): HttpCheckSpec => ({
  ...TIMING,
  type: 'http',
  method: 'GET',
  path: '/health',
  expect: [[200, 299]],
  verify: true,
  ...more,
})

export const tcpSpec = (more: Partial<TcpCheckSpec> = {}): TcpCheckSpec => ({ ...TIMING, type: 'tcp', ...more })

export const region = (id: string, addresses: readonly string[], checks: readonly string[] = ['api']): Region => ({
  id,
  addresses: addresses.map(text => ({ text, bytes: parseAddress(text)!, family: text.includes(':') ? 6 : 4 })),
  checks,
  weight: 100,
  enabled: true,
})

export const documentOf = (regions: readonly Region[], checks: readonly CheckSpec[] = [tcpSpec()]) => ({
  regions: new Map(regions.map(region => [region.id, region])),
  checks: new Map(checks.map(check => [check.id, check])),
})
