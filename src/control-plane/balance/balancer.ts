// Balancing, step by step: where clients are, whether that is still good enough, and where to move them next if it is not.
import { apart, type Plan, type Present, planned, type Solve } from './plan.js'
import { type Assignment, costOf, type Group, loadsOf, type Problem, type Room, type Shares } from './problem.js'

/** How often it is looked whether anything is to be moved at once, ms. */
export const BALANCE_STEP_MS = 30_000
/** How often it is looked where nothing is urgent, ms: clients have followed by then, and what regions report says so. */
const CALM_MS = 300_000

/**
 * What is planned keeps so much of the target. A region is left alone until it is above its target by so much: less than
 * that is the noise of samples, of how busy clients are, and of networks that go as a whole.
 */
const AIM = 0.99
const BAND = 1.05
/** It is urgent where a region is so far on its way from its target to its capacity. */
const URGENT_AT = 0.5
/**
 * Where all is within its targets, clients are moved only where they gain so much of what balancing costs them in all, and
 * as many ms in the mean; a client is moved only for so many ms.
 */
const WORTH = { part: 0.1, meanMs: 0.02, eachMs: 0.5 }
/** Of all clients, those that are moved in one step. */
const MOST_MOVED = { calm: 0.03, urgent: 0.2 }
/** A step that moves this part of what it may would have moved more. */
const FULL = 0.9

export class Balancer {
  private readonly solve: Solve
  /** Of groups that are not where their policy alone would send them. */
  private assignment: Assignment = new Map()
  private plannedAt = -Infinity

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
   * @throws where there is no solution; it is tried again when it is looked next
   */
  async step(problem: Problem, now: number): Promise<Assignment> {
    const { groups, rooms } = problem
    const known = new Map(groups.map(group => [group.key, this.present(group)]))
    const present = ({ key }: Group): Present => known.get(key)! // of each group
    const loads = loadsOf(groups, group => present(group).landed)
    const isAbove = (limit: (room: Room) => number): boolean =>
      rooms.some(room => room.fixed + (loads.get(room.region) ?? 0) > limit(room))
    const isUrgent = isAbove(({ target, capacity }) => target + (capacity - target) * URGENT_AT)
    if (!isUrgent && now - this.plannedAt < CALM_MS) return this.assignment
    const aims = rooms.map(room => ({ ...room, target: room.target * AIM }))
    const wishes = { inertiaMs: WORTH.eachMs, mostMoved: isUrgent ? MOST_MOVED.urgent : MOST_MOVED.calm }
    const plan = await planned({ groups, rooms: aims }, present, wishes, this.solve)
    this.plannedAt = now
    if (isAbove(({ target }) => target * BAND) || isWorthwhile(groups, present, plan))
      this.assignment = deviating(groups, plan.shares)
    return this.assignment
  }

  private present(group: Group): Present {
    const shares = this.sharesOf(group)
    return { shares, landed: group.lands(shares) }
  }
}

/** Whether clients gain enough in all, by this step or by this one and others that follow it. */
function isWorthwhile(groups: readonly Group[], present: (group: Group) => Present, { landed, moved }: Plan): boolean {
  const now = costOf(groups, group => present(group).landed)
  const gain = now - costOf(groups, ({ key }) => landed.get(key)!) // it has every group
  const added = now - costOf(groups, ({ natural }) => natural)
  const demand = groups.reduce((sum, group) => sum + group.demand, 0)
  if (gain <= 0 || gain < demand * WORTH.meanMs) return false
  return gain >= added * WORTH.part || moved >= MOST_MOVED.calm * FULL
}

/** Shares that differ by less are the same. */
const NEAR = 0.01

/** Without the groups that are where their policy sends them. */
function deviating(groups: readonly Group[], next: Assignment): Assignment {
  const others = groups.filter(({ key, natural }) => apart(next.get(key)!, natural) >= NEAR)
  return new Map(others.map(({ key }) => [key, next.get(key)!]))
}
