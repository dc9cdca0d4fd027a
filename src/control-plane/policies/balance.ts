// The step `balance`: where a region carries more than its target, the clients that lose least by it go elsewhere.
import type { Maker } from './step.js'

export const balance: Maker<'balance'> = ({ target }) => ({
  kind: 'share',
  sharing: { balance: { target } },
  tell: () =>
    `clients that lose least go elsewhere where a region is above its target, ${Math.round(target * 1000) / 10} % of its capacity unless it reports another`,
})
