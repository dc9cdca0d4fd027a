// What an edit of the document would do to clients, as far as it can be told without making its maps. Pure.
import type { Published } from '../publish/publisher.js'
import type { TrafficDocument } from '../traffic/document.js'
import { steersAlike } from './safety/touched.js'
import { type Simulation, simulate } from './simulate.js'

/**
 * Undefined where names would be steered in another way: by another policy, other regions, or regions that are elsewhere. Who
 * moves then is only known once there are maps, which takes seconds.
 */
export function foretell(
  published: Published,
  after: TrafficDocument,
  rates: Readonly<Record<string, number>> = {},
): Simulation | undefined {
  if (!steersAlike(published.world.document, after)) return undefined
  return simulate(
    published,
    state => {
      const region = after.regions.get(state.id)
      // A region that no name uses can be gone.
      if (region === undefined) return { ...state, enabled: false }
      return { ...state, enabled: region.enabled, weight: region.weight }
    },
    rates,
  )
}
