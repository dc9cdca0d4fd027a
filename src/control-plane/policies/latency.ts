// The step `latency`: least round-trip time first, as a table has it; regions that are nearly as good as the best are equals.

import type { ClientClass } from '../geo/client-class.js'
import { type ClientKey, clientKeys } from '../geo/client-key.js'
import { kilometres } from '../geo/distance.js'
import { modelled, USUAL } from '../geo/latency-model.js'
import { keysOfRows, type LatencyRow, type LatencyTable, measured, rowsAbout } from '../geo/latency-table.js'
import type { Location } from '../traffic/document/region.js'
import { measuredOrder, modelledOrder } from './latency-orders.js'
import type { Candidate, Maker, Ranking, Tier } from './step.js'
import { splitTier } from './tiers.js'
import { measuredBy } from './words.js'

const NOTHING: LatencyTable = { digest: '', rows: new Map() }
const NO_KEYS: readonly ClientKey[] = []

/**
 * Splits every tier by latency. A region joins the tier of the best one before it as long as it is no more than `within`
 * slower than that one. What was not measured is modelled by distance, or, with `missing: skip`, comes last as one tier.
 */
export const latency: Maker<'latency'> = ({ table, withinMs, missing }, { tables }) => {
  const rows = (table === undefined ? undefined : tables.get(table)) ?? NOTHING
  // A learned table has rows of networks alone: most clients lie in none of them, and need no keys to be made.
  const hasOthers = keysOfRows(rows.rows).others.length > 0
  const rowsFor = (client: ClientClass): readonly LatencyRow[] =>
    rowsAbout(rows, hasOthers ? clientKeys(client) : (client.networks ?? NO_KEYS))
  const valuesFor = (client: ClientClass, row: (region: string) => number | undefined) => {
    const { location } = client
    if (missing === 'skip' || location === undefined) return ({ id }: Candidate) => row(id)
    return (candidate: Candidate) =>
      row(candidate.id) ?? (candidate.location && modelled(kilometres(location, candidate.location), rows.model))
  }
  const limit = (best: number): number => best + withinMs
  const model = rows.model ?? USUAL
  // Nearly all clients of a map are in no row: then the nearest is the fastest, and sorting distances is far quicker.
  const byDistance = rememberedBy((tier: Tier) => modelledOrder(tier, withinMs / model.msPerKm))
  const byTimes = rememberedBy((tier: Tier) => measuredOrder(tier, withinMs, model))
  const order = (tier: Tier, found: readonly LatencyRow[], from: Location): Ranking =>
    tier.length === 1 ? [tier] : found.length === 0 ? byDistance(tier)(from) : byTimes(tier)(from, found)
  return {
    kind: 'order',
    rank({ tiers, client }) {
      const found = rowsFor(client)
      const { location } = client
      if (location !== undefined && missing === 'distance')
        return tiers.length === 1
          ? order(tiers[0]!, found, location)
          : tiers.flatMap(tier => order(tier, found, location))
      const values = valuesFor(client, measured(found))
      return tiers.flatMap(tier => splitTier(tier, values, limit))
    },
    tell({ tiers, client }) {
      const row = measured(rowsFor(client))
      const isMeasured = (candidate: Candidate): boolean => row(candidate.id) !== undefined
      const regions = tiers.flat()
      const what = regions.every(isMeasured)
        ? 'measured'
        : regions.some(isMeasured)
          ? 'measured or modelled'
          : 'modelled'
      const times = measuredBy(regions, valuesFor(client, row), 'ms')
      if (times === 'none') return 'nothing is known of the latency: no region goes before another'
      return `least latency first (${what}${withinMs > 0 ? `, within ${withinMs} ms equal` : ''}): ${times}`
    },
  }
}

/** What is made for each tier once: clients come by the hundred thousand and bring the same few. */
function rememberedBy<T>(make: (tier: Tier) => T): (tier: Tier) => T {
  const known = new WeakMap<Tier, T>()
  return tier => {
    let made = known.get(tier)
    if (made === undefined) known.set(tier, (made = make(tier)))
    return made
  }
}
