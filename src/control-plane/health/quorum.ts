// What the views of several nodes of one target come to, by the rule of its check. Pure.
import type { VotesSpec } from '../traffic/document/check.js'

/** What one node says of one target. */
export interface Ballot {
  readonly node: string
  /** Where it looks from. */
  readonly group: string
  readonly up: boolean
  /** The earliest time in which it could say something else, ms. */
  readonly changeInMs: number
  /** False: it sees most of all that it probes down, or suspects itself, and has no vote while others have. */
  readonly trusted: boolean
}

/** By what a target is judged. */
export type Basis =
  /** What this node sees, since nobody else is heard. */
  | 'own'
  | 'votes'
  /** What it was when votes were heard last. */
  | 'held'
  /** What this node sees, although the others see it otherwise. */
  | 'local'

export interface Judgement {
  readonly up: boolean
  readonly basis: Basis
  /** Who sees it up, of those who have a vote: nodes, or groups of them. */
  readonly ups: number
  readonly of: number
  /** The earliest time in which enough votes to turn it could change, ms. Falling silent is not foreseen. */
  readonly changeInMs: number
}

/** Whether they say the same; asked of all targets, as often as others say something. */
export const isSame = (a: Judgement | undefined, b: Judgement | undefined): boolean =>
  a?.up === b?.up && a?.basis === b?.basis && a?.ups === b?.ups && a?.of === b?.of && a?.changeInMs === b?.changeInMs

export interface Poll {
  /** This node's; absent where it has none. */
  readonly own: Ballot | undefined
  /** Of all others that are heard. */
  readonly others: readonly Ballot[]
  /** How long nobody has been heard, ms; 0 where others are heard, or are known not to be there. */
  readonly deafMs: number
  /** What the target was taken for before. */
  readonly before: boolean | undefined
}

/** @returns undefined where nobody knows anything */
export function judge({ own, others, deafMs, before }: Poll, spec: VotesSpec): Judgement | undefined {
  if (others.length === 0) return alone(own, deafMs, before, spec)
  const voters = electorate(own === undefined ? others : [own, ...others])
  const units = spec.by === 'group' ? byGroup(voters) : voters
  const ups = units.filter(({ up }) => up)
  const needed = upsNeeded(units.length, spec.quorum)
  const up = ups.length >= needed
  const basis = up && spec.local === 'avoid' && own?.up === false && own.trusted ? 'local' : 'votes'
  const side = up ? ups : units.filter(unit => !unit.up)
  const flips = up ? ups.length - needed + 1 : needed - ups.length
  const soonest = side.map(({ changeInMs }) => changeInMs).sort((a, b) => a - b)[flips - 1] ?? 0
  return {
    up: basis === 'votes' && up,
    basis,
    ups: ups.length,
    of: units.length,
    changeInMs: basis === 'local' ? Math.min(soonest, own?.changeInMs ?? 0) : soonest,
  }
}

/** How many of so many voters must see a target up for it to be up; more than all of them, where none is there. */
export function upsNeeded(voters: number, quorum: VotesSpec['quorum']): number {
  switch (quorum) {
    case 'any':
      return 1
    case 'majority':
      return Math.max(1, Math.ceil(voters / 2))
    case 'all':
      return Math.max(1, voters)
    default:
      // Of few voters no more than all can be asked for. A share such as 0.07 of 100 must not become 8 by a float's last bit.
      return quorum < 1 ? Math.floor(Number((quorum * voters).toFixed(9))) + 1 : Math.min(quorum, Math.max(1, voters))
  }
}

function alone(
  own: Ballot | undefined,
  deafMs: number,
  before: boolean | undefined,
  { holdMs }: VotesSpec,
): Judgement | undefined {
  const held = deafMs > 0 && deafMs < holdMs && before !== undefined
  const up = held ? before : own?.up
  if (up === undefined) return undefined
  const changeInMs = held ? inSteps(holdMs - deafMs) : (own?.changeInMs ?? 0)
  return { up, basis: held ? 'held' : 'own', ups: own?.up === true ? 1 : 0, of: own === undefined ? 0 : 1, changeInMs }
}

/** A little less, up to a twentieth, so that it is not another with every second that passes. */
function inSteps(ms: number): number {
  const step = 2 ** Math.floor(Math.log2(Math.max(1, ms / 20)))
  return Math.floor(ms / step) * step
}

/** Where nobody is to be trusted, the word of all is better than none: then it is likely that they are right. */
function electorate(ballots: readonly Ballot[]): readonly Ballot[] {
  const trusted = ballots.filter(ballot => ballot.trusted)
  return trusted.length > 0 ? trusted : ballots
}

type Unit = Pick<Ballot, 'up' | 'changeInMs'>

/** A group is up while half of it is; it may turn as soon as any of those on its side does. */
function byGroup(ballots: readonly Ballot[]): readonly Unit[] {
  const groups = new Map<string, Ballot[]>()
  for (const ballot of ballots) {
    const there = groups.get(ballot.group)
    if (there === undefined) groups.set(ballot.group, [ballot])
    else there.push(ballot)
  }
  return [...groups.values()].map(members => {
    const up = members.filter(member => member.up).length * 2 >= members.length
    const side = members.filter(member => member.up === up)
    return { up, changeInMs: Math.min(...side.map(({ changeInMs }) => changeInMs)) }
  })
}
