// When overrides have to be looked at again: at their end, and before it so often that the TTL of answers falls with it. Pure.

/** However far the end is: the clock of the machine may be set. */
const LONGEST_MS = 60_000
const SHORTEST_MS = 1000
/** So much of what is left may pass before the TTL is counted anew. */
const SHARE = 0.05

/** ms; undefined where nothing ends. @param ends epoch ms; those in the past are over @param now epoch ms */
export function delayToNext(ends: readonly number[], now: number): number | undefined {
  if (ends.length === 0) return undefined
  const left = Math.max(0, Math.min(...ends) - now)
  return Math.min(left, Math.max(SHORTEST_MS, left * SHARE), LONGEST_MS)
}
