// No more of the clients of a name than so many are answered from a lower rung of its ladder.
import type { Family } from '../../../dns/address.js'
import type { Gives } from '../../health/endpoints.js'
import type { RegionState } from '../../publish/ladder.js'
import { rankingShares } from '../../publish/map-weights.js'
import { regionStates } from '../../publish/region-states.js'
import { settle } from '../../publish/settle.js'
import { standings } from '../../publish/standing.js'
import type { CompactRanking, SteeringMap } from '../../publish/steering-map.js'
import type { SteeringSpec } from '../../publish/steerings.js'
import { glob } from '../../traffic/region-glob.js'
import type { Gauge, Scene } from './scene.js'
import { steeredNames } from './steered.js'

const FAMILIES: readonly Family[] = [4, 6]

export const ladder: Gauge<'ladder'> = ({ share, names }, scene) => {
  const globs = names.map(glob)
  const fallen = fallenShares(scene)
  const over = steeredNames(scene.document)
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
  const { now, maps } = circumstances
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
    const share = fallenShare(spec, statesFor(spec.gives), rankingsOf(spec, maps))
    known.set(spec, share)
    return share
  }
}

type Weighed = readonly { readonly ranking: CompactRanking; readonly share: number }[]

/**
 * The rankings of all clients with the share of the address space that has each. Where there is no map yet, since policy or
 * regions of the name change, or no data of where clients are: one ranking of all its regions.
 */
function rankingsOf({ mapKey, map }: SteeringSpec, maps: Scene['circumstances']['maps']): Weighed {
  const pair = maps.get(mapKey)
  const weighed = pair === undefined ? [] : FAMILIES.flatMap(family => weigh(pair[family]))
  if (weighed.length > 0) return weighed
  return [{ ranking: { tiers: [map.candidates.map((_, place) => place)], inside: 1 }, share: 1 }]
}

function weigh({ map, rankings }: SteeringMap): Weighed {
  const shares = rankingShares(map, rankings.length)
  return rankings.flatMap((ranking, i) => (shares[i]! > 0 ? [{ ranking, share: shares[i]! }] : []))
}

function fallenShare(
  { record, map, sharing }: SteeringSpec,
  states: ReadonlyMap<string, RegionState>,
  rankings: Weighed,
): number {
  const candidates = standings(
    map.candidates.map(({ id }) => states.get(id)!), // regions of the same document
    sharing,
  )
  const fallback = record.fallback.map(id => states.get(id)!)
  const all = rankings.reduce((sum, { share }) => sum + share, 0)
  const fallen = rankings.filter(
    ({ ranking }) => settle(ranking, candidates, fallback, record, sharing).rung !== 'healthy',
  )
  return fallen.reduce((sum, { share }) => sum + share, 0) / all
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
