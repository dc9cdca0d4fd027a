// The order in which another system goes through addresses, for some clients: what a policy of steps is made of.
import type { Written } from './draft.js'

/** A region, and its share among the others of its tier. */
export interface Placed {
  readonly region: string
  readonly weight: number
}

/** One after the other; those of one tier share the clients. */
export type Tiers = readonly (readonly Placed[])[]

export const regionsIn = (tiers: Tiers): readonly string[] => [...new Set(tiers.flat().map(({ region }) => region))]

/** Each region where it comes first; no tier is empty. */
export function distinct(tiers: Tiers): Tiers {
  const seen = new Set<string>()
  const first = ({ region }: Placed): boolean => !seen.has(region) && seen.add(region) !== undefined
  return tiers.map(tier => tier.filter(first)).filter(({ length }) => length > 0)
}

/** As the step `tier` and rules have it: a lone name, or a list of equals, for each tier. */
export const writtenTiers = (tiers: Tiers): readonly (string | readonly string[])[] =>
  tiers.map(tier => (tier.length === 1 ? tier[0]!.region : tier.map(({ region }) => region)))

/** The regions of a rule: a lone one, equals, or tiers. */
export function writtenRule(tiers: Tiers): string | readonly string[] | Written {
  const written = writtenTiers(tiers)
  return written.length === 1 ? written[0]! : { tier: written }
}

/** Each query is drawn anew among the regions of a tier, where there are several. */
export function shareSteps(all: readonly Tiers[]): readonly unknown[] {
  const tiers = all.flat()
  if (tiers.every(({ length }) => length === 1)) return []
  const weights = new Map(tiers.flat().map(({ region, weight }) => [region, weight]))
  const alike = new Set(weights.values()).size === 1
  return ['round-robin', ...(alike ? [] : [{ weight: Object.fromEntries(weights) }])]
}
