// Lists of regions in words.
import type { Candidate, Tier } from './step.js'

const SHOWN = 3

/** `a, b, c and 4 more`. */
export function listed(items: readonly string[]): string {
  if (items.length === 0) return 'none'
  const shown = items.slice(0, items.length > SHOWN + 1 ? SHOWN : items.length).join(', ')
  return items.length > SHOWN + 1 ? `${shown} and ${items.length - SHOWN} more` : shown
}

export const named = (tier: Tier): string => listed(tier.map(({ id }) => id))

/** `a 12 ms, b 40 ms`, least first; regions without a value are left out. */
export function measuredBy(tier: Tier, measure: (candidate: Candidate) => number | undefined, unit: string): string {
  const known = tier.flatMap(candidate => {
    const value = measure(candidate)
    return value === undefined ? [] : [{ id: candidate.id, value }]
  })
  known.sort((a, b) => a.value - b.value)
  return listed(known.map(({ id, value }) => `${id} ${round(value)} ${unit}`))
}

const round = (value: number): number => (Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10)
