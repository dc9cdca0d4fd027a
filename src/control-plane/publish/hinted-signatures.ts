// Of HTTPS and SVCB sets in signed zones whose hints follow a steered name: what they can come to, and be signed as. An answer has what was
// drawn for each of the two families, and so each set of the one goes with each of the other.
import { HINT_SIZES, type HintedParts, MOST_HINTS } from '../../snapshot/hints.js'
import { hintSum } from '../../snapshot/signatures.js'
import type { Steering } from '../../snapshot/snapshot.js'
import { drawable } from './drawable.js'
import { hintedData } from './hint.js'
import type { Part } from './region-parts.js'

/** A set of a name, and the steerings that give its hints; −1 for none. */
export interface Hinted {
  readonly type: number
  /** The most that it has, seconds. */
  readonly ttl: number
  readonly v4: number
  readonly v6: number
  readonly records: readonly HintedParts[]
}

/** Region numbers, by the family whose addresses of them are given. */
export interface Together {
  readonly v4: readonly number[]
  readonly v6: readonly number[]
}

type Drawn = Parameters<typeof drawable>[0] & { readonly steerings: readonly Steering[] }

const FAMILIES = ['v4', 'v6'] as const
/** More choices than a snapshot ever has. */
const MANY = 2 ** 24
const NO_CHOICE = -1
/** Where no region can be given there are no hints. */
export const NOTHING: readonly (readonly number[])[] = [[]]

/** What can be drawn today: both families follow one map, so that each ranking has a choice for either. */
export function* drawnTogether(given: Drawn, { v4, v6 }: Pick<Hinted, 'v4' | 'v6'>): Generator<Together> {
  const seen = new Set<number>()
  for (const client of FAMILIES) {
    const [four, six] = [v4, v6].map(steering => given.steerings[steering]?.[client].choiceOf)
    for (let ranking = 0; ranking < (four ?? six)!.length; ranking++) {
      const [one, other] = [four?.[ranking] ?? NO_CHOICE, six?.[ranking] ?? NO_CHOICE]
      const both = (one + 1) * MANY + other
      if (seen.has(both)) continue
      seen.add(both)
      yield* eachWithEach(setsOf(given, one), setsOf(given, other))
    }
  }
}

function setsOf(given: Drawn, choice: number): readonly (readonly number[])[] {
  const sets = choice === NO_CHOICE ? NOTHING : drawable(given, choice)
  return sets.length === 0 ? NOTHING : sets
}

/** @returns every way to take one of each */
export function* eachWithEach(
  v4: readonly (readonly number[])[],
  v6: readonly (readonly number[])[],
): Generator<Together> {
  for (const four of v4) for (const six of v6) yield { v4: four, v6: six }
}

/** What a set has with these parts as its hints, and what its signature is found by. */
export function hintsOf(
  v4: readonly Part[],
  v6: readonly Part[],
): {
  readonly sum: number
  readonly hints: Readonly<Record<'v4' | 'v6', Uint8Array>>
} {
  return {
    sum: hintSum(sumOf(v4), sumOf(v6)),
    hints: { v4: inOrder(v4, HINT_SIZES.v4), v6: inOrder(v6, HINT_SIZES.v6) },
  }
}

const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, { digest }) => (sum + digest) | 0, 0)

/** As the line has them (data-plane/hint.ts): by their digests, so that whatever gives the same makes the same record. */
const inOrder = (parts: readonly Part[], size: number): Uint8Array =>
  Buffer.concat(parts.toSorted((a, b) => a.digest - b.digest).flatMap(({ rdatas }) => rdatas)).subarray(
    0,
    MOST_HINTS * size,
  )

export const hintedRdatas = ({ records }: Hinted, hints: ReturnType<typeof hintsOf>['hints']): readonly Uint8Array[] =>
  records.map(({ rdata, hinted }) => (hinted ? hintedData(rdata, hints) : rdata))
