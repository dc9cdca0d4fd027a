// Catchments: for every cell of land, which regions its clients get now, and which they would get if those were gone.
import { formatName } from '../../dns/name.js'
import type { Rung } from '../../snapshot/choices.js'
import type { Cell } from '../geo/cells.js'
import { preparePolicy } from '../policies/policy.js'
import { type Balance, balancedSharing } from '../publish/balanced.js'
import type { RegionState } from '../publish/ladder.js'
import type { Published } from '../publish/publisher.js'
import type { CompactRanking } from '../publish/rankings.js'
import { regionStates } from '../publish/region-states.js'
import { type Choice, settle } from '../publish/settle.js'
import { sharesOf } from '../publish/shares.js'
import { standings, without } from '../publish/standing.js'
import type { SteeringSpec } from '../publish/steerings.js'
import { readAsked } from './asked.js'
import { follow } from './trail.js'

/** What the clients of a cell come to. Shares add up to 1; none where the ladder answers without addresses. */
export interface Outcome {
  readonly rung: Rung
  readonly regions: readonly { readonly region: string; readonly share: number }[]
}

export interface Catchment {
  /** With the final dot. */
  readonly name: string
  readonly type: string
  readonly policy: string
  /** Each once; cells name them by their place here. */
  readonly outcomes: readonly Outcome[]
  /** For each cell: latitude, longitude, country, the outcome now, and the outcome if its regions were gone. */
  readonly cells: readonly (readonly [number, number, string, number, number])[]
}

/** What is in force stays as it is until something else is: everybody who looks at a map of it is told the same. */
const kept = new WeakMap<Published, Map<string, Catchment>>()

/**
 * The catchments of a steered name; undefined where the name, for this type, is not steered.
 * @param cells the same at every call
 * @throws ExplainError where the name is none
 */
export function catchment(
  published: Published,
  cells: readonly Cell[],
  name: string,
  type: string,
): Catchment | undefined {
  const asked = readAsked({ name, type })
  const trail = follow(published.snapshot, asked.name, asked.type)
  if (trail.kind !== 'steered' || trail.at === undefined) return undefined
  const known = kept.get(published) ?? new Map<string, Catchment>()
  kept.set(published, known)
  const key = `${formatName(trail.at)} ${type}`
  const found = known.get(key) ?? compute(published, cells, formatName(trail.at), type, trail.steering)
  known.set(key, found)
  return found
}

function compute(
  { world, health, forced, planned, loads, balance, at }: Published,
  cells: readonly Cell[],
  name: string,
  type: string,
  steering: number,
): Catchment {
  const spec = world.names.steerings[steering]!
  const states = regionStates(world.document, health, spec.gives, forced, at, planned, loads)
  const outcomes = new Outcomes()
  const { rankings, places } = rank(spec.map, cells)
  const pairs = rankings.map(settler(spec, balance, states, outcomes))
  return {
    name,
    type,
    policy: spec.record.policy,
    cells: cells.map(({ location: { latitude, longitude }, country }, i) => [
      latitude,
      longitude,
      country,
      ...pairs[places[i]!]!,
    ]),
    outcomes: outcomes.list,
  }
}

type Pair = readonly [now: number, next: number]

/** Settles what the policy makes of cells; by the hundred they come to the same ranking. */
function settler(
  spec: SteeringSpec,
  balance: Balance,
  states: ReadonlyMap<string, RegionState>,
  outcomes: Outcomes,
): (ranking: CompactRanking) => Pair {
  const { map, record } = spec
  const sharing = balancedSharing(spec, balance)
  const candidates = map.candidates.map(({ id }) => states.get(id)!) // regions of the same document
  const reserves = record.fallback.map(id => states.get(id)!)
  const now = { standing: standings(candidates, sharing), reserves }
  const lacking = (gone: ReadonlySet<string>): typeof now => ({
    standing: without(now.standing, gone, sharing),
    reserves: reserves.map(state => (gone.has(state.id) ? { ...state, up: false } : state)),
  })
  /** By the regions that are gone: most cells have one of a few. */
  const worlds = new Map<string, typeof now>()
  return ranking => {
    const settled = ({ standing, reserves }: typeof now): Choice => settle(ranking, standing, reserves, record, sharing)
    const present = settled(now)
    const gone = new Set(present.members.map(({ id }) => id))
    const key = [...gone].join()
    const next = worlds.get(key) ?? lacking(gone)
    worlds.set(key, next)
    return [outcomes.numberOf(present), outcomes.numberOf(settled(next))]
  }
}

interface Ranked {
  /** Each once. */
  readonly rankings: readonly CompactRanking[]
  /** For each cell the place of its ranking. */
  readonly places: readonly number[]
}

/** Health moves no ranking, and somebody who looks asks anew whenever it moves. */
const remembered = new WeakMap<SteeringSpec['map'], { readonly cells: readonly Cell[]; readonly ranked: Ranked }>()

function rank(map: SteeringSpec['map'], cells: readonly Cell[]): Ranked {
  const before = remembered.get(map)
  if (before?.cells === cells) return before.ranked
  const numbers = new Map(map.candidates.map(({ id }, place) => [id, place]))
  const policy = preparePolicy(map.policy, map.candidates, map.tables)
  const rankings: CompactRanking[] = []
  const known = new Map<string, number>()
  const places = cells.map(cell => {
    const { tiers, inside } = policy.rank(cell)
    const ranking = { tiers: tiers.map(tier => tier.map(({ id }) => numbers.get(id)!)), inside }
    const key = JSON.stringify(ranking)
    const place = known.get(key) ?? rankings.push(ranking) - 1
    known.set(key, place)
    return place
  })
  const ranked = { rankings, places }
  remembered.set(map, { cells, ranked })
  return ranked
}

class Outcomes {
  readonly list: Outcome[] = []
  private readonly numbers = new Map<string, number>()

  numberOf(choice: Choice): number {
    const { rung } = choice
    const regions = [...sharesOf(choice)].map(([region, share]) => ({ region, share }))
    const key = JSON.stringify([rung, regions])
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const number = this.list.push({ rung, regions }) - 1
    this.numbers.set(key, number)
    return number
  }
}
