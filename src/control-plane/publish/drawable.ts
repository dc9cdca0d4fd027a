// Which sets of regions can be drawn from a choice (../../snapshot/draw.ts): each of them is signed before it is.
import { CHOICE, CHOICE_WORDS, MEMBER, MEMBER_WORDS, REGION, REGION_WORDS, SHARING } from '../../snapshot/choices.js'

interface Choices {
  readonly choices: Int32Array
  readonly members: Int32Array
  readonly regions: Int32Array
}

/**
 * Sets of region numbers, or of those of what is left of regions whose addresses are drained; some may be among them that are
 * never drawn.
 */
export function drawable(given: Choices, choice: number): readonly (readonly number[])[] {
  return picksOf(given, choice).flatMap(set => inParts(set, given.regions))
}

function picksOf({ choices, members }: Choices, choice: number): readonly (readonly number[])[] {
  const at = choice * CHOICE_WORDS
  const first = choices[at + CHOICE.firstMember]!
  const count = choices[at + CHOICE.memberCount]!
  const own = membersFrom(members, first, count)
  if (count === 0) return []
  if (choices[at + CHOICE.sharing] === SHARING.none) return [own.map(({ region }) => region)]
  const take = choices[at + CHOICE.take]!
  const aside = membersFrom(members, first + count, choices[at + CHOICE.trickleCount]!)
  return [...picks(own, take), ...picks(aside, take)]
}

/** With each region as all, and as each part of its clients gets it. */
function inParts(set: readonly number[], regions: Int32Array): readonly (readonly number[])[] {
  return set.reduce<readonly (readonly number[])[]>(
    (sets, region) => sets.flatMap(some => wordsOf(region, regions).map(words => [...some, words])),
    [[]],
  )
}

function wordsOf(region: number, regions: Int32Array): readonly number[] {
  const at = region * REGION_WORDS
  const hasParts = regions[at + REGION.drainedShare]! > 0
  return hasParts ? [region, ...wordsOf(regions[at + REGION.drainedWords]!, regions)] : [region]
}

interface Drawn {
  readonly region: number
  readonly group: number
  /** Whether it is not there for some networks. */
  readonly leaves: boolean
}

const membersFrom = (members: Int32Array, first: number, count: number): readonly Drawn[] =>
  Array.from({ length: count }, (_, i) => {
    const at = (first + i) * MEMBER_WORDS
    return {
      region: members[at + MEMBER.region]!,
      group: members[at + MEMBER.group]!,
      leaves: members[at + MEMBER.leave]! > 0,
    }
  })

/** Group by group, until there are enough; where members leave, any of them may be missing. */
function picks(members: readonly Drawn[], take: number): readonly (readonly number[])[] {
  const regions = members.map(({ region }) => region)
  if (members.length === 0) return []
  if (take === 1) return regions.map(region => [region])
  if (members.some(({ leaves }) => leaves))
    return Array.from({ length: Math.min(take, regions.length) }, (_, i) => combinations(regions, i + 1)).flat()
  const whole: number[] = []
  for (let from = 0; from < members.length; ) {
    const group = members.filter(({ group }) => group === members[from]!.group).map(({ region }) => region)
    const left = take - whole.length
    if (group.length > left) return combinations(group, left).map(some => [...whole, ...some])
    whole.push(...group)
    from += group.length
  }
  return [whole]
}

/** All ways to take `count` of them. */
export function combinations(of: readonly number[], count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]]
  return of.flatMap((first, i) => combinations(of.slice(i + 1), count - 1).map(rest => [first, ...rest]))
}
