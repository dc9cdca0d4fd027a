// Balancing, step by step: where clients are, whether that is still good enough, and where to move them next if it is not.
import type { LinearProgram } from './linear-program.js'
import { type Assignment, costOf, type Group, loadsOf, type Problem, type Room, type Shares } from './problem.js'
import { transport } from './transport.js'

/** How often it is looked whether anything is to be moved, ms. */
export const BALANCE_STEP_MS = 30_000

/**
 * What is moved, is moved to below the target by so much of it, and then may grow up to the target, so that not every change of
 * demand moves clients.
 */
const AIM = 0.97
/** How often better places are looked for where all is within its target, ms. */
const IMPROVE_MS = 300_000
/** A better place is one that is nearer by so many ms, for the mean of all clients or for one that is moved. */
const WORTH_MS = { all: 0.2, one: 2 }
/** Of all clients, those that are moved in one step; in the second case while a region is above its capacity. */
const MOST_MOVED = { calm: 0.01, urgent: 0.2 }

export type Solve = (program: LinearProgram) => Promise<Float64Array>

export class Balancer {
  private readonly solve: Solve
  /** Of groups that are not where their policy alone would send them. */
  private assignment: Assignment = new Map()
  private improvedAt = -Infinity

  constructor(solve: Solve) {
    this.solve = solve
  }

  /** Where the clients of a group are sent, of the regions that can serve them. */
  sharesOf(group: Omit<Group, 'demand'>): Shares {
    const own = this.assignment.get(group.key)
    if (own === undefined) return group.natural
    const open = [...own].filter(([region]) => group.options.some(option => option.region === region))
    const sum = open.reduce((total, [, share]) => total + share, 0)
    return sum === 0 ? group.natural : new Map(open.map(([region, share]) => [region, share / sum]))
  }

  /**
   * Looks once. Groups that are not seen any more go where their policy sends them.
   * @param now ms, of any clock that goes on evenly
   * @returns what is to be in force: the same object where nothing changes
   */
  async step(problem: Problem, now: number): Promise<Assignment> {
    const present = (group: Group): Shares => this.sharesOf(group)
    const loads = loadsOf(problem.groups, present)
    const over = (limit: (room: Room) => number): boolean =>
      problem.rooms.some(room => room.fixed + (loads.get(room.region) ?? 0) > limit(room))
    const isAbove = over(({ target }) => target)
    if (!isAbove && now - this.improvedAt < IMPROVE_MS) return this.assignment
    if (!isAbove && !(await this.isWorthwhile(problem, present))) {
      this.improvedAt = now
      return this.assignment
    }
    const urgent = over(({ capacity }) => capacity)
    const next = await this.next(problem, present, urgent ? MOST_MOVED.urgent : MOST_MOVED.calm)
    this.assignment = deviating(problem.groups, next)
    return this.assignment
  }

  /** Whether clients would gain enough in all if as many were moved as could be. */
  private async isWorthwhile(problem: Problem, present: (group: Group) => Shares): Promise<boolean> {
    const { groups } = problem
    const best = await this.next(problem, present, 1)
    const demand = groups.reduce((sum, group) => sum + group.demand, 0)
    const then = costOf(groups, ({ key }) => best.get(key)!) // it has every group
    return demand > 0 && costOf(groups, present) - then >= WORTH_MS.all * demand
  }

  private async next(
    { groups, rooms }: Problem,
    present: (group: Group) => Shares,
    mostMoved: number,
  ): Promise<Assignment> {
    const aims = rooms.map(room => ({ ...room, target: room.target * AIM }))
    const { program, read } = transport({ groups, rooms: aims }, present, { inertiaMs: WORTH_MS.one, mostMoved })
    return read(await this.solve(program))
  }
}

/** Without the groups that are where their policy sends them. */
function deviating(groups: readonly Group[], next: Assignment): Assignment {
  const others = groups.filter(({ key, natural }) => !isSame(next.get(key)!, natural))
  return new Map(others.map(({ key }) => [key, next.get(key)!]))
}

const NEAR = 0.01

const isSame = (a: Shares, b: Shares): boolean =>
  [...new Set([...a.keys(), ...b.keys()])].every(region => Math.abs((a.get(region) ?? 0) - (b.get(region) ?? 0)) < NEAR)
