// Steered records to steerings: one for each distinct way in which a name answers one type.
import type { Family } from '../../dns/address.js'
import { TYPE } from '../../dns/numbers.js'
import { type ClientKey, namesAs, namesNetwork } from '../geo/client-key.js'
import { countryOf } from '../geo/countries.js'
import { keysOfRows, type LatencyTables } from '../geo/latency-table.js'
import { endpoints, type Gives } from '../health/endpoints.js'
import { type Candidate, preparePolicy } from '../policies/policy.js'
import type { Sharing } from '../policies/step.js'
import type { PolicySpec, StepSpec } from '../traffic/document/policy.js'
import type { SteeredRecord } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'

/** A map is made for each distinct one of these. */
export interface MapSpec {
  /** Steps that only share clients out are not among its steps. */
  readonly policy: PolicySpec
  /** In the document's order; rankings name them by their place here. */
  readonly candidates: readonly Candidate[]
  /** Those that the policy reads; absent where it reads none. */
  readonly tables?: LatencyTables
}

/** How one record answers: with addresses of one family, or with the targets of its regions. */
export interface SteeringSpec {
  readonly record: Omit<SteeredRecord, 'owner'>
  readonly gives: Gives
  readonly mapKey: string
  readonly map: MapSpec
  readonly sharing: Sharing
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
  /** By all that a record says but its owner. */
  private readonly entriesOf = new Map<string, number[]>()

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
    const words = wordsOf(record)
    const known =
      this.entriesOf.get(words) ?? this.given(record).flatMap(([gives, type]) => [type, ~this.index(record, gives)])
    this.entriesOf.set(words, known)
    return known
  }

  /** The types that the record answers. */
  types(record: SteeredRecord): number[] {
    return this.given(record).map(([, type]) => type)
  }

  private given(record: SteeredRecord): typeof KINDS {
    const regions = [...record.regions, ...record.fallback].map(id => this.document.regions.get(id)!) // parse checked them
    const given = new Set<Gives>([
      ...regions.flatMap(endpoints).map(({ gives }) => gives),
      ...(record.fixed ?? []).map(({ family }) => family),
    ])
    return KINDS.filter(([gives]) => given.has(gives))
  }

  private index(steered: SteeredRecord, gives: Gives): number {
    const record = recordFor(steered, gives)
    const key = JSON.stringify([record, gives])
    const known = this.known.get(key)
    if (known !== undefined) return known
    const index = this.specs.push(steeringSpec(this.document, record, gives)) - 1
    this.known.set(key, index)
    return index
  }
}

/** How a record answers with this document's regions and policies. */
export function steeringSpec(document: TrafficDocument, record: SteeringSpec['record'], gives: Gives): SteeringSpec {
  const policy = document.policies.get(record.policy)! // parse checked it; the built-in ones are among them
  const candidates = record.regions.map(id => candidate(document, id))
  const map = mapSpec(policy, candidates, document.latency)
  const { sharing } = preparePolicy(policy, candidates, document.latency)
  return { record, gives, mapKey: mapKey(map), map, sharing }
}

/** All that a record says, but its owner. */
function wordsOf(record: SteeredRecord): string {
  const { owner: _, ...rest } = record
  const words = known.get(record) ?? JSON.stringify(rest)
  known.set(record, words)
  return words
}

const known = new WeakMap<SteeredRecord, string>()

/** What of a record one of its steerings has: of fixed addresses those that it can give. */
export function recordFor({ owner: _, fixed, ...rest }: SteeredRecord, gives: Gives): SteeringSpec['record'] {
  return fixed === undefined ? rest : { ...rest, fixed: fixed.filter(({ family }) => family === gives) }
}

/** All that a map depends on, besides the databases. Weights are not among it: they count when clients are shared out. */
export function mapKey({ policy: { steps }, candidates, tables = new Map() }: MapSpec): string {
  const byTags = steps.some(step => !LOOKS_AT_PLACES_ONLY.includes(step.step) || hasOptionsByTag(step))
  return JSON.stringify([
    steps,
    candidates.map(({ id, location, country, tags, tier }) => [id, location, ...(byTags ? [country, tags, tier] : [])]),
    [...tables].map(([name, { digest }]) => [name, digest]),
  ])
}

