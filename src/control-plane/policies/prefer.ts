// The steps `prefer` and `avoid`: regions that are named by id or tag go before all others, or after them.
import { isAmong, selected } from './selection.js'
import type { Maker } from './step.js'
import { splitTiers } from './tiers.js'
import { named } from './words.js'

/** Splits every tier in two: those that are named, and the rest. */
export const prefer: Maker<'prefer'> & Maker<'avoid'> = ({ step, regions }) => ({
  kind: 'order',
  rank: ({ tiers }) => splitTiers(tiers, candidate => (isAmong(candidate, regions) === (step === 'prefer') ? 0 : 1)),
  tell: ({ tiers }) => `${step === 'prefer' ? 'first' : 'last'} come ${named(selected(tiers.flat(), regions))}`,
})
