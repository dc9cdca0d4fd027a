// Numbers and times in words.

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
]

/** `4 s`, `12 min`, `3 h 20 min`, `5 d 2 h`. */
export function duration(ms: number): string {
  const at = UNITS.findIndex(([, size]) => ms >= size)
  if (at < 0) return `${Math.max(0, Math.floor(ms / 1000))} s`
  const [unit, size] = UNITS[at]!
  const next = UNITS[at + 1]
  const rest = next === undefined ? 0 : Math.floor((ms % size) / next[1])
  return `${Math.floor(ms / size)} ${unit}${rest === 0 || next === undefined ? '' : ` ${rest} ${next[0]}`}`
}

/** `0.4 %`, `37 %`. */
export function percent(share: number): string {
  const value = share * 100
  return `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} %`
}

/** `0.25`, `3.4`, `120`, `45.0 k`, `1.2 M`. */
export function amount(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)} M`
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)} k`
  if (value >= 100 || Number.isInteger(value)) return String(Math.round(value))
  return value < 1 ? String(Math.round(value * 100) / 100) : value.toFixed(1)
}

/** `5 314`, `10 902`: a count that is compared with others, never shortened. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', '\u202f')

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** `2026-11-25`, in UTC. */
export const isoDay = (at: number | string): string => new Date(at).toISOString().slice(0, 10)

/** `2026-11-25 04:26`, in UTC. */
export const isoMinute = (at: number | string): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ')

/** `2026-11-25 04:26:39`, in UTC. */
export const isoSecond = (at: number | string): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ')
