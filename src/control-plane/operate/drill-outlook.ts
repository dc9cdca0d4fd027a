// What a drill would do, before it does it: who moves where, what each region would be asked, who would reach the ladder. Pure.

import type { Locate } from '../geo/library.js'
import { balancedSharing } from '../publish/balanced.js'
import type { RegionState } from '../publish/ladder.js'
import type { Published } from '../publish/publisher.js'
import { regionStates } from '../publish/region-states.js'
import { settler } from '../publish/settler.js'
import { standings } from '../publish/standing.js'
import type { DrillPlan } from './drill.js'
import type { LatencyChange } from './latency-change.js'
import { type Move, NOWHERE } from './moves.js'
import { type Simulation, simulateRegions } from './simulate.js'

export interface Outlook {
  /** Why it could not begin now, every reason. */
  readonly objections: readonly string[]
  /** By region, the share of all answers that it is to have at the height of the drill, 0 to 1. */
  readonly predicted: Readonly<Record<string, number>>
  /** Who would move where, by the mean of all steered names; the greatest first. */
  readonly moves: readonly Move[]
  /** By region, answers a second now and then. */
  readonly load: Simulation['load']
  /** Round-trip times that clients are to expect, before and at the height of the drill; absent where nobody tells where they are. */
  readonly latency?: LatencyChange
  /** Seconds that answers with a target are kept, at most, as things are now. */
  readonly ttl: number
}

export type Foretold = Omit<Outlook, 'objections'>

/**
 * @param rates answers a second by region, as counted
 * @returns also what the guards say of it
 */
export function foretell(
  published: Published,
  plan: DrillPlan,
  rates: Readonly<Record<string, number>>,
  locate?: Locate,
): { readonly foretold: Foretold; readonly objections: readonly string[] } {
  const simulation = simulateRegions(published, changeOf(plan), rates, locate)
  const { latency } = simulation
  return {
    foretold: {
      predicted: predictedShares(simulation),
      moves: meanMoves(simulation),
      load: simulation.load,
      ...(latency && { latency }),
      ttl: greatestTtl(published, plan.targets),
    },
    objections: [...overloads(simulation, plan), ...onLadder(simulation)],
  }
}

/** At its height. */
const changeOf = ({ kind, targets, steps }: DrillPlan) => {
  const drain = Math.max(...steps.map(({ percent }) => percent))
  return (state: RegionState): RegionState => {
    if (!targets.includes(state.id)) return state
    return kind === 'fault' ? { ...state, up: false } : { ...state, drain: Math.max(state.drain, drain) }
  }
}

/** As it will be counted, by what regions are asked now; by address space where nobody asks. */
function predictedShares({ names, load }: Simulation): Readonly<Record<string, number>> {
  const asked = Object.entries(load).map(([id, { expected }]) => [id, expected] as const)
  if (asked.some(([, rate]) => rate > 0)) return shares(asked)
  return shares(names.flatMap(({ after }) => Object.entries(after)))
}

function shares(amounts: readonly (readonly [id: string, amount: number])[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>()
  for (const [id, amount] of amounts) sums.set(id, (sums.get(id) ?? 0) + amount)
  const all = [...sums.values()].reduce((sum, amount) => sum + amount, 0)
  return Object.fromEntries([...sums].flatMap(([id, amount]) => (amount > 0 ? [[id, amount / all]] : [])))
}

function meanMoves({ names }: Simulation): readonly Move[] {
  const sums = new Map<string, Move>()
  for (const { from, to, share } of names.flatMap(({ moves }) => moves)) {
    const key = `${from} ${to}`
    sums.set(key, { from, to, share: (sums.get(key)?.share ?? 0) + share / names.length })
  }
  return [...sums.values()].sort((a, b) => b.share - a.share)
}

/** Regions that are over the mark today are told of too: then is no time for a drill. */
export function overloads({ load }: Pick<Foretold, 'load'>, { guards: { maxLoad } }: DrillPlan): readonly string[] {
  return Object.entries(load).flatMap(([id, { expected, capacity }]) =>
    capacity === undefined || expected <= capacity * maxLoad
      ? []
      : [`${id} would be asked ${overload(expected, capacity, maxLoad)}`],
  )
}

/** `1200 times a second, 120 % of its capacity; 100 % is the most` */
export const overload = (rate: number, capacity: number, maxLoad: number): string =>
  `${Math.round(rate)} times a second, ${Math.round((rate / capacity) * 100)} % of its capacity; ${Math.round(maxLoad * 100)} % is the most`

function onLadder({ names }: Simulation): readonly string[] {
  return names.flatMap(({ name, type, ladder, after, before }) => {
    const rungs = Object.entries(ladder).filter(([, share]) => share > 0)
    const words = rungs.map(
      ([rung, share]) => `${name} ${type}: ${percent(share)} of its clients would be answered by its rung ${rung}`,
    )
    const lost = (after[NOWHERE] ?? 0) - (before[NOWHERE] ?? 0)
    return rungs.length === 0 && lost > 0
      ? [`${name} ${type}: ${percent(lost)} of its clients would get no address`]
      : words
  })
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`

/** Of all answers that may hold one of the regions. */
export function greatestTtl(
  { world: { document, names, maps }, health, forced, planned, balance, at }: Published,
  targets: readonly string[],
): number {
  let most = 0
  for (const spec of names.steerings) {
    const { gives, map, mapKey, record, sharing } = spec
    if (!map.candidates.some(({ id }) => targets.includes(id))) continue
    const states = regionStates(document, health, gives, forced, at, planned)
    const candidates = standings(
      map.candidates.map(({ id }) => states.get(id)!), // regions of the same document
      sharing,
    )
    const fallback = record.fallback.map(id => states.get(id)!)
    const balanced = balancedSharing(spec, balance)
    const pair = maps.get(mapKey)! // the world has a map for each of its steerings
    for (const { rankings } of [pair[4], pair[6]]) {
      const choiceOf = settler(rankings, candidates, fallback, record, balanced)
      const choices = new Set(Array.from({ length: rankings.length }, (_, ranking) => choiceOf(ranking)))
      for (const { members, ttl } of choices)
        if (members.some(({ id }) => targets.includes(id))) most = Math.max(most, ttl)
    }
  }
  return most
}
