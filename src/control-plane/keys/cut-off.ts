// A node that hears nothing of its fleet any more: until when its keys surely go with those of the others. Pure.
import { waitsOf } from './advance.js'
import { type Rollover, stagesOf } from './rollover.js'
import { KEY_TTL } from './zone-keys.js'

/**
 * One stage behind the others it can be, as resolvers can that remember the stage before; with the second, what is signed here may
 * be bogus. Seconds since 1970.
 * @param since when it was last heard of the others
 */
export function sureUntil(since: number, rollover: Rollover | undefined, propagation: number): number {
  // The shortest rollover waits for nothing but the keys before the parent is told.
  const first = KEY_TTL + propagation
  if (rollover === undefined) return since + first
  // The parent may have been seen by others.
  const next = Math.max(since, ...waitsOf(rollover, propagation).flatMap(({ until }) => until ?? []))
  if (rollover.stage + 1 >= stagesOf(rollover).length) return next + first
  const { seen: _, ...rest } = rollover
  const waits = waitsOf({ ...rest, stage: rollover.stage + 1, since: next, seen: next }, propagation)
  return Math.max(next, ...waits.flatMap(({ until }) => until ?? []))
}
