// When overrides have to be looked at again: at their end, and before it so often that the TTL of answers falls with it. Pure.
import type { TrafficDocument } from '../traffic/document.js'

/** However far the end is: the clock of the machine may be set. */
const LONGEST_MS = 60_000
const SHORTEST_MS = 1000
/** So much of what is left may pass before the TTL is counted anew. */
const SHARE = 0.05

/**
 * ms; undefined where nothing ends.
 * @param ends epoch ms; those in the past are over
 * @param now epoch ms
 * @param heedMs an end that is farther away than this concerns no answer yet
 */
export function delayToNext(ends: readonly number[], now: number, heedMs = Infinity): number | undefined {
  if (ends.length === 0) return undefined
  const left = Math.max(0, Math.min(...ends) - now)
  return Math.min(left, Math.max(SHORTEST_MS, left * SHARE, left - heedMs), LONGEST_MS)
}

/** ms that any steered answer may be kept: what is farther away is no concern of answers. */
export const longestTtlMs = ({ zones }: Pick<TrafficDocument, 'zones'>): number =>
  1000 * Math.max(0, ...[...zones.values()].flatMap(({ steered }) => steered.map(({ ttl }) => ttl.max)))
