// The step `trickle`: a share of the clients goes to regions that are not the best, so that these are known to work.
import { selected } from './selection.js'
import type { Maker } from './step.js'
import { named } from './words.js'

export const trickle: Maker<'trickle'> = ({ share, to }, { candidates }) => {
  const targets = selected(candidates, to)
  return {
    kind: 'share',
    sharing: { trickle: { share, ...(to.length === 0 ? {} : { to: new Set(targets.map(({ id }) => id)) }) } },
    tell: () =>
      `${Math.round(share * 10_000) / 100} % of the clients go to ${to.length === 0 ? 'the next tier' : named(targets)}`,
  }
}
