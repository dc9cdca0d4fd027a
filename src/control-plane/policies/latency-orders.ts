// Tiers by latency, for clients by the hundred thousand: the same as splitting a tier by the times of its regions, and faster.
import { chordSquared, farther, kilometresOf, vectorOf } from '../geo/distance.js'
import { type LatencyModel, modelled } from '../geo/latency-model.js'
import type { LatencyRow } from '../geo/latency-table.js'
import { nearestFirst } from '../geo/nearest.js'
import type { Location } from '../traffic/document/region.js'
import type { Candidate, Ranking, Tier } from './step.js'

/** Of what nothing is known, ms: more than anything that is. */
const UNKNOWN = 1e300

/**
 * The same as splitting the tier by what the distance of its regions makes likely. By any line the nearer one is the faster,
 * and all that the line says here is over how many km times are equal.
 */
export function modelledOrder(tier: Tier, withinKm: number): (from: Location) => Ranking {
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

/**
 * The same as splitting the tier by what rows say of its regions, and where they say nothing by what the distance makes likely.
 * The first row that knows a region is the one that counts.
 */
export function measuredOrder(
  tier: Tier,
  withinMs: number,
  model: LatencyModel,
): (from: Location, rows: readonly LatencyRow[]) => Ranking {
  const vectors = tier.map(({ location }) => location && vectorOf(location))
  const alone = tier.map(candidate => [candidate])
  const indexOf = new Map(tier.map(({ id }, i) => [id, i]))
  const times = new Float64Array(tier.length)
  const order = Int32Array.from(tier.keys())
  return (from, rows) => {
    const origin = vectorOf(from)
    times.fill(Number.NaN)
    for (let i = rows.length - 1; i >= 0; i--)
      for (const [id, ms] of rows[i]!) {
        const index = indexOf.get(id)
        if (index !== undefined) times[index] = ms
      }
    for (let i = 0; i < times.length; i++) {
      if (!Number.isNaN(times[i])) continue
      const vector = vectors[i]
      times[i] = vector === undefined ? UNKNOWN : modelled(kilometresOf(chordSquared(vector, origin)), model)
    }
    sortAgain(order, times)
    const out: Candidate[][] = []
    let most = -Infinity
    for (const i of order) {
      if (times[i]! <= most) join(out, alone[i]!)
      else {
        out.push(alone[i]!)
        most = times[i]! + withinMs
      }
    }
    return out
  }
}

/** An index moves past so many others on average, and sorting from the start is as fast. */
const MOST_MOVES = 8

/** Sorts indices by their times, and equals by themselves; from the order of the client before, which was likely near. */
function sortAgain(order: Int32Array, times: Float64Array): void {
  let left = MOST_MOVES * order.length
  for (let place = 1; place < order.length && left >= 0; place++) {
    const index = order[place]!
    const time = times[index]!
    let at = place
    for (; at > 0; at--) {
      const before = order[at - 1]!
      if (times[before]! < time || (times[before] === time && before < index)) break
      order[at] = before
    }
    order[at] = index
    left -= place - at
  }
  if (left < 0) order.sort((a, b) => times[a]! - times[b]! || a - b)
}

/** Adds it to the last tier, which is nobody else's once it is of several. */
function join(out: Candidate[][], alone: readonly Candidate[]): void {
  const last = out.at(-1)! // the first one is nearer than nothing
  if (last.length === 1) out[out.length - 1] = [...last, ...alone]
  else last.push(...alone)
}
