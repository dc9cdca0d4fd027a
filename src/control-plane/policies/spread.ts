// The step `spread`: nearest first, and regions that are not much farther than the nearest are its equals.
import { kilometres } from '../geo/distance.js'
import type { Location } from '../traffic/document/region.js'
import type { Candidate, Maker } from './step.js'
import { splitTiers } from './tiers.js'
import { measuredBy } from './words.js'

/** Splits every tier into bands of distance. A client without a location is shared by all of a tier. */
export const spread: Maker<'spread'> = ({ within }) => {
  const limit = (best: number): number => ('km' in within ? best + within.km : best * (1 + within.percent / 100))
  const from = (location: Location) => (candidate: Candidate) =>
    candidate.location && kilometres(location, candidate.location)
  return {
    kind: 'order',
    rank: ({ tiers, client: { location } }) =>
      location === undefined ? tiers : splitTiers(tiers, from(location), limit),
    tell({ tiers, client: { location } }) {
      if (location === undefined) return 'the client has no location: all are equals'
      const width = 'km' in within ? `${within.km} km` : `${within.percent} %`
      return `equals within ${width} of the nearest: ${measuredBy(tiers.flat(), from(location), 'km')}`
    },
  }
}
