// What a change would do: every steered name settled for every client as things are and as they would be. Clients are weighed by
// the addresses that they have, by the people of their countries, or by what they asked of late.

import type { Family } from '../../dns/address.js'
import { formatName } from '../../dns/name.js'
import type { Locate } from '../geo/library.js'
import { balancedSharing } from '../publish/balanced.js'
import type { ForcedRegions } from '../publish/forced.js'
import type { RegionState } from '../publish/ladder.js'
import type { Published, World } from '../publish/publisher.js'
import { regionStates } from '../publish/region-states.js'
import { settler as settlerOf } from '../publish/settler.js'
import { standings } from '../publish/standing.js'
import { recordFor, type SteeringSpec } from '../publish/steerings.js'
import type { SteeredRecord } from '../traffic/document/zone.js'
import { type Crossing, crossAddresses, crossClients, crossSame, type Maps } from './crossings.js'
import { type ExpectedLoad, loadByRates, loadOfNames, told } from './expected-load.js'
import { Latencies, type LatencyChange, type Settler } from './latency-change.js'
import { type Moves, Tally } from './moves.js'
import type { Population } from './population.js'
import { steeringFinder } from './question-trail.js'
import type { Demand, TrafficDemand } from './top.js'
import { type Weighed, whoAsked } from './weighed.js'

/** What becomes of one steered name, for one family of addresses. */
export interface NameChange extends Moves {
  readonly name: string
  /** CNAME where its regions have host names instead of addresses. */
  readonly type: Type
  /** A second, by samples; only where clients are weighed by what they asked. */
  readonly queries?: number
  /** Absent where nobody tells where clients are. */
  readonly latency?: LatencyChange
}

export interface Simulation {
  /** What clients are weighed by. */
  readonly over: Weighing['over']
  readonly names: readonly NameChange[]
  /** Only where the present one is known. */
  readonly load: ExpectedLoad
  /** Steered names that nobody was seen asking for: what would become of them is not known. */
  readonly unseen: readonly string[]
  /** Over population: countries whose people are left out, since no address is located there; most people first. */
  readonly unplaced?: readonly string[]
  /** Of all names together; each counts the same unless clients are weighed by what they asked. */
  readonly latency?: LatencyChange
}

/** What would be another way; absent: as it is. */
export interface Proposal {
  readonly world?: World
  readonly regions?: (state: RegionState) => RegionState
  /** What operators would have said; what they have said unless told. */
  readonly forced?: ForcedRegions
}

/** How clients are weighed; `rates` are answers a second by region, as counted. */
export type Weighing =
  | { readonly over: 'addresses'; readonly rates: Readonly<Record<string, number>> }
  | {
      readonly over: 'population'
      readonly population: Population
      readonly rates: Readonly<Record<string, number>>
    }
  | { readonly over: 'traffic'; readonly demand: TrafficDemand }

/** Regions that are new are taken to be up. @param locate absent: nothing is said of latency */
export async function simulate(
  published: Published,
  proposal: Proposal,
  weighing: Weighing,
  locate?: Locate,
): Promise<Simulation> {
  const { world = published.world, regions: change = state => state, forced = published.forced } = proposal
  const proposed = { ...published, forced }
  const before = new Map(steeredIn(published.world).map(one => [keyOf(one), one]))
  const after = new Map(steeredIn(world).map(one => [keyOf(one), one]))
  const demand = weighing.over === 'traffic' ? demandByName(published, before, weighing.demand) : undefined
  const names: NameChange[] = []
  const unseen: string[] = []
  const people = weighing.over === 'population' ? weighing.population : undefined
  const latency = locate && new Latencies(locate, people?.networks)
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [one, other] = [before.get(key), after.get(key)]
    const { name, type } = (one ?? other)! // the key is of one of them
    const maps = { before: mapsOf(published.world, one), after: mapsOf(world, other) }
    const asked = demand?.get(key)
    if (demand !== undefined && asked === undefined) {
      unseen.push(key)
      continue
    }
    const clients = asked && whoAsked(asked)
    const crossings = await cross(maps, clients ?? people?.networks)
    const now = one && settler(published, published.world, one.spec, state => state)
    const then = other && settler(proposed, world, other.spec, change)
    const moves = sum(crossings, now, then)
    const queries = asked && weighing.over === 'traffic' ? { queries: total(asked) / weighing.demand.seconds } : {}
    const scenery = {
      before: one && { spec: one.spec, pair: maps.before!, settle: now!, regions: published.world.document.regions },
      after: other && { spec: other.spec, pair: maps.after!, settle: then!, regions: world.document.regions },
    }
    const expected = latency && { latency: latency.add(scenery, clients) }
    names.push({ name, type, ...queries, ...moves, ...expected })
  }
  const all = new Map([...published.world.document.regions, ...world.document.regions])
  const load = weighing.over === 'traffic' ? loadOfNames(names) : loadByRates(names, weighing.rates)
  return {
    over: weighing.over,
    names,
    load: told(load, all),
    unseen,
    ...(people && { unplaced: people.unplaced }),
    ...(latency && { latency: latency.result() }),
  }
}

