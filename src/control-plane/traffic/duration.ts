// Durations as people write them: 500ms, 10s, 5m, 2h, 14d, or a plain number of seconds.

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** What a duration in text looks like; the schema shows it to editors. */
export const DURATION_PATTERN = '^[0-9]+([.][0-9]+)?(ms|s|m|h|d)$'

/** Milliseconds, rounded to whole ones; undefined where it is no duration, or longer than numbers go. */
export function parseDuration(written: string | number): number | undefined {
  const ms = typeof written === 'number' ? written * 1000 : inUnits(written)
  return ms >= 0 && ms < Infinity ? Math.round(ms) : undefined
}

/** NaN where it is no duration. */
function inUnits(written: string): number {
  if (!new RegExp(DURATION_PATTERN).test(written)) return Number.NaN
  const unit = /[a-z]+$/.exec(written)![0] as keyof typeof UNITS // the pattern admits no other unit
  return Number.parseFloat(written) * UNITS[unit]
}

/** The shortest exact way to write it: `90s`, `2h`, `1500ms`. */
export function formatDuration(ms: number): string {
  const unit = (['d', 'h', 'm', 's'] as const).find(unit => ms >= UNITS[unit] && ms % UNITS[unit] === 0)
  return unit === undefined ? `${ms}ms` : `${ms / UNITS[unit]}${unit}`
}
