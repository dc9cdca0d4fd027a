// Steered records to steerings: one for each distinct way in which a name answers one type.
import type { Family } from '../../dns/address.js'
import { TYPE } from '../../dns/numbers.js'
import type { Candidate } from '../policies/policy.js'
import type { PolicySpec, SteeredRecord, TrafficDocument } from '../traffic/document.js'

/** A map is made for each distinct one of these. */
export interface MapSpec {
  readonly policy: PolicySpec
  /** In the document's order; rankings name them by their place here. */
  readonly candidates: readonly Candidate[]
}

/** How one record answers one family of addresses. */
export interface SteeringSpec {
  readonly record: Omit<SteeredRecord, 'owner'>
  readonly family: Family
  readonly mapKey: string
  readonly map: MapSpec
}

/** Gathers steerings, each distinct one once. */
export class SteeringTable {
  readonly specs: SteeringSpec[] = []
  private readonly known = new Map<string, number>()

  private readonly document: TrafficDocument

  constructor(document: TrafficDocument) {
    this.document = document
  }

  /**
   * Type and reference (~steering), in turn, for the types that the record answers. A name has A, or AAAA, for
   * everybody if any region that it can ever answer with has an address of that family: geography never decides existence.
   */
  entries(record: SteeredRecord): number[] {
    const regions = [...record.regions, ...record.fallback].map(id => this.document.regions.get(id)!) // parse checked them
    const has = (family: Family): boolean => regions.some(({ addresses }) => addresses.some(a => a.family === family))
    return [...(has(4) ? [TYPE.A, ~this.index(record, 4)] : []), ...(has(6) ? [TYPE.AAAA, ~this.index(record, 6)] : [])]
  }

  private index(steered: SteeredRecord, family: Family): number {
    const { owner: _, ...record } = steered
    const key = JSON.stringify([record, family])
    const known = this.known.get(key)
    if (known !== undefined) return known
    const map = mapSpec(this.document, record)
    const index = this.specs.push({ record, family, mapKey: mapKey(map), map }) - 1
    this.known.set(key, index)
    return index
  }
}

/** All that a map depends on, besides the database. Weights are not among it: they count when clients are shared out. */
export function mapKey({ policy, candidates }: MapSpec): string {
  return JSON.stringify([policy.steps, candidates.map(({ id, location }) => [id, location])])
}

function mapSpec(document: TrafficDocument, { policy, regions }: SteeringSpec['record']): MapSpec {
  const spec = document.policies.get(policy)! // parse checked it; the built-in ones are among them
  return { policy: spec, candidates: regions.map(id => candidate(document, id)) }
}

/** What of a region can change a ranking; its weight is looked up when the ranking is settled. */
function candidate({ regions }: TrafficDocument, id: string): Candidate {
  const { location, weight } = regions.get(id)! // parse checked it
  return location === undefined ? { id, weight } : { id, weight, location }
}
