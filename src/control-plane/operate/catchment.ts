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
import { standings } from '../publish/standing.js'
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

/**
 * The catchments of a steered name; undefined where the name, for this type, is not steered.
 * @throws ExplainError where the name is none
 */
export function catchment(
  { world, health, forced, planned, loads, balance, snapshot, at }: Published,
  cells: readonly Cell[],
  name: string,
  type: string,
): Catchment | undefined {
  const asked = readAsked({ name, type })
  const trail = follow(snapshot, asked.name, asked.type)
  if (trail.kind !== 'steered' || trail.at === undefined) return undefined
  const spec = world.names.steerings[trail.steering]!
  const states = regionStates(world.document, health, spec.gives, forced, at, planned, loads)
  const outcomes = new Outcomes()
  const settled = settler(spec, balance, states, outcomes)
  return {
    name: formatName(trail.at),
    type,
    policy: spec.record.policy,
    cells: cells.map(cell => [cell.location.latitude, cell.location.longitude, cell.country, ...settled(cell)]),
    outcomes: outcomes.list,
  }
}

type Pair = readonly [now: number, next: number]

/** Settles what the policy makes of a cell; cells by the hundred come to the same ranking. */
function settler(
  spec: SteeringSpec,
  balance: Balance,
  states: ReadonlyMap<string, RegionState>,
  outcomes: Outcomes,
): (cell: Cell) => Pair {
  const { map, record } = spec
  const sharing = balancedSharing(spec, balance)
  const places = new Map(map.candidates.map(({ id }, place) => [id, place]))
  const candidates = map.candidates.map(({ id }) => states.get(id)!) // regions of the same document
  const policy = preparePolicy(map.policy, map.candidates, map.tables)
  const fallback = record.fallback.map(id => states.get(id)!)
  const known = new Map<string, Pair>()
  return cell => {
    const { tiers, inside } = policy.rank(cell)
    const key = `${inside} ${tiers.map(tier => tier.map(({ id }) => id).join()).join('|')}`
    const before = known.get(key)
    if (before !== undefined) return before
    const ranking: CompactRanking = { tiers: tiers.map(tier => tier.map(({ id }) => places.get(id)!)), inside }
    const settled = (states: readonly RegionState[], reserves: readonly RegionState[]): Choice =>
      settle(ranking, standings(states, sharing), reserves, record, sharing)
    const now = settled(candidates, fallback)
    const gone = new Set(now.members.map(({ id }) => id))
    const without = (states: readonly RegionState[]) =>
      states.map(state => (gone.has(state.id) ? { ...state, up: false } : state))
    const pair: Pair = [outcomes.numberOf(now), outcomes.numberOf(settled(without(candidates), without(fallback)))]
    known.set(key, pair)
    return pair
  }
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
