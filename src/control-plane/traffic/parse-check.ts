// From checks as written to checks with every default filled in.
import type { CheckSpec } from './document.js'
import { formatDuration } from './duration.js'
import type { Report } from './finding.js'
import { readMilliseconds } from './parse-duration.js'
import type { Path } from './path.js'
import type { WrittenTraffic } from './schema.js'
import type { Sound } from './shape.js'

type Written = Sound<NonNullable<WrittenTraffic['checks']>[string]>

const INTERVAL = 10_000
const TIMEOUT = 4_000
const SUCCESS = [200, 299] as const

export function parseCheck(id: string, written: Written, path: Path, report: Report): CheckSpec {
  const { type, port = 0, fall = 3, rise = 2 } = written
  const intervalMs = readMilliseconds(written.interval, INTERVAL, 1000, [...path, 'interval'], report)
  const timeoutMs = readMilliseconds(written.timeout, TIMEOUT, 1, [...path, 'timeout'], report)
  if (timeoutMs >= intervalMs) report(tooPatient(timeoutMs, intervalMs, written.timeout !== undefined, path))
  const timing = { id, port, intervalMs, timeoutMs, fall, rise }
  if (type === 'tcp') return { type, ...timing }
  const http = written as Sound<Extract<Written, { method?: unknown }>> // the schema has seen to it: the type is not tcp
  if (type === 'http' && http.verify !== undefined)
    report({ path: [...path, 'verify'], part: 'key', message: 'only an https check has a certificate to verify' })
  return {
    type: type ?? 'http',
    ...timing,
    method: http.method ?? 'GET',
    path: http.path ?? '/',
    ...(http.host === undefined ? {} : { host: http.host }),
    expect: http.expect?.map((range, i) => readRange(range, [...path, 'expect', i], report)) ?? [SUCCESS],
    verify: http.verify ?? true,
  }
}

function tooPatient(timeoutMs: number, intervalMs: number, timeoutWritten: boolean, path: Path) {
  const [timeout, interval] = [formatDuration(timeoutMs), formatDuration(intervalMs)]
  return timeoutWritten
    ? { path: [...path, 'timeout'], message: `the timeout, ${timeout}, must be shorter than the interval, ${interval}` }
    : {
        path: [...path, 'interval'],
        message: `the interval, ${interval}, must be longer than the timeout, which is ${timeout} unless written`,
      }
}

function readRange(written: string | number | undefined, path: Path, report: Report): readonly [number, number] {
  const [low = 200, high = low] = String(written ?? 200)
    .split('-')
    .map(Number)
  if (low > high) report({ path, message: `"${written}" is empty: it runs from ${low} down to ${high}` })
  return [low, high]
}
