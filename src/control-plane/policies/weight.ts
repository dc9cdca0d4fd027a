// The step `weight`: equals share the clients by weights, those of the regions or those of this policy.
import { valueFor } from './selection.js'
import type { Maker } from './step.js'
import { listed } from './words.js'

export const weight: Maker<'weight'> = ({ weights }, { candidates }) => {
  const own = new Map(
    candidates.flatMap(candidate => {
      const value = valueFor(candidate, weights)
      return value === undefined ? [] : [[candidate.id, value] as const]
    }),
  )
  return {
    kind: 'share',
    sharing: { weights: own },
    tell: ({ tiers }) =>
      `equals share the clients by weight: ${listed(tiers.flat().map(({ id, weight }) => `${id} ${own.get(id) ?? weight}`))}`,
  }
}
