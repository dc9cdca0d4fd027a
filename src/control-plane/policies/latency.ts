// The step `latency`: least round-trip time first, as a table has it; regions that are nearly as good as the best are equals.

import type { ClientClass } from '../geo/client-class.js'
import { clientKeys } from '../geo/client-key.js'
import { kilometres } from '../geo/distance.js'
import { type LatencyTable, measured, modelled } from '../geo/latency-table.js'
import type { Candidate, Maker } from './step.js'
import { splitTiers } from './tiers.js'
import { measuredBy } from './words.js'

const NOTHING: LatencyTable = { digest: '', rows: new Map() }

/**
 * Splits every tier by latency. A region joins the tier of the best one before it as long as it is no more than `within`
 * slower than that one. What was not measured is modelled by distance, or, with `missing: skip`, comes last as one tier.
 */
export const latency: Maker<'latency'> = ({ table, withinMs, missing }, { tables }) => {
  const rows = (table === undefined ? undefined : tables.get(table)) ?? NOTHING
  const valuesFor = (client: ClientClass): ((candidate: Candidate) => number | undefined) => {
    const row = measured(rows, clientKeys(client))
    if (missing === 'skip' || client.location === undefined) return ({ id }) => row(id)
    const { location } = client
    return candidate => row(candidate.id) ?? (candidate.location && modelled(kilometres(location, candidate.location)))
  }
  return {
    kind: 'order',
    rank: ({ tiers, client }) => splitTiers(tiers, valuesFor(client), best => best + withinMs),
    tell({ tiers, client }) {
      const row = measured(rows, clientKeys(client))
      const isMeasured = (candidate: Candidate): boolean => row(candidate.id) !== undefined
      const regions = tiers.flat()
      const what = regions.every(isMeasured)
        ? 'measured'
        : regions.some(isMeasured)
          ? 'measured or modelled'
          : 'modelled'
      const known = measuredBy(regions, valuesFor(client), 'ms')
      if (known === 'none') return 'nothing is known of the latency: no region goes before another'
      return `least latency first (${what}${withinMs > 0 ? `, within ${withinMs} ms equal` : ''}): ${known}`
    },
  }
}
