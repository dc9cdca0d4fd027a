// Steered records to steerings: one for each distinct way in which a name answers one type.
import { TYPE } from '../../dns/numbers.js'
import { endpoints, type Gives } from '../health/endpoints.js'
import type { Candidate } from '../policies/policy.js'
import type { PolicySpec, SteeredRecord, TrafficDocument } from '../traffic/document.js'

/** A map is made for each distinct one of these. */
export interface MapSpec {
  readonly policy: PolicySpec
  /** In the document's order; rankings name them by their place here. */
  readonly candidates: readonly Candidate[]
}

/** How one record answers: with addresses of one family, or with the targets of its regions. */
export interface SteeringSpec {
  readonly record: Omit<SteeredRecord, 'owner'>
  readonly gives: Gives
  readonly mapKey: string
  readonly map: MapSpec
}

/** What a record can give, and as which type. */
const KINDS: readonly (readonly [Gives, number])[] = [
  [4, TYPE.A],
  [6, TYPE.AAAA],
  ['target', TYPE.CNAME],
]

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
   * Where its regions have targets it has a CNAME, and nothing else.
   */
  entries(record: SteeredRecord): number[] {
    const regions = [...record.regions, ...record.fallback].map(id => this.document.regions.get(id)!) // parse checked them
    const given = new Set(regions.flatMap(endpoints).map(({ gives }) => gives))
    return KINDS.flatMap(([gives, type]) => (given.has(gives) ? [type, ~this.index(record, gives)] : []))
  }

  private index(steered: SteeredRecord, gives: Gives): number {
    const { owner: _, ...record } = steered
    const key = JSON.stringify([record, gives])
    const known = this.known.get(key)
    if (known !== undefined) return known
    const map = mapSpec(this.document, record)
    const index = this.specs.push({ record, gives, mapKey: mapKey(map), map }) - 1
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
