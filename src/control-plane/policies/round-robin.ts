// The step `round-robin`: each query is drawn anew among equals, by weight.
import type { Maker } from './step.js'

export const roundRobin: Maker<'round-robin'> = () => ({
  kind: 'share',
  sharing: { by: 'query' },
  tell: () => 'each query is drawn anew among equals, by weight',
})
