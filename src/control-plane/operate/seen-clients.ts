// Where the clients are who ask most, and which region they are sent to: for pictures of it.
import { parsePrefix } from '../../dns/address.js'
import type { Locate } from '../geo/library.js'
import type { Sent } from './top.js'

export interface SeenPlace {
  /** In the middle of a cell of one degree. */
  readonly latitude: number
  readonly longitude: number
  readonly country: string | undefined
  /** Most queries first. */
  readonly regions: readonly { readonly region: string; readonly queries: number }[]
}

export interface SeenClients {
  /** Most queries first. */
  readonly places: readonly SeenPlace[]
  /** Queries of networks whose place is not known. */
  readonly unplaced: number
}

const MOST_PLACES = 2000

/** Gathers networks that are near each other. */
export function placeClients(sent: readonly Sent[], locate: Locate): SeenClients {
  const places = new Map<string, Place>()
  let unplaced = 0
  for (const { client, region, queries } of sent) {
    const prefix = parsePrefix(client)
    const place = prefix && locate(prefix.bytes)?.place
    if (place?.location === undefined) {
      unplaced += queries
      continue
    }
    const latitude = Math.floor(place.location.latitude) + 0.5
    const longitude = Math.floor(place.location.longitude) + 0.5
    const key = `${latitude} ${longitude}`
    const own = places.get(key) ?? { latitude, longitude, country: place.country, regions: new Map() }
    places.set(key, own)
    own.regions.set(region, (own.regions.get(region) ?? 0) + queries)
  }
  const told = [...places.values()].map(({ regions, ...where }) => ({
    ...where,
    regions: [...regions].map(([region, queries]) => ({ region, queries })).sort((a, b) => b.queries - a.queries),
  }))
  const queriesOf = ({ regions }: SeenPlace): number => regions.reduce((sum, { queries }) => sum + queries, 0)
  return { places: told.sort((a, b) => queriesOf(b) - queriesOf(a)).slice(0, MOST_PLACES), unplaced }
}

interface Place {
  readonly latitude: number
  readonly longitude: number
  readonly country: string | undefined
  readonly regions: Map<string, number>
}
