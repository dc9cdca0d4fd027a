// Latency tables: how many milliseconds away each region is from sets of clients, as measured; and what to expect where
// nothing was measured.
import type { ClientKey } from './client-key.js'

/** Round-trip times, ms, by region. */
export type LatencyRow = ReadonlyMap<string, number>

export interface LatencyTable {
  /** Two tables with one digest hold the same. */
  readonly digest: string
  readonly rows: ReadonlyMap<ClientKey, LatencyRow>
}

/** By name. */
export type LatencyTables = ReadonlyMap<string, LatencyTable>

/**
 * What the table says of each region: the row with the most specific key that has it.
 * @param keys of the client, the most specific first
 */
export function measured({ rows }: LatencyTable, keys: readonly ClientKey[]): (region: string) => number | undefined {
  const found = keys.flatMap(key => rows.get(key) ?? [])
  return region => found.find(row => row.has(region))?.get(region)
}

// Light in fibre needs 1 ms for 100 km there and back; cables are about half as long again as the great circle, and the
// two ends cost some ms whatever the distance.
const MS_PER_KM = 0.015
const MS_ENDS = 4

/** ms to be expected over a distance of so many km. */
export const modelled = (km: number): number => MS_ENDS + MS_PER_KM * km
