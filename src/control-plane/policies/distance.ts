// The step `distance`: nearest region first, by great-circle distance.
import type { Vector } from '../geo/distance.js'
import { chordSquared, vectorOf } from '../geo/distance.js'
import { nearestFirst } from '../geo/nearest.js'
import type { Location } from '../traffic/document.js'
import type { Candidate, Ranking, Step, Tier } from './policy.js'

/**
 * Splits every tier by distance from the client. Regions at the same place stay equals; regions without a location come
 * last, as one tier. A client without a location gets the document's order, one tier a region.
 */
export const distance: Step = ({ tiers, client: { location } }) => {
  const out: Tier[] = []
  for (const tier of tiers) {
    if (location === undefined) for (const candidate of tier) out.push([candidate])
    else append(out, tier, location)
  }
  return out
}

// On the sphere, since 180 and -180 degrees are one meridian and a pole has every longitude; about a metre.
const SAME_PLACE = (1 / 6_371_000) ** 2

/** The parts of a tier, which no client changes: those at one place each, and the one without a place. */
interface Parts {
  readonly placed: Ranking
  readonly nearest: (from: Location) => readonly number[]
  readonly unplaced: Ranking
}

// Clients come by the hundred thousand and bring the same few tiers.
const known = new WeakMap<Tier, Parts>()

// Plain loops: flatMap and spreads take longer than the sorting.
function append(out: Tier[], tier: Tier, from: Location): void {
  let parts = known.get(tier)
  if (parts === undefined) known.set(tier, (parts = partsOf(tier)))
  const { placed, nearest, unplaced } = parts
  for (const i of nearest(from)) out.push(placed[i]!)
  for (const last of unplaced) out.push(last)
}

function partsOf(tier: Tier): Parts {
  const placed: { readonly location: Location; readonly vector: Vector; readonly candidates: Candidate[] }[] = []
  const unplaced: Candidate[] = []
  for (const candidate of tier) {
    const { location } = candidate
    if (location === undefined) {
      unplaced.push(candidate)
      continue
    }
    const vector = vectorOf(location)
    const same = placed.find(part => chordSquared(part.vector, vector) < SAME_PLACE)
    if (same === undefined) placed.push({ location, vector, candidates: [candidate] })
    else same.candidates.push(candidate)
  }
  return {
    placed: placed.map(part => part.candidates),
    nearest: nearestFirst(placed.map(part => part.location)),
    unplaced: unplaced.length === 0 ? [] : [unplaced],
  }
}
