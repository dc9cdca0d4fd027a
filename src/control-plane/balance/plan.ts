// Where clients are best sent. What is worked out divides groups as finely as it likes, and a network goes as a whole: so what
// really comes of it is looked at, groups that cannot be divided so are kept as they come out, and the others planned anew.
import type { LinearProgram } from './linear-program.js'
import { type Assignment, type Group, loadsOf, type Problem, type Room, type Shares } from './problem.js'
import { transport, type Wishes } from './transport.js'

export type Solve = (program: LinearProgram) => Promise<Float64Array>

/** A group as it is now: how it is given out, and what comes of it. */
export interface Present {
  readonly shares: Shares
  readonly landed: Shares
}

export interface Plan {
  /** How each group is to be given out, and what comes of that. */
  readonly shares: Assignment
  readonly landed: Assignment
  /** Of all clients, those that are moved. */
  readonly moved: number
}

/** A group is too coarse where a region gets more by it than it was to get: this part of its target. */
const GRAIN = 0.01
/** So often it is planned; what is still too coarse after that stays so. */
const PASSES = 3
/** So many shares are tried to have networks land as is wanted. */
const TRIES = 6

/** @throws where there is no solution */
export async function planned(
  problem: Problem,
  present: (group: Group) => Present,
  wishes: Wishes,
  solve: Solve,
): Promise<Plan> {
  const shares = new Map<string, Shares>()
  const landed = new Map<string, Shares>()
  let { groups, rooms } = problem
  for (let pass = 1; ; pass++) {
    const { program, read } = transport({ groups, rooms }, group => present(group).landed, wishes)
    const wanted = read(await solve(program))
    for (const group of groups) {
      const next = nearest(group, present(group), wanted.get(group.key)!, rooms) // it has every group
      shares.set(group.key, next.shares)
      landed.set(group.key, next.landed)
    }
    const coarse = groups.filter(group => isCoarse(group, wanted.get(group.key)!, landed.get(group.key)!, rooms))
    if (coarse.length === 0 || pass === PASSES)
      return { shares, landed, moved: movedOf(problem.groups, present, landed) }
    rooms = without(coarse, rooms, landed)
    groups = groups.filter(group => !coarse.includes(group))
  }
}

/** Of how it is now and what comes of what is wanted, that which is nearer to this; how it is now, if they are equally near. */
function nearest(group: Group, now: Present, wanted: Shares, rooms: readonly Room[]): Present {
  const next = aimed(group, wanted, rooms)
  return apart(now.landed, wanted) <= apart(next.landed, wanted) ? now : next
}

/** Shares of which what is wanted comes, as nearly as it can be had. */
function aimed(group: Group, wanted: Shares, rooms: readonly Room[]): Present {
  let shares = wanted
  let best: Present | undefined
  for (let i = 0; i < TRIES; i++) {
    const landed = group.lands(shares)
    if (best === undefined || apart(landed, wanted) < apart(best.landed, wanted)) best = { shares, landed }
    if (!isCoarse(group, wanted, landed, rooms)) break
    shares = corrected(shares, wanted, landed)
  }
  return best! // there is one try at least
}

/** More for those that got less than they were to get. */
function corrected(shares: Shares, wanted: Shares, landed: Shares): Shares {
  const next = [...shares].map(([region, share]): [string, number] => {
    const by = wanted.get(region)! / (landed.get(region) ?? 0) // shares are of what is wanted
    return [region, share * Math.min(2, Math.max(0.5, by))]
  })
  const sum = next.reduce((total, [, share]) => total + share, 0)
  return new Map(next.map(([region, share]) => [region, share / sum]))
}

/** The share of clients that is in another region, 0 to 1. */
export function apart(a: Shares, b: Shares): number {
  let sum = 0
  for (const region of new Set([...a.keys(), ...b.keys()])) sum += Math.abs((a.get(region) ?? 0) - (b.get(region) ?? 0))
  return sum / 2
}

const isCoarse = ({ demand }: Group, wanted: Shares, landed: Shares, rooms: readonly Room[]): boolean =>
  rooms.some(({ region, target }) => ((landed.get(region) ?? 0) - (wanted.get(region) ?? 0)) * demand > target * GRAIN)

function movedOf(groups: readonly Group[], present: (group: Group) => Present, landed: Assignment): number {
  let [moved, all] = [0, 0]
  for (const group of groups) {
    moved += group.demand * apart(present(group).landed, landed.get(group.key)!) // every group has landed
    all += group.demand
  }
  return all === 0 ? 0 : moved / all
}

/** Rooms that carry these groups already. */
function without(groups: readonly Group[], rooms: readonly Room[], landed: Assignment): readonly Room[] {
  const loads = loadsOf(groups, ({ key }) => landed.get(key)!) // all of them have landed
  return rooms.map(room => ({ ...room, fixed: room.fixed + (loads.get(room.region) ?? 0) }))
}
