// The rows of a latency table as points over distance, as far as it is known where their clients are.
import type { ClientKey } from '../geo/client-key.js'
import { networkOf } from '../geo/client-key.js'
import { countryOf } from '../geo/countries.js'
import { kilometres } from '../geo/distance.js'
import { type Measurement, thinned } from '../geo/latency-model.js'
import type { LatencyRow } from '../geo/latency-table.js'
import type { Locate } from '../geo/library.js'
import type { Location, Region } from '../traffic/document/region.js'

/** Rows that are looked at: a line needs no more. */
const MOST_ROWS = 2000

/** @param locate asked for only where a row names a network */
export async function measurementsOf(
  rows: ReadonlyMap<ClientKey, LatencyRow>,
  regions: ReadonlyMap<string, Region>,
  locate: () => Promise<Locate>,
): Promise<readonly Measurement[]> {
  const some = thinned([...rows], MOST_ROWS)
  const find = some.some(([key]) => networkOf(key) !== undefined) ? await locate() : undefined
  return some.flatMap(([key, row]) => {
    const from = placeOf(key, find)
    if (from === undefined) return []
    return [...row].flatMap(([id, ms]) => {
      const to = regions.get(id)?.location
      return to === undefined ? [] : [{ km: kilometres(from, to), ms }]
    })
  })
}

/** A network where a database puts it, a country at its point; what is larger or scattered is nowhere. */
function placeOf(key: ClientKey, locate: Locate | undefined): Location | undefined {
  const network = networkOf(key)
  if (network !== undefined) return locate?.(network.bytes)?.place?.location
  return /^[A-Z]{2}$/.test(key) ? countryOf(key)?.location : undefined
}
