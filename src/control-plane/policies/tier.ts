// The step `tier`: the order of failover, by the numbers that regions have, or by a list.
import type { Selection } from '../traffic/document/policy.js'
import { isAmong } from './selection.js'
import type { Candidate, Maker } from './step.js'
import { splitTiers } from './tiers.js'
import { named } from './words.js'

/** Splits every tier by the regions' own `tier`, lowest first, or by a list; what the list does not name comes last. */
export const tier: Maker<'tier'> = ({ tiers: order }) => {
  const placeOf = order === undefined ? ({ tier: own = 1 }: Candidate) => own : placeIn(order)
  return {
    kind: 'order',
    rank: ({ tiers }) => splitTiers(tiers, placeOf),
    tell: ({ tiers }) =>
      `in the order of their tiers: ${splitTiers([tiers.flat()], placeOf).map(named).join('; then ')}`,
  }
}

function placeIn(order: readonly Selection[]): (candidate: Candidate) => number | undefined {
  return candidate => {
    const place = order.findIndex(selection => isAmong(candidate, selection))
    return place < 0 ? undefined : place
  }
}