/** Others have their turn between two names. @param clients those of the name; all addresses unless told */
async function cross(maps: Maps, clients: readonly Weighed[] | undefined): Promise<readonly Crossing[]> {
  if (clients === undefined) return crossAddresses(maps)
  await new Promise(resolve => setImmediate(resolve))
  return crossClients(maps, clients)
}

/**
 * Of regions alone, over all addresses: told at once.
 * @param rates answers a second by region, as counted
 * @param locate absent: nothing is said of latency
 */
export function simulateRegions(
  published: Published,
  change: (state: RegionState) => RegionState,
  rates: Readonly<Record<string, number>> = {},
  locate?: Locate,
): Simulation {
  const { world } = published
  const { regions } = world.document
  const latency = locate && new Latencies(locate)
  const names = steeredIn(world).map(({ name, type, spec }) => {
    const pair = world.maps.get(spec.mapKey)! // the world has a map for each of its steerings
    const now = settler(published, world, spec, state => state)
    const then = settler(published, world, spec, change)
    const scene = { spec, pair, regions }
    const waits = latency?.add({ before: { ...scene, settle: now }, after: { ...scene, settle: then } }, undefined)
    return { name, type, ...sum(crossSame(pair), now, then), ...(waits && { latency: waits }) }
  })
  const load = told(loadByRates(names, rates), regions)
  return { over: 'addresses', names, load, unseen: [], ...(latency && { latency: latency.result() }) }
}

const TYPES = { 4: 'A', 6: 'AAAA', target: 'CNAME' } as const
type Type = (typeof TYPES)[keyof typeof TYPES]

interface SteeredName {
  readonly name: string
  readonly type: Type
  readonly spec: SteeringSpec
}

/** Steerings are interned without their owners. */
function steeredIn({ document, names }: World): readonly SteeredName[] {
  return [...document.zones.values()].flatMap(({ steered }) =>
    steered.flatMap(record =>
      names.steerings
        .filter(spec => isOf(spec, record))
        .map(spec => ({ name: formatName(record.owner), type: TYPES[spec.gives], spec })),
    ),
  )
}

function isOf({ record, gives }: SteeringSpec, steered: SteeredRecord): boolean {
  return JSON.stringify(record) === JSON.stringify(recordFor(steered, gives))
}

const keyOf = ({ name, type }: Pick<SteeredName, 'name' | 'type'>): string => `${name.toLowerCase()} ${type}`

const mapsOf = ({ maps }: World, steered: SteeredName | undefined) => steered && maps.get(steered.spec.mapKey)

/** What was asked leads to a steered name by itself, by an alias, or by a wildcard. */
function demandByName(
  published: Published,
  names: ReadonlyMap<string, SteeredName>,
  { of }: TrafficDemand,
): ReadonlyMap<string, readonly Demand[]> {
  const find = steeringFinder(published)
  const leadsTo = (name: string, type: string): string | undefined => {
    const steered = find(name, type)
    if (steered === undefined) return undefined
    const key = keyOf({ name: formatName(steered.at), type: TYPES[steered.spec.gives] })
    // An ALIAS has the steering of its target, and is no steered name of its own.
    return names.has(key) ? key : [...names].find(([, one]) => one.spec === steered.spec)?.[0]
  }
  const byName = new Map<string, Demand[]>()
  for (const demand of of) {
    const key = leadsTo(demand.name, demand.type)
    if (key === undefined) continue
    const own = byName.get(key) ?? []
    own.push(demand)
    byName.set(key, own)
  }
  return byName
}

const total = (demand: readonly Demand[]): number => demand.reduce((sum, { queries }) => sum + queries, 0)

function settler(
  { health, forced, planned, loads, balance, at }: Published,
  { document, maps }: World,
  spec: SteeringSpec,
  change: (state: RegionState) => RegionState,
): Settler {
  const is = regionStates(document, health, spec.gives, forced, at, planned, loads)
  const states = new Map([...is].map(([id, state]) => [id, change(state)]))
  const own = spec.map.candidates.map(({ id }) => states.get(id)!) // regions of the same document
  const candidates = standings(own, spec.sharing)
  const fallback = spec.record.fallback.map(id => states.get(id)!)
  const pair = maps.get(spec.mapKey)! // the world has a map for each of its steerings
  const sharing = balancedSharing(spec, balance)
  const choicesOf = (family: Family) => settlerOf(pair[family].rankings, candidates, fallback, spec.record, sharing)
  const choices = { 4: choicesOf(4), 6: choicesOf(6) }
  return (family, ranking) => choices[family](ranking)
}

function sum(crossings: readonly Crossing[], now: Settler | undefined, then: Settler | undefined): Moves {
  const whole = crossings.reduce((sum, { weight }) => sum + weight, 0)
  const tally = new Tally()
  for (const { family, before, after, weight } of crossings)
    tally.add(
      weight / whole,
      before === undefined ? undefined : now?.(family, before),
      after === undefined ? undefined : then?.(family, after),
    )
  return tally.result()
}
