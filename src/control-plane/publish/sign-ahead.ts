// What a change of health can ask for, signed before it does: the sets of regions that a steered name can come to at all, a few at a
// time, so that whoever waits for something else does not wait for this.
import { combinations } from './drawable.js'
import { fixedId } from './ladder.js'
import type { SteeringSpec } from './steerings.js'

/** Sets of regions that answers of a steering can hold, by what gives them something of the type. */
export type SetsOf = (steering: number, gives: (region: number) => boolean) => readonly (readonly number[])[]

/**
 * The sets of regions, by their numbers, that answers can hold: as many regions as the policy takes, or fewer; and all of them
 * together, where all are down. Regions that are taken out by hand leave others, which are signed when that is done.
 * @param gives whether a region has anything of this type
 */
export function foreseeable(
  { record, sharing }: SteeringSpec,
  numbers: ReadonlyMap<string, number>,
  gives: (region: number) => boolean,
): readonly (readonly number[])[] {
  const { regions, fallback, fixed = [], whenAllDown } = record
  const named = (ids: readonly string[]): readonly number[] =>
    [...new Set(ids)].map(id => numbers.get(id)!).filter(gives) // regions of the same document
  const all = named([...regions, ...fallback])
  // The gate has seen to it that there are no more than a few thousand ways to take so many.
  const take = Math.min(sharing.take, all.length)
  const sets = Array.from({ length: take }, (_, i) => combinations(all, i + 1)).flat()
  const candidates = named(regions)
  if (candidates.length > take) sets.push(candidates)
  if (whenAllDown === 'fixed' && fixed.length > 0) sets.push(named([fixedId(fixed)]))
  return sets.filter(({ length }) => length > 0)
}

/** Of so many addresses each choice is foreseen; of more, that one of them is down. */
const FEW = 6
/** In so many ways the regions of a set are partly up together; beyond that one of them at a time. */
const MOST_WAYS = 256

/**
 * What a set of regions gives when some addresses of them are down, but not all of one; that all are up is not among it.
 * @param whole what each of them gives when all of it is up
 */
export function partlyUp<Given>(whole: readonly (readonly Given[])[]): readonly (readonly (readonly Given[])[])[] {
  const ways = whole.map(given => [given, ...parts(given)])
  const count = ways.reduce((product, { length }) => product * length, 1)
  if (count > MOST_WAYS) return whole.flatMap((given, i) => parts(given).map(some => whole.with(i, some)))
  const all = ways.reduce<readonly (readonly (readonly Given[])[])[]>(
    (sets, own) => sets.flatMap(set => own.map(given => [...set, given])),
    [[]],
  )
  return all.slice(1) // the first is the whole
}

/** In the order of the whole, which is not one of them. */
function parts<Given>(whole: readonly Given[]): readonly (readonly Given[])[] {
  if (whole.length > FEW) return whole.map((_, i) => whole.toSpliced(i, 1))
  return Array.from({ length: Math.max(0, 2 ** whole.length - 2) }, (_, i) =>
    whole.filter((_, bit) => (i + 1) & (1 << bit)),
  )
}

/** At a time, ms; and how long others have the thread in between. */
const SLICE_MS = 4
const PAUSE_MS = 16

/**
 * Takes steps for as long as `goesOn`, and leaves most of the time to others.
 * @returns whether it has come to the end
 */
export async function inSlices(steps: Iterator<unknown>, goesOn: () => boolean): Promise<boolean> {
  while (goesOn()) {
    const end = performance.now() + SLICE_MS
    do {
      if (steps.next().done === true) return true
    } while (performance.now() < end)
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS).unref())
  }
  return false
}