/** A new tag should not make the map of `nearest` anew. */
const LOOKS_AT_PLACES_ONLY: readonly StepSpec['step'][] = ['distance', 'latency', 'order', 'spread']

const hasOptionsByTag = (step: StepSpec): boolean => step.step === 'distance' && step.bias !== undefined

/** Steps that say how clients are shared out, which is settled at every change and is no part of a map. */
const SHARES: readonly StepSpec['step'][] = ['weight', 'sticky', 'round-robin', 'shed', 'balance', 'trickle', 'take']

function mapSpec({ id, steps }: PolicySpec, candidates: readonly Candidate[], all: LatencyTables): MapSpec {
  const orders = steps.filter(({ step }) => !SHARES.includes(step))
  const names = new Set(orders.flatMap(tablesOf))
  const tables = new Map([...all].filter(([name]) => names.has(name)))
  return { policy: { id, steps: orders }, candidates, ...(tables.size === 0 ? {} : { tables }) }
}

const tablesOf = (step: StepSpec): readonly string[] =>
  step.step === 'groups'
    ? step.groups.flatMap(({ steps }) => steps.flatMap(tablesOf))
    : step.step === 'latency' && step.table !== undefined
      ? [step.table]
      : []

/** The keys of clients that a policy and its tables name. */
export const keysIn = ({ policy, tables = new Map() }: MapSpec): readonly ClientKey[] => [
  ...policy.steps.flatMap(keysOf),
  ...[...tables.values()].flatMap(({ rows }) => [...rows.keys()]),
]

/** Those keys of them that name networks of a family. */
export const networksIn = ({ policy, tables = new Map() }: MapSpec, family: Family) => ({
  ruled: policy.steps.flatMap(keysOf).filter(key => namesNetwork(key) && key.includes(':') === (family === 6)),
  rows: [...tables.values()].flatMap(({ rows }) => keysOfRows(rows).networks[family]),
})

/** Whether of a client nothing counts but where it is, and which of the networks that are named it lies in. */
export function goesByLocation({ policy, tables = new Map() }: MapSpec): boolean {
  return (
    !policy.steps.some(looksAtMore) && [...tables.values()].every(({ rows }) => keysOfRows(rows).others.length === 0)
  )
}

const looksAtMore = (step: StepSpec): boolean =>
  step.step === 'groups'
    ? step.groups.some(({ steps }) => steps.some(looksAtMore))
    : step.step === 'geo' || step.step === 'fence'

function keysOf(step: StepSpec): readonly ClientKey[] {
  switch (step.step) {
    case 'geo':
      return (step.rules ?? []).map(({ clients }) => clients)
    case 'fence':
      return step.clients
    case 'groups':
      return step.groups.flatMap(({ steps }) => steps.flatMap(keysOf))
    default:
      return []
  }
}

/** Whether a map depends on the numbers of autonomous systems, so that a second database is walked. */
export function readsSystems({ policy, tables = new Map() }: MapSpec): boolean {
  return [policy.steps.flatMap(keysOf), ...[...tables.values()].map(({ rows }) => keysOfRows(rows).others)].some(keys =>
    keys.some(namesAs),
  )
}

/** What of a region can change a ranking; its weight is looked up when the ranking is settled. */
function candidate({ regions }: TrafficDocument, id: string): Candidate {
  const { location, country, tags, tier, weight } = regions.get(id)! // parse checked it
  const continent = country === undefined ? undefined : countryOf(country)?.continent
  return {
    id,
    weight,
    ...(location === undefined ? {} : { location }),
    ...(country === undefined ? {} : { country }),
    ...(continent === undefined ? {} : { continent }),
    ...(tags === undefined ? {} : { tags }),
    ...(tier === undefined ? {} : { tier }),
  }
}
