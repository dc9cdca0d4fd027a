// What one world in place of another would do to clients: for every steered name, how many get another region.
import { formatName } from '../../dns/name.js'
import { balancedSharing } from '../publish/balanced.js'
import { type Moved, movedBetween, type SharesOf } from '../publish/moved.js'
import type { Published, World } from '../publish/publisher.js'
import { regionStates } from '../publish/region-states.js'
import { settle } from '../publish/settle.js'
import { sharesOf } from '../publish/shares.js'
import { standings } from '../publish/standing.js'
import { recordFor, type SteeringSpec } from '../publish/steerings.js'

export interface NameMoved extends Moved {
  readonly name: string
  /** What its regions give: addresses of one family, or host names. */
  readonly gives: SteeringSpec['gives']
}

/** Names that both worlds steer, under the health of now; the one that moves most comes first. */
export function worldChange(published: Published, after: World): readonly NameMoved[] {
  const { world: before } = published
  const known = new Map<string, Moved>()
  const changes = [...before.document.zones.values()].flatMap(({ steered }) =>
    steered.flatMap(record =>
      before.names.steerings.flatMap((spec): readonly NameMoved[] => {
        const key = JSON.stringify([recordFor(record, spec.gives), spec.gives])
        if (JSON.stringify([spec.record, spec.gives]) !== key) return []
        const next = after.names.steerings.find(one => JSON.stringify([one.record, one.gives]) === key)
        if (next === undefined) return []
        const moved = known.get(key) ?? moveOf(published, [before, spec], [after, next])
        known.set(key, moved)
        return [{ name: formatName(record.owner), gives: spec.gives, ...moved }]
      }),
    ),
  )
  return changes.sort((a, b) => b.share - a.share)
}

const NOTHING: Moved = { share: 0, moves: [] }

function moveOf(
  published: Published,
  [before, spec]: readonly [World, SteeringSpec],
  [after, next]: readonly [World, SteeringSpec],
): Moved {
  const [a, b] = [before.maps.get(spec.mapKey)!, after.maps.get(next.mapKey)!] // a map for each steering
  if (a === b) return NOTHING
  return movedBetween(
    { maps: a, sharesOf: settler(published, before, spec) },
    { maps: b, sharesOf: settler(published, after, next) },
  )
}

function settler(
  { health, forced, planned, at, loads, balance }: Published,
  { document }: World,
  spec: SteeringSpec,
): SharesOf {
  const states = regionStates(document, health, spec.gives, forced, at, planned, loads)
  const candidates = standings(
    spec.map.candidates.map(({ id }) => states.get(id)!), // regions of the same document
    spec.sharing,
  )
  const fallback = spec.record.fallback.map(id => states.get(id)!)
  const sharing = balancedSharing(spec, balance)
  return ranking => sharesOf(settle(ranking, candidates, fallback, spec.record, sharing))
}
