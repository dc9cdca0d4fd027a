// How many revisions are kept: the newest, within a number and a size. Pure.

export interface Limits {
  readonly count: number
  readonly bytes: number
}

/** Beyond the limits by this much before the file is written anew, so that it is not written anew each time. */
const SLACK = 1.25

/** @param sizes of all revisions, oldest first, in bytes */
export function fits(sizes: readonly number[], { count, bytes }: Limits): boolean {
  return sizes.length <= count * SLACK && (sizes.length <= 1 || sum(sizes) <= bytes * SLACK)
}

/** How many of the newest are kept; one at least, however large. */
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

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
