// Which targets a fault of a region is injected at, and whether that would hit nobody else. Pure.
import { mirrorsOf } from './calculated.js'
import type { Mirror } from './mirror.js'
import type { Roster } from './roster.js'

/** What is probed for the region alone. What it depends on is not the region. */
export const faultTargets = (region: string, { regions, views }: Roster): readonly Mirror[] =>
  ownTargets(region, regions).filter(mirror => others(region, mirror, views).length === 0)

/** Why no fault of the region can be injected, in words; undefined where it can. */
export function whyNoFault(region: string, { regions, views }: Roster): string | undefined {
  const own = ownTargets(region, regions)
  if (!own.some(({ spec }) => spec.observe !== true)) return `${region} has no check that could see a fault`
  const shared = own.find(mirror => others(region, mirror, views).length > 0)
  if (shared === undefined) return undefined
  const { spec, address } = shared
  return `${spec.id} at ${address} is probed for ${others(region, shared, views).join(', ')} too, and would fail for all`
}

const ownTargets = (region: string, regions: Roster['regions']): readonly Mirror[] => [
  ...new Set(regions.get(region)?.views.flatMap(({ judged }) => judged.flatMap(mirrorsOf)) ?? []),
]

/** Other regions that the same probe serves. */
const others = (region: string, { id }: Mirror, views: Roster['views']): readonly string[] => {
  const served = [...views].flatMap(([mirror, where]) => (mirror.id === id ? where : []))
  return [...new Set(served.map(view => view.region).filter(other => other !== region))]
}
