// What an edit of the document would do to clients. Pure, but for the maps that it may take, which whoever asks has made.
import type { Published } from '../publish/publisher.js'
import type { World } from '../publish/world.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Simulation, simulate, simulateRegions } from './simulate.js'

/**
 * @param made what answers would be made from; undefined where every name is steered as it is now, by the regions that it has now
 * @param rates answers a second by region, as counted
 */
export async function foretell(
  published: Published,
  after: TrafficDocument,
  made: World | undefined,
  rates: Readonly<Record<string, number>> = {},
): Promise<Simulation> {
  if (made !== undefined) return simulate(published, { world: made }, { over: 'addresses', rates })
  return simulateRegions(
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

/** The document with what is in force of its latency tables, where it leaves these as they were: what was learned is not written in it. */
export const asServed = (
  after: TrafficDocument,
  before: TrafficDocument,
  served: Pick<TrafficDocument, 'latency'>,
): TrafficDocument => ({
  ...after,
  latency: new Map(
    [...after.latency].map(([name, table]) => {
      const isSame = before.latency.get(name)?.digest === table.digest
      return [name, (isSame ? served.latency.get(name) : undefined) ?? table]
    }),
  ),
})
