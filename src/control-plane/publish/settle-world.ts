// All steerings of a document under today's health, overrides, plans and loads: what a snapshot is made of besides names.
import { isDeepStrictEqual } from 'node:util'
import type { Family } from '../../dns/address.js'
import type { ClientMap } from '../../snapshot/map.js'
import { sharedInt32 } from '../../snapshot/shared.js'
import type { ClientView, Snapshot, Steering } from '../../snapshot/snapshot.js'
import type { Gives } from '../health/endpoints.js'
import type { Health } from '../health/health.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Balance, balancedSharing } from './balanced.js'
import { ChoiceTable } from './choice-table.js'
import type { ForcedRegions } from './forced.js'
import type { RegionState } from './ladder.js'
import type { MapPair } from './map-maker.js'
import type { PlannedMoves } from './planned.js'
import { type Loads, regionNumbers, regionStates } from './region-states.js'
import { standings } from './standing.js'
import type { SteeringSpec } from './steerings.js'
import { samePartition } from './widen.js'

export interface Circumstances {
  readonly health: Health
  readonly forced: ForcedRegions
  readonly planned: PlannedMoves
  readonly loads: Loads
  readonly balance: Balance
  /** Epoch ms. */
  readonly at: number
}

/** A map that was widened for a table of choices, and serves all tables that put the same rankings together. */
export interface Widened {
  readonly base: ClientMap
  readonly choiceOf: Int32Array
  readonly map: ClientMap
}

/** A map that is to be widened for a table of choices. */
export interface Wanted {
  readonly family: Family
  readonly base: ClientMap
  readonly choiceOf: Int32Array
}

interface Steered {
  readonly document: TrafficDocument
  readonly specs: readonly SteeringSpec[]
  /** By SteeringSpec.mapKey. */
  readonly maps: ReadonlyMap<string, MapPair>
}

export interface SettledWorld {
  readonly shared: Pick<Snapshot, 'steerings' | 'choices' | 'members'>
  /** Where no widened map serves yet. */
  readonly wanted: readonly Wanted[]
  /** All that it depends on. */
  readonly inputs: Inputs
}

interface Inputs {
  readonly regions: readonly string[]
  readonly specs: readonly (Pick<SteeringSpec, 'record' | 'gives' | 'sharing'> & {
    readonly candidates: readonly string[]
  })[]
  readonly states: readonly ReadonlyMap<string, RegionState>[]
  readonly pairs: readonly MapPair[]
  readonly balance: Balance
}

/** @param before what was settled last: where nothing of what it depends on has changed, it is still right */
export function settleWorld(
  { document, specs, maps }: Steered,
  circumstances: Circumstances,
  widened: readonly Widened[],
  before?: SettledWorld,
): SettledWorld {
  const statesOf = statesIn(document, circumstances)
  const pairs = specs.map(({ mapKey }) => maps.get(mapKey)!) // the world has a map for each of its steerings
  const numbers = regionNumbers(document)
  const inputs: Inputs = {
    regions: [...numbers.keys()],
    specs: specs.map(({ record, gives, sharing, map }) => ({
      ...{ record, gives, sharing },
      candidates: map.candidates.map(({ id }) => id),
    })),
    states: specs.map(({ gives }) => statesOf(gives)),
    pairs,
    balance: circumstances.balance,
  }
  if (before?.wanted.length === 0 && sameInputs(before.inputs, inputs)) return before
  const table = new ChoiceTable(numbers)
  const room = new SharedRoom(pairs.reduce((sum, pair) => sum + pair[4].rankings.length + pair[6].rankings.length, 0))
  const wanted: Wanted[] = []
  const steerings = specs.map((spec, i): Steering => {
    const states = statesOf(spec.gives)
    const fallback = spec.record.fallback.map(id => states.get(id)!)
    const sharing = balancedSharing(spec, circumstances.balance)
    const own = spec.map.candidates.map(({ id }) => states.get(id)!) // regions of the same document
    const candidates = standings(own, sharing)
    const view = (family: Family): ClientView => {
      const { map: base, rankings } = pairs[i]![family]
      const choiceOf = room.put(table.settleAll(rankings, candidates, fallback, spec.record, sharing))
      const known = widened.find(entry => entry.base === base && samePartition(entry.choiceOf, choiceOf))
      if (known === undefined) wanted.push({ family, base, choiceOf })
      return { map: known?.map ?? base, choiceOf }
    }
    return { v4: view(4), v6: view(6) }
  })
  return { shared: { steerings, ...table.share() }, wanted, inputs }
}

/** Maps and plans are the same objects for as long as they stay as they are. */
function sameInputs({ pairs, balance, ...a }: Inputs, { pairs: others, balance: other, ...b }: Inputs): boolean {
  const sameMaps = pairs.length === others.length && pairs.every((pair, i) => pair === others[i])
  return sameMaps && balance === other && isDeepStrictEqual(a, b)
}

/** How regions stand as givers of one kind of answer; worked out once. */
function statesIn(
  document: TrafficDocument,
  { health, forced, planned, loads, at }: Circumstances,
): (gives: Gives) => ReadonlyMap<string, RegionState> {
  const known = new Map<Gives, ReadonlyMap<string, RegionState>>()
  return gives => {
    const states = known.get(gives) ?? regionStates(document, health, gives, forced, at, planned, loads)
    known.set(gives, states)
    return states
  }
}

/** One piece of shared memory for many lists of words: handing a snapshot over takes time for each piece. */
class SharedRoom {
  private readonly words: Int32Array
  private taken = 0

  constructor(length: number) {
    this.words = sharedInt32(length)
  }

  put(words: Int32Array): Int32Array {
    const first = this.taken
    this.taken += words.length
    const part = this.words.subarray(first, this.taken)
    part.set(words)
    return part
  }
}
