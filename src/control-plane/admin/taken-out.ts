// Who took a region out for good, when and why: as the history of the document has it. Pure.
import type { Revision } from '../traffic/revision-line.js'

export interface TakenOut {
  /** RFC 3339. */
  readonly at: string
  readonly actor: string
  readonly reason?: string
}

/** The newest word on whether the region is enabled; undefined where the history does not reach as far. @param revisions oldest first */
export function takenOutBy(id: string, revisions: readonly Revision[]): TakenOut | undefined {
  const paths = [`regions.${id}.enabled`, `regions.${id}`]
  const found = revisions.findLast(({ changes }) => changes.some(({ path }) => paths.includes(path)))
  if (found === undefined) return undefined
  const { at, actor, reason } = found
  return { at, actor, ...(reason === undefined ? {} : { reason }) }
}
