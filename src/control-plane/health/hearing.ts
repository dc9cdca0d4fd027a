// What a node hears of others that probe the same targets; where there are none, it judges by what it sees.
import type { ProbedCheckSpec } from '../traffic/document/check.js'
import type { Ballot, Judgement, Poll } from './quorum.js'
import { judge } from './quorum.js'
import { changeInMs, type Streak } from './streak.js'

export interface Hearing {
  /** What this node is called, and where it looks from. */
  readonly node: string
  readonly group: string
  /** What the others that are heard say of a target, by its `targetKey`. */
  others(key: string): readonly Heard[]
  /** Whether this node's own word on an address is worth as much as others'. */
  trusted(address: string): boolean
  /** How long nothing has been heard, ms; 0 where others are heard, or are known not to be there. */
  deafMs(): number
}

export interface Heard extends Pick<Ballot, 'node' | 'group' | 'trusted'> {
  readonly streak: Streak
}

/** A target as the one who asks for a judgement sees it. */
export interface Accused {
  readonly key: string
  readonly address: string
  readonly spec: ProbedCheckSpec
  /** Absent where this node cannot say anything of it. */
  readonly streak: Streak | undefined
  readonly before: boolean | undefined
}

/** All that is said of a target: by this node, and by the others. */
export function pollOf({ key, address, spec, streak, before }: Accused, hearing: Hearing): Poll {
  const { node, group } = hearing
  const ballot = ({ streak, ...who }: Heard): Ballot => ({
    ...who,
    up: streak.up,
    changeInMs: changeInMs(streak, spec),
  })
  return {
    own: streak && ballot({ node, group, trusted: hearing.trusted(address), streak }),
    others: hearing.others(key).map(ballot),
    deafMs: hearing.deafMs(),
    before,
  }
}

/** @returns undefined where its check has no votes, or nobody knows anything */
export const judged = (accused: Accused, hearing: Hearing | undefined): Judgement | undefined =>
  hearing === undefined || accused.spec.votes === undefined
    ? undefined
    : judge(pollOf(accused, hearing), accused.spec.votes)
