// How regions stand as candidates of one policy: their weight in it, what they give away, and whether they are held back.
import type { Minimum, Sharing } from '../policies/step.js'
import type { RegionState } from './ladder.js'

export interface Standing extends RegionState {
  /** The share of its clients, 0 to 1, that go where they would if it were not there. */
  readonly leave: number
  /** Whether it gets clients: enabled, up, with addresses, not drained whole, in no group that is below its minimum. */
  readonly serves: boolean
}

export function standings(
  states: readonly RegionState[],
  { weights, shed, groups }: Pick<Sharing, 'weights' | 'shed' | 'groups'>,
): readonly Standing[] {
  const alone = states.map((state): Standing => {
    const { id, enabled, up, hasAddresses, drain, load = 0 } = state
    const leave = 1 - (1 - drain / 100) * (1 - shedShare(load, shed))
    return {
      ...state,
      weight: weights.get(id) ?? state.weight,
      leave,
      serves: enabled && up && hasAddresses && leave < 1,
    }
  })
  return groups.reduce(withMinimum, alone)
}

/** As they stand when some are gone: what is held back stays so, since to lose a region brings no other back. */
export const without = (
  standing: readonly Standing[],
  gone: ReadonlySet<string>,
  { groups }: Pick<Sharing, 'groups'>,
): readonly Standing[] =>
  groups.reduce(
    withMinimum,
    standing.map(one => (gone.has(one.id) ? { ...one, up: false, serves: false } : one)),
  )

/** Nothing up to the low mark, all from the high mark on, and in a line between them. */
export function shedShare(load: number, marks: Sharing['shed']): number {
  if (marks === undefined || load <= marks.low) return 0
  return load >= marks.high ? 1 : (load - marks.low) / (marks.high - marks.low)
}

/** All regions of a group are held back where fewer than its minimum serve. */
function withMinimum(regions: readonly Standing[], { regions: ids, least }: Minimum): readonly Standing[] {
  if (regions.filter(({ id, serves }) => serves && ids.has(id)).length >= least) return regions
  return regions.map(region => (ids.has(region.id) ? { ...region, serves: false } : region))
}
