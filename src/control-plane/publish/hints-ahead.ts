// What hints could come to under another health than today's, so that it is signed before (sign-ahead.ts).
import { TYPE } from '../../dns/numbers.js'
import { eachWithEach, type Hinted, NOTHING, type Together } from './hinted-signatures.js'
import { dataOf, gives, type Part, partOf, partsOf, type Regions } from './region-parts.js'
import { partlyUp, type SetsOf } from './sign-ahead.js'

type Steerings = Pick<Hinted, 'v4' | 'v6'>

type SetsByFamily = Readonly<Record<'v4' | 'v6', readonly (readonly number[])[]>>

const setsOfBoth = ({ v4, v6 }: Steerings, sets: SetsOf, given: Regions): SetsByFamily => {
  const of = (steering: number, type: number) =>
    steering < 0 ? [] : sets(steering, region => gives(given, region, type))
  return { v4: of(v4, TYPE.A), v6: of(v6, TYPE.AAAA) }
}

/** Of both families what each of them can come to, whichever that of the other is. */
export function hintsAhead(followed: Steerings, sets: SetsOf, given: Regions): Iterable<Together> {
  const { v4, v6 } = setsOfBoth(followed, sets, given)
  return eachWithEach([...v4, ...NOTHING], [...v6, ...NOTHING])
}

/** Where some addresses of one family are down, with whatever the other can come to while none of its own is. */
export function* hintsPartlyUp(
  followed: Steerings,
  sets: SetsOf,
  given: Regions,
  seed: number,
): Generator<Readonly<Record<'v4' | 'v6', readonly Part[]>>> {
  const both = setsOfBoth(followed, sets, given)
  const partly = (all: readonly (readonly number[])[], type: number): readonly (readonly Part[])[] =>
    all
      .flatMap(regions => partlyUp(regions.map(region => dataOf(given, region, type))))
      .map(some => some.map(rdatas => partOf(rdatas, seed)))
  const whole = (all: readonly (readonly number[])[], type: number): readonly (readonly Part[])[] =>
    [...all, ...NOTHING].map(regions => partsOf(given, regions, type))
  for (const v4 of partly(both.v4, TYPE.A)) for (const v6 of whole(both.v6, TYPE.AAAA)) yield { v4, v6 }
  for (const v6 of partly(both.v6, TYPE.AAAA)) for (const v4 of whole(both.v4, TYPE.A)) yield { v4, v6 }
}
