// The step `shed`: a loaded region gives clients away, the more the nearer it is to its limit.
import type { Maker } from './step.js'

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`

export const shed: Maker<'shed'> = ({ low, high }) => ({
  kind: 'share',
  sharing: { shed: { low, high } },
  tell: () => `a region gives clients away from a load of ${percent(low)} on, and all of them at ${percent(high)}`,
})
