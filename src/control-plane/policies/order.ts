// The step `order`: one region after the other, as they are written.
import type { Maker } from './step.js'
import { named } from './words.js'

export const order: Maker<'order'> = () => ({
  kind: 'order',
  rank: ({ tiers }) => tiers.flatMap(tier => tier.map(candidate => [candidate])),
  tell: ({ tiers }) => `as they are written: ${named(tiers.flat())}`,
})
