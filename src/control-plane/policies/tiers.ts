// Splitting tiers: regions sorted by a number, and those that are near enough to the best of them kept as equals.
import type { Candidate, Ranking, Tier } from './step.js'

/**
 * Splits a tier by a value of its regions, least first; regions without one come last, as one tier. Equals keep their order.
 * @param limit what may still stand beside a region with the best value of its tier; nothing but the same unless told
 */
export function splitTier(
  tier: Tier,
  measure: (candidate: Candidate) => number | undefined,
  limit: (best: number) => number = best => best,
): Ranking {
  const known: { readonly candidate: Candidate; readonly value: number }[] = []
  const rest: Candidate[] = []
  for (const candidate of tier) {
    const value = measure(candidate)
    if (value === undefined) rest.push(candidate)
    else known.push({ candidate, value })
  }
  known.sort((a, b) => a.value - b.value)
  const out: Candidate[][] = []
  let most = -Infinity
  for (const { candidate, value } of known) {
    if (value <= most)
      out.at(-1)!.push(candidate) // there is one: the first value is more than -Infinity
    else {
      out.push([candidate])
      most = Math.max(value, limit(value))
    }
  }
  return rest.length === 0 ? out : [...out, rest]
}

/** The same for each tier, in its place. */
export const splitTiers = (
  tiers: Ranking,
  measure: (candidate: Candidate) => number | undefined,
  limit?: (best: number) => number,
): Ranking => tiers.flatMap(tier => splitTier(tier, measure, limit))

/** Whether there is nothing left to be split, as for nearly all clients after the first step. */
export function areAllLone(tiers: Ranking): boolean {
  for (const tier of tiers) if (tier.length !== 1) return false
  return true
}

/** Each tier without what does not pass; tiers of which nothing is left are gone. */
export const keep = (tiers: Ranking, passes: (candidate: Candidate) => boolean): Ranking =>
  tiers.map(tier => tier.filter(passes)).filter(({ length }) => length > 0)
