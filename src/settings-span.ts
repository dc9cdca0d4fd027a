// Durations in settings, within what timers and clocks can do.
import { formatDuration, parseDuration } from './control-plane/traffic/duration.js'
import type { Report } from './control-plane/traffic/finding.js'
import type { Path } from './control-plane/traffic/path.js'

/** Timers count to 2³¹ ms. */
const MOST_MS = 24 * 86_400_000

/** Milliseconds; what is out of bounds is told. */
export function readSpan(
  written: string | number,
  path: Path,
  report: Report,
  { leastMs = 1, mostMs = MOST_MS }: { readonly leastMs?: number; readonly mostMs?: number } = {},
): number {
  const ms = parseDuration(written) ?? Number.POSITIVE_INFINITY // the schema admits durations only
  if (ms < leastMs) report({ path, message: `${formatDuration(leastMs)} is the least` })
  if (ms > mostMs) report({ path, message: `${formatDuration(mostMs)} is the most` })
  return ms
}
