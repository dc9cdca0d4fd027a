// The step `latency`: least round-trip time first, as a table has it; regions that are nearly as good as the best are equals.

import type { ClientClass } from '../geo/client-class.js'
import { clientKeys, namesNetwork } from '../geo/client-key.js'
import { chordSquared, farther, kilometres, vectorOf } from '../geo/distance.js'
import { modelled, USUAL } from '../geo/latency-model.js'
import { type LatencyTable, measured } from '../geo/latency-table.js'
import { nearestFirst } from '../geo/nearest.js'
import type { Location } from '../traffic/document/region.js'
import type { Candidate, Maker, Ranking, Tier } from './step.js'
import { splitTier } from './tiers.js'
import { measuredBy } from './words.js'

const NOTHING: LatencyTable = { digest: '', rows: new Map() }
const UNKNOWN = (): undefined => undefined

/**
 * Splits every tier by latency. A region joins the tier of the best one before it as long as it is no more than `within`
 * slower than that one. What was not measured is modelled by distance, or, with `missing: skip`, comes last as one tier.
 */
export const latency: Maker<'latency'> = ({ table, withinMs, missing }, { tables }) => {
  const rows = (table === undefined ? undefined : tables.get(table)) ?? NOTHING
  // A learned table has rows of networks alone: most clients lie in none of them, and need no keys to be made.
  const hasOthers = [...rows.rows.keys()].some(key => !namesNetwork(key))
  const rowFor = (client: ClientClass): ((region: string) => number | undefined) | undefined =>
    hasOthers || (client.networks !== undefined && client.networks.length > 0)
      ? measured(rows, clientKeys(client))
      : undefined
  const valuesFor = (client: ClientClass, row: (region: string) => number | undefined) => {
    const { location } = client
    if (missing === 'skip' || location === undefined) return ({ id }: Candidate) => row(id)
    return (candidate: Candidate) =>
      row(candidate.id) ?? (candidate.location && modelled(kilometres(location, candidate.location), rows.model))
  }
  const limit = (best: number): number => best + withinMs
  // Nearly all clients of a map are in no row: then the nearest is the fastest, and sorting distances is far quicker.
  const known = new WeakMap<Tier, (from: Location) => Ranking>()
  const byDistance = (tier: Tier, from: Location): Ranking => {
    let rank = known.get(tier)
    if (rank === undefined) known.set(tier, (rank = modelledOrder(tier, withinMs / (rows.model ?? USUAL).msPerKm)))
    return rank(from)
  }
  return {
    kind: 'order',
    rank({ tiers, client }) {
      const row = rowFor(client)
      const { location } = client
      if (row === undefined && location !== undefined && missing === 'distance')
        return tiers.flatMap(tier => (tier.length === 1 ? [tier] : byDistance(tier, location)))
      const values = valuesFor(client, row ?? UNKNOWN)
      return tiers.flatMap(tier => splitTier(tier, values, limit))
    },
    tell({ tiers, client }) {
      const row = rowFor(client) ?? UNKNOWN
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

/**
 * The same as splitting the tier by what the distance of its regions makes likely. By any line the nearer one is the faster,
 * and all that the line says here is over how many km times are equal.
 */
function modelledOrder(tier: Tier, withinKm: number): (from: Location) => Ranking {
  const placed = tier.flatMap(candidate =>
    candidate.location === undefined
      ? []
      : [{ location: candidate.location, vector: vectorOf(candidate.location), alone: [candidate] }],
  )
  const unplaced = tier.filter(({ location }) => location === undefined)
  const nearest = nearestFirst(placed.map(({ location }) => location))
  return from => {
    const origin = vectorOf(from)
    const out: Candidate[][] = []
    let most = -Infinity
    for (const i of nearest(from)) {
      const { vector, alone } = placed[i]!
      const squared = chordSquared(vector, origin)
      if (squared <= most) join(out, alone)
      else {
        out.push(alone)
        most = withinKm > 0 ? farther(squared, withinKm) : squared
      }
    }
    return unplaced.length === 0 ? out : [...out, unplaced]
  }
}

/** Adds it to the last tier, which is nobody else's once it is of several. */
function join(out: Candidate[][], alone: readonly Candidate[]): void {
  const last = out.at(-1)! // the first one is nearer than nothing
  if (last.length === 1) out[out.length - 1] = [...last, ...alone]
  else last.push(...alone)
}
