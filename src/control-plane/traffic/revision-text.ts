// How the text of a revision is kept: whole, or, where a large one is nearly that of the revision before, by what is different. Pure.
import { isMap } from './edit-value.js'
import { type Splice, spliced } from './patch-text.js'

/** The text of revision `on` becomes the text of this one by the splice. */
export interface Delta extends Splice {
  readonly on: number
}

export type KeptText = { readonly text: string } | { readonly delta: Delta }

/** A text that the next can be told from. */
export interface Base {
  readonly number: number
  readonly text: string
  /** How many deltas after one that is kept whole. */
  readonly steps: number
}

/** Characters: a smaller text is always kept whole. */
const LARGE = 8192
/** A delta saves room where it is less than such a part of the text. */
const WORTHWHILE = 1 / 4
/** To read a text so many lines are read at most. */
const MOST_STEPS = 50
/** Characters that are compared at a time. */
const CHUNK = 1024

/** @param base of the revision before, where its text is at hand */
export function keptText(text: string, base: Base | undefined): KeptText {
  if (base === undefined || text.length < LARGE || base.steps === MOST_STEPS) return { text }
  const splice = differenceOf(base.text, text)
  return splice.anew.length > text.length * WORTHWHILE ? { text } : { delta: { on: base.number, ...splice } }
}

/** The text after deltas, each on the one before. */
export const afterDeltas = (text: string, deltas: readonly Delta[]): string => deltas.reduce(spliced, text)

/** Bytes from the disk. */
export const isKeptText = (line: Readonly<Record<string, unknown>>): boolean =>
  typeof line['text'] === 'string' || isDelta(line['delta'])

const isDelta = (delta: unknown): boolean =>
  isMap(delta) &&
  [delta['on'], delta['start'], delta['end']].every(Number.isSafeInteger) &&
  typeof delta['anew'] === 'string'

/** The one stretch that is different. */
function differenceOf(before: string, after: string): Splice {
  const least = Math.min(before.length, after.length)
  const start = alike(least, (from, to) => before.slice(from, to) === after.slice(from, to))
  const ends = [before.length, after.length] as const
  const tail = alike(
    least - start,
    (from, to) => before.slice(ends[0] - to, ends[0] - from) === after.slice(ends[1] - to, ends[1] - from),
  )
  return { start, end: before.length - tail, anew: after.slice(start, after.length - tail) }
}

/** How many characters are alike from the first on, of at most so many. */
function alike(most: number, isAlike: (from: number, to: number) => boolean): number {
  let at = 0
  for (let step = CHUNK; step >= 1; step = Math.floor(step / 2))
    while (at + step <= most && isAlike(at, at + step)) at += step
  return at
}
