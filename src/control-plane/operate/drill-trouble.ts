// What speaks against a drill: before it begins, and while it goes on. Pure.
import type { DrillFacts, DrillPlan } from './drill.js'

/** Why it must not start now, every reason; none where it may. */
export function objectionsTo(plan: DrillPlan, { regions, objections }: DrillFacts): readonly string[] {
  const known = new Map(regions.map(region => [region.id, region]))
  const gone = plan.targets.flatMap(id => {
    const region = known.get(id)
    if (region === undefined) return [`no region is named ${id}`]
    if (region.taken) return [`${id} is taken out already`]
    return region.up ? [] : [`${id} is down already`]
  })
  return [...gone, ...troubleBeside(plan, regions), ...objections]
}

/** Trouble that is none of the drill's making: while there is some, clients need every region that is left. */
function troubleBeside(
  { targets, guards }: Pick<DrillPlan, 'targets' | 'guards'>,
  regions: DrillFacts['regions'],
): readonly string[] {
  const others = regions.filter(({ id }) => !targets.includes(id))
  const down = others.filter(({ up, taken }) => !up && !taken).map(({ id }) => `${id} is down`)
  const healthy = others.filter(({ up, taken }) => up && !taken).length
  const few =
    healthy < guards.minHealthy ? [`${healthy} other regions are up, and ${guards.minHealthy} have to be`] : []
  return [...down, ...few]
}

/** What speaks against going on with one that is under way, every reason. */
export const troubleOf = (plan: DrillPlan, { regions, objections }: DrillFacts): readonly string[] => [
  ...troubleWithin(plan, regions),
  ...troubleBeside(plan, regions),
  ...objections,
]

/** What has become of the targets while they are drilled. */
function troubleWithin({ kind, targets }: DrillPlan, regions: DrillFacts['regions']): readonly string[] {
  const known = new Map(regions.map(region => [region.id, region]))
  return targets.flatMap(id => {
    const region = known.get(id)
    if (region === undefined) return [`no region is named ${id} any more`]
    if (region.taken) return [`somebody has taken ${id} out`]
    // A fault is meant to be seen as one.
    return region.up || kind === 'fault' ? [] : [`${id} is down itself: this is no drill any more`]
  })
}
