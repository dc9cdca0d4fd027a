// The step `take`: how many regions an answer holds.
import type { Maker } from './step.js'

export const take: Maker<'take'> = ({ count }) => ({
  kind: 'share',
  sharing: { take: count === 'all' ? Infinity : count },
  tell: () =>
    count === 'all'
      ? 'an answer holds all regions that are up'
      : `an answer holds the addresses of ${count === 1 ? 'one region' : `${count} regions`}`,
})
