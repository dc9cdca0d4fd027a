// How many revisions are kept: the newest, within a number and a size. Pure.

export interface Limits {
  readonly count: number
  readonly bytes: number
}

/** Beyond the limits by this much before the file is written anew, so that it is not written anew each time. */
const SLACK = 1.25

/** Whether so many revisions, of so many bytes in all, may stay. */
export const fits = (revisions: number, size: number, { count, bytes }: Limits): boolean =>
  revisions <= count * SLACK && (revisions <= 1 || size <= bytes * SLACK)

/**
 * How many of the newest are kept; one at least, however large.
 * @param sizes of all revisions, oldest first, in bytes
 */
export function pruned(sizes: readonly number[], { count, bytes }: Limits): number {
  let kept = 0
  let size = 0
  for (const one of sizes.toReversed()) {
    if (kept >= count || (kept > 0 && size + one > bytes)) break
    kept++
    size += one
  }
  return kept
}
