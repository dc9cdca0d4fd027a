// Clients that were seen asking, in groups: those whom a policy that balances ranks alike.
import { type AddressBytes, parsePrefix } from '../../dns/address.js'
import type { Group, Option, Shares } from '../balance/problem.js'
import { expectedLatency, networksWithRows } from '../geo/expected-latency.js'
import type { LatencyTable } from '../geo/latency-table.js'
import type { Locate } from '../geo/library.js'
import { balanceKey, rankingKey } from '../publish/balanced.js'
import type { RegionState } from '../publish/ladder.js'
import type { Published } from '../publish/publisher.js'
import { type CompactRanking, rankingReader } from '../publish/rankings.js'
import { regionStates } from '../publish/region-states.js'
import { type Choice, settle } from '../publish/settle.js'
import { sharesOf } from '../publish/shares.js'
import { type Standing, standings } from '../publish/standing.js'
import type { SteeringSpec } from '../publish/steerings.js'
import { rankingOf } from './crossings.js'
import { type Land, lander, type SeenNetwork } from './landing.js'
import { steeringFinder } from './question-trail.js'
import type { TrafficDemand } from './top.js'

export interface SeenGroup extends Omit<Group, 'demand'> {
  /** A second, by samples. */
  readonly queries: number
  /** What settling knows it by (../publish/balanced.ts). */
  readonly steering: string
  readonly ranking: string
}

export interface SeenClients {
  readonly groups: readonly SeenGroup[]
  /** Queries a second by region, of clients of policies that do not balance. */
  readonly others: ReadonlyMap<string, number>
  /** The share of its capacity that a region should carry, unless it reports another target; the least of its policies. */
  readonly targets: ReadonlyMap<string, number>
}

/** Clients of one ranking, as they are gathered. */
interface Gathered {
  readonly scene: Scene
  readonly ranking: CompactRanking
  readonly networks: SeenNetwork[]
  queries: number
  /** By region id, ms × queries, and the queries that it is known for. */
  readonly waits: Map<string, { ms: number; known: number }>
}

export function seenClients(published: Published, { of, seconds }: TrafficDemand, locate: Locate): SeenClients {
  const find = steeringFinder(published)
  const sceneOf = scenes(published)
  const read = rankingReader()
  const gathered = new Map<string, Gathered>()
  const others = new Map<string, number>()
  for (const { client, name, type, queries } of of) {
    const spec = find(name, type)?.spec
    const prefix = parsePrefix(client)
    if (spec === undefined || prefix === undefined) continue
    const scene = sceneOf(spec)
    const family = prefix.bytes.length === 4 ? 4 : 6
    const pair = published.world.maps.get(spec.mapKey)! // the world has a map for each of its steerings
    const ranking = read(pair[family].rankings, rankingOf(pair[family].map, prefix.bytes))
    const choice = scene.settled(ranking)
    if (spec.sharing.balance === undefined || choice.rung !== 'healthy') {
      for (const [region, share] of sharesOf(choice)) add(others, region, (share * queries) / seconds)
      continue
    }
    const key = scene.keyOf(ranking)
    const group: Gathered = gathered.get(key) ?? { scene, ranking, networks: [], queries: 0, waits: new Map() }
    gathered.set(key, group)
    group.queries += queries / seconds
    group.networks.push({ bytes: prefix.bytes, queries })
    wait(group, queries / seconds, prefix.bytes, locate)
  }
  return { groups: [...gathered].map(([key, group]) => seenGroup(key, group)), others, targets: targetsOf(published) }
}

const add = (sums: Map<string, number>, key: string, by: number) => sums.set(key, (sums.get(key) ?? 0) + by)

function wait({ scene, waits }: Gathered, queries: number, bytes: AddressBytes, locate: Locate): void {
  const { table, spec } = scene
  const networks = table === undefined ? [] : networksWithRows(table, bytes)
  const ms = expectedLatency(table, { ...locate(bytes)?.place, networks })
  for (const region of spec.map.candidates) {
    const expected = ms(region)
    if (expected === undefined) continue
    const sum = waits.get(region.id) ?? { ms: 0, known: 0 }
    waits.set(region.id, { ms: sum.ms + expected * queries, known: sum.known + queries })
  }
}

