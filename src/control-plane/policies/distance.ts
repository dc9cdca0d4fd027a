// The step `distance`: nearest region first, by great-circle distance, which a bias makes shorter or longer.
import type { Vector } from '../geo/distance.js'
import { chordSquared, kilometres, vectorOf } from '../geo/distance.js'
import { nearestFirst } from '../geo/nearest.js'
import type { Location } from '../traffic/document/region.js'
import { valueFor } from './selection.js'
import type { Candidate, Maker, Ranking, Tier } from './step.js'
import { areAllLone } from './tiers.js'
import { measuredBy } from './words.js'

/**
 * Splits every tier by distance from the client, as the bias makes it (the formulas of Route 53's geoproximity routing):
 * times 1 − bias / 100 where that is positive, divided by 1 + bias / 100 where it is negative.
 * Regions at the same place stay equals; regions without a location come last, as one tier. A client without a location
 * gets the document's order, one tier a region.
 */
export const distance: Maker<'distance'> = ({ bias = {} }) => {
  const factorOf = (candidate: Candidate): number => factor(valueFor(candidate, bias) ?? 0)
  // Clients come by the hundred thousand and bring the same few tiers.
  const known = new WeakMap<Tier, Parts>()
  return {
    kind: 'order',
    rank({ tiers, client: { location } }) {
      if (areAllLone(tiers)) return tiers
      const out: Tier[] = []
      for (const tier of tiers) {
        if (tier.length === 1) out.push(tier)
        else if (location === undefined) for (const candidate of tier) out.push([candidate])
        else {
          let parts = known.get(tier)
          if (parts === undefined) known.set(tier, (parts = partsOf(tier, factorOf)))
          append(out, parts, location)
        }
      }
      return out
    },
    tell({ tiers, client: { location } }) {
      if (location === undefined) return 'the client has no location: the order of the document'
      const km = (candidate: Candidate): number | undefined =>
        candidate.location && kilometres(location, candidate.location) * factorOf(candidate)
      const biased = tiers.flat().some(candidate => factorOf(candidate) !== 1)
      return `nearest first${biased ? ', distances biased' : ''}: ${measuredBy(tiers.flat(), km, 'km')}`
    },
  }
}

const factor = (bias: number): number => (bias < 0 ? 1 / (1 + bias / 100) : 1 - bias / 100)

// On the sphere, since 180 and -180 degrees are one meridian and a pole has every longitude; about a metre.
const SAME_PLACE = (1 / 6_371_000) ** 2

/** The parts of a tier, which no client changes: those at one place each, and the one without a place. */
interface Parts {
  readonly placed: Ranking
  readonly nearest: (from: Location) => Int32Array
  readonly unplaced: Ranking
}

// Plain loops: flatMap and spreads take longer than the sorting.
function append(out: Tier[], { placed, nearest, unplaced }: Parts, from: Location): void {
  for (const i of nearest(from)) out.push(placed[i]!)
  for (const last of unplaced) out.push(last)
}

function partsOf(tier: Tier, factorOf: (candidate: Candidate) => number): Parts {
  const placed: {
    readonly location: Location
    readonly vector: Vector
    readonly factor: number
    readonly candidates: Candidate[]
  }[] = []
  const unplaced: Candidate[] = []
  for (const candidate of tier) {
    const { location } = candidate
    if (location === undefined) {
      unplaced.push(candidate)
      continue
    }
    const vector = vectorOf(location)
    const times = factorOf(candidate)
    const same = placed.find(part => chordSquared(part.vector, vector) < SAME_PLACE && part.factor === times)
    if (same === undefined) placed.push({ location, vector, factor: times, candidates: [candidate] })
    else same.candidates.push(candidate)
  }
  const factors = placed.map(({ factor }) => factor)
  return {
    placed: placed.map(part => part.candidates),
    nearest: nearestFirst(
      placed.map(part => part.location),
      factors.every(factor => factor === 1) ? undefined : factors,
    ),
    unplaced: unplaced.length === 0 ? [] : [unplaced],
  }
}
