// What is looked at before a region gets clients, as other systems can be told.
import type { CheckSpec } from '../traffic/document/check.js'
import type { Region } from '../traffic/document/region.js'
import type { TrafficDocument } from '../traffic/document.js'

/** The checks that can take a region out by themselves. */
export const activeChecks = ({ checks }: TrafficDocument, region: Region): readonly CheckSpec[] =>
  region.checks
    .map(id => checks.get(id)!) // parse checked it
    .filter(({ enabled, observe }) => enabled !== false && observe !== true)

/** What a check has unless it is told, where it is not nothing. */
const USUAL: Readonly<Record<string, unknown>> = {
  method: 'GET',
  path: '/',
  expect: [[200, 299]],
  verify: true,
  tls: false,
  http2: false,
  reuse: false,
  service: '',
  steady: 1,
  inverted: false,
}

/** When a check is run, and how many results count. */
export const TIMING: readonly string[] = [
  'intervalMs',
  'timeoutMs',
  'connectTimeoutMs',
  'tlsTimeoutMs',
  'confirmMs',
  'fall',
  'rise',
]

const WORDS: Readonly<Record<string, string>> = {
  clientCertificate: 'client-certificate',
  connectTimeoutMs: 'connect-timeout',
  confirmMs: 'confirm',
  intervalMs: 'interval',
  latency: 'max-latency',
  minimumDays: 'minimum-days',
  serverName: 'server-name',
  timeoutMs: 'timeout',
  tlsTimeoutMs: 'tls-timeout',
  warningDays: 'warning-days',
}

/** What a check says besides what the other system has words for, as the document writes it. @param has keys of a check */
export const beyond = (check: CheckSpec, has: readonly string[]): readonly string[] =>
  Object.entries(check)
    .filter(
      ([key, value]) => !['id', 'type', 'port', ...has].includes(key) && value !== undefined && !isUsual(key, value),
    )
    .map(([key]) => WORDS[key] ?? key)

const isUsual = (key: string, value: unknown): boolean =>
  key === 'warningDays' || (key in USUAL && JSON.stringify(USUAL[key]) === JSON.stringify(value))