function seenGroup(key: string, { scene, ranking, networks, queries, waits }: Gathered): SeenGroup {
  return {
    key,
    queries,
    steering: scene.key,
    ranking: key.slice(scene.key.length + 1),
    natural: sharesOf(scene.settled(ranking)) as Shares,
    lands: shares => scene.land(networks, shares),
    options: optionsOf(ranking, scene.candidates, id => {
      const sum = waits.get(id)
      return sum && sum.ms / sum.known
    }),
  }
}

/** What a region costs more than the one before it that is no nearer, ms. */
const PLACE_MS = 10

/**
 * What each region costs that could serve, in the order of the policy: a region that the policy puts after another costs more,
 * however near it is, since the policy has its reasons.
 */
function optionsOf(
  { tiers, inside }: CompactRanking,
  candidates: readonly Standing[],
  msOf: (region: string) => number | undefined,
): readonly Option[] {
  let last = 0
  return tiers.slice(0, inside).flatMap(tier => {
    const open = tier.map(place => candidates[place]!).filter(({ serves }) => serves)
    if (open.length === 0) return []
    // Equals are as good as each other: how they share is for their weights to say.
    const mean = open.reduce((sum, { id }) => sum + (msOf(id) ?? 0), 0) / open.length
    last = mean > last ? mean : last + PLACE_MS
    return open.map(({ id }) => ({ region: id, ms: last }))
  })
}

interface Scene {
  readonly spec: SteeringSpec
  readonly key: string
  readonly table: LatencyTable | undefined
  readonly candidates: readonly Standing[]
  /** Of the group that a ranking makes: the key of the scene, a space, and that of the ranking. */
  keyOf(ranking: CompactRanking): string
  /** What comes of shares. */
  readonly land: Land
  /** By policy alone. */
  settled(ranking: CompactRanking): Choice
}

/** Each steering under the health of now; made once. */
function scenes(published: Published): (spec: SteeringSpec) => Scene {
  const { world, health, forced, planned, loads, at } = published
  const known = new Map<SteeringSpec, Scene>()
  return spec => {
    const before = known.get(spec)
    if (before !== undefined) return before
    const states = regionStates(world.document, health, spec.gives, forced, at, planned, loads)
    const made = scene(spec, states, lander(published, spec.sharing))
    known.set(spec, made)
    return made
  }
}

function scene(spec: SteeringSpec, states: ReadonlyMap<string, RegionState>, land: Land): Scene {
  const { record, sharing, map } = spec
  const candidates = standings(
    map.candidates.map(({ id }) => states.get(id)!), // regions of the same document
    sharing,
  )
  const fallback = record.fallback.map(id => states.get(id)!)
  const key = balanceKey(spec)
  const keys = new Map<CompactRanking, string>()
  const known = new Map<CompactRanking, Choice>()
  return {
    spec,
    key,
    table: map.tables === undefined ? undefined : [...map.tables.values()][0],
    candidates,
    land,
    keyOf(ranking) {
      const own = keys.get(ranking) ?? `${key} ${rankingKey(ranking, candidates)}`
      keys.set(ranking, own)
      return own
    },
    settled(ranking) {
      const choice = known.get(ranking) ?? settle(ranking, candidates, fallback, record, sharing)
      known.set(ranking, choice)
      return choice
    },
  }
}

function targetsOf({ world }: Published): ReadonlyMap<string, number> {
  const targets = new Map<string, number>()
  for (const { sharing, map } of world.names.steerings)
    for (const { id } of sharing.balance === undefined ? [] : map.candidates)
      targets.set(id, Math.min(targets.get(id) ?? 1, sharing.balance!.target))
  return targets
}
