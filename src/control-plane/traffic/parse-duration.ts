// Durations in a document: present or by default, within the bounds that their use sets.
import { formatDuration, parseDuration } from './duration.js'
import type { Report } from './finding.js'
import type { Path } from './path.js'

/** RFC 2181 §8: the largest TTL, in seconds. */
const MAX_TTL = 2 ** 31 - 1

/** Milliseconds; `fallback`, in ms, where nothing is written. */
export function readMilliseconds(
  written: string | number | undefined,
  fallback: number,
  least: number,
  path: Path,
  report: Report,
): number {
  const ms = written === undefined ? fallback : parseDuration(written)
  if (ms === undefined || ms > MAX_TTL) report({ path, message: `${JSON.stringify(written)} is too long` })
  else if (ms < least)
    report({ path, message: `${JSON.stringify(written)} is too short; ${formatDuration(least)} is the least` })
  return ms ?? fallback
}

/** Whole seconds, as TTLs and SOA times are; `fallback`, in seconds, where nothing is written. */
export function readSeconds(
  written: string | number | undefined,
  fallback: number,
  path: Path,
  report: Report,
): number {
  if (written === undefined) return fallback
  const seconds = (parseDuration(written) ?? Number.POSITIVE_INFINITY) / 1000 // the schema admits durations only
  if (seconds > MAX_TTL) report({ path, message: `${JSON.stringify(written)} is too long; 24855d is the most` })
  else if (!Number.isInteger(seconds))
    report({ path, message: `${JSON.stringify(written)} is not a whole number of seconds` })
  return seconds
}
