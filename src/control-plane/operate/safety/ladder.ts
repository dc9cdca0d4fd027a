// No more of the clients of a name than so many are answered from a lower rung of its ladder.
import type { Family } from '../../../dns/address.js'
import type { Gives } from '../../health/endpoints.js'
import type { RegionState } from '../../publish/ladder.js'
import type { MapPair } from '../../publish/map-maker.js'
import { rankingShares } from '../../publish/map-weights.js'
import type { CompactRanking } from '../../publish/rankings.js'
import { regionStates } from '../../publish/region-states.js'
import { settle } from '../../publish/settle.js'
import { settler } from '../../publish/settler.js'
import { standings } from '../../publish/standing.js'
import type { SteeringSpec } from '../../publish/steerings.js'
import { glob } from '../../traffic/region-glob.js'
import { asInForce, type Gauge, mapsOf, type Scene } from './scene.js'
import { steeredNames } from './steered.js'

const FAMILIES: readonly Family[] = [4, 6]

export const ladder: Gauge<'ladder'> = ({ share, names }, scene) => {
  const globs = names.map(glob)
  const fallen = fallenShares(scene)
  const over = steeredNames(asInForce(scene))
    .filter(({ name }) => globs.some(one => one.test(name)))
    .map(({ name, specs }) => ({ name, share: Math.max(0, ...specs.map(fallen)) }))
    .filter(one => one.share > share)
  const told = over.map(({ name, share }) => `${name} (${percent(share)} of its clients)`)
  return {
    missing: over.reduce((sum, one) => sum + one.share - share, 0),
    words: `${told.join(', ')} would be answered from a lower rung of the ladder; ${percent(share)} of the clients may be`,
    remedy: 'leave the regions in that these names need, or bring others of theirs back first',
  }
}

/** Each distinct steering is settled once. */
function fallenShares(scene: Scene): (spec: SteeringSpec) => number {
  const { document, forced, health, circumstances } = scene
  const { now } = circumstances
  const { maps } = mapsOf(scene)
  const known = new Map<SteeringSpec, number>()
  const states = new Map<Gives, ReadonlyMap<string, RegionState>>()
  const statesFor = (gives: Gives) => {
    const own = states.get(gives) ?? regionStates(document, health, gives, forced, now)
    states.set(gives, own)
    return own
  }
  return spec => {
    const before = known.get(spec)
    if (before !== undefined) return before
    const share = fallenShare(spec, statesFor(spec.gives), maps.get(spec.mapKey))
    known.set(spec, share)
    return share
  }
}

/**
 * Of the clients that are located, by the address space that they have. Where there is no map yet, since policy or regions of
 * the name change, or no data of where clients are: all or none, by one ranking of all its regions.
 */
function fallenShare(
  { record, map, sharing }: SteeringSpec,
  states: ReadonlyMap<string, RegionState>,
  pair: MapPair | undefined,
): number {
  const candidates = standings(
    map.candidates.map(({ id }) => states.get(id)!), // regions of the same document
    sharing,
  )
  const fallback = record.fallback.map(id => states.get(id)!)
  let all = 0
  let fallen = 0
  for (const { map: clients, rankings } of pair === undefined ? [] : FAMILIES.map(family => pair[family])) {
    const choiceOf = settler(rankings, candidates, fallback, record, sharing)
    for (const [ranking, share] of rankingShares(clients, rankings.length).entries()) {
      if (share === 0) continue
      all += share
      if (choiceOf(ranking).rung !== 'healthy') fallen += share
    }
  }
  if (all > 0) return fallen / all
  const together: CompactRanking = { tiers: [map.candidates.map((_, place) => place)], inside: 1 }
  return settle(together, candidates, fallback, record, sharing).rung === 'healthy' ? 0 : 1
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
