// Balancing, step by step: where clients are, whether that is still good enough, and where to move them next if it is not.
import { apart, type Plan, type Present, planned, type Solve } from './plan.js'
import { type Assignment, costOf, type Group, loadsOf, type Problem, type Room, type Shares } from './problem.js'
import { between, calmStep, type Moved, movedLately, reluctance, withMove } from './reluctance.js'

/** How often it is looked whether anything is to be moved at once, ms. */
export const BALANCE_STEP_MS = 30_000
/** How often it is looked where nothing is urgent, ms: clients have followed by then, and what regions report says so. */
const CALM_MS = 300_000

/** What is planned keeps so much of the target. */
const AIM = 0.99
/**
 * A region is left alone until it is so many times above its target, and then brought back to it: less than that is the noise
 * of samples, of how busy clients are, and of networks that go as a whole. See reluctance.ts for the second.
 */
const BAND = [1.05, 1.1] as const
/** It is urgent where a region is so far on its way from its target to its capacity. */
const URGENT_AT = 0.5
/**
 * Where all is within its targets, clients are moved only where they could gain such a part of what balancing costs them in
 * all, and as many ms in the mean; a client is moved only for so many ms. What is worth it even to who has moved enough is no
 * noise: regions have room again, and their clients are still elsewhere.
 */
const WORTH = { part: [0.1, 0.5], meanMs: [0.02, 0.3], eachMs: 0.5 } as const
/**
 * Where clients are elsewhere for hardly any reason, since a region is back or the busy hours are over: this part of what
 * balancing costs could be taken away, and as many ms in the mean. Then they go home at once.
 */
const IDLE = { part: 0.8, meanMs: 0.5 } as const
/** Where a region is to be relieved, as few are moved as can be: to move one more is as bad as that it waits so many ms longer. */
const RELIEF_MS = 20
/** Of all clients, those that are moved in one step where it is urgent, or nothing keeps them where they are. */
const MOST_MOVED = 0.2

const urgentAt = ({ target, capacity }: Room): number => target + (capacity - target) * URGENT_AT

type PresentOf = (group: Group) => Present

export class Balancer {
  private readonly solve: Solve
  /** Of groups that are not where their policy alone would send them. */
  private assignment: Assignment = new Map()
  private plannedAt = -Infinity
  private moves: readonly Moved[] = []

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
  async step({ groups, rooms }: Problem, now: number): Promise<Assignment> {
    const known = new Map(groups.map(group => [group.key, this.present(group)]))
    const present: PresentOf = ({ key }) => known.get(key)! // of each group
    const loads = loadsOf(groups, group => present(group).landed)
    const carried = ({ region, fixed }: Room): number => fixed + (loads.get(region) ?? 0)
    const isUrgent = rooms.some(room => carried(room) > urgentAt(room))
    if (!isUrgent && now - this.plannedAt < CALM_MS) return this.assignment
    const spent = movedLately(this.moves, now)
    const reluctant = reluctance(spent)
    const band = isUrgent ? BAND[0] : between(BAND, reluctant)
    const isAbove = (room: Room): boolean => carried(room) > Math.min(room.target * band, urgentAt(room))
    // Whoever is within the band stays there: it is not relieved along with the others, and gets no more than it has.
    const aims = rooms.map(room => ({
      ...room,
      target: isAbove(room) ? room.target * AIM : Math.max(room.target * AIM, carried(room)),
    }))
    const aimed = { groups, rooms: aims }
    const mostMoved = isUrgent ? MOST_MOVED : calmStep(spent, false)
    const plan = rooms.some(isAbove)
      ? await planned(aimed, present, { inertiaMs: RELIEF_MS, mostMoved }, this.solve)
      : await this.homeward(aimed, present, spent)
    this.plannedAt = now
    if (plan === undefined) return this.assignment
    this.moves = withMove(this.moves, now, plan.moved)
    this.assignment = deviating(groups, plan.shares)
    return this.assignment
  }

  private present(group: Group): Present {
    const shares = this.sharesOf(group)
    return { shares, landed: group.lands(shares) }
  }

  /** A step to where clients wait least. @returns undefined where they would not gain enough, by this step and all that follow */
  private async homeward(problem: Problem, present: PresentOf, spent: number): Promise<Plan | undefined> {
    const { groups } = problem
    const now = costOf(groups, group => present(group).landed)
    const added = now - costOf(groups, ({ natural }) => natural)
    const demand = groups.reduce((sum, group) => sum + group.demand, 0)
    const gainOf = ({ landed }: Plan): number => now - costOf(groups, ({ key }) => landed.get(key)!) // it has every group
    const within = (mostMoved: number): Promise<Plan> =>
      planned(problem, present, { inertiaMs: WORTH.eachMs, mostMoved }, this.solve)
    const all = await within(1)
    const gain = gainOf(all)
    const isWorth = (reluctant: number): boolean =>
      gain > 0 && gain >= demand * between(WORTH.meanMs, reluctant) && gain >= added * between(WORTH.part, reluctant)
    if (!isWorth(reluctance(spent))) return undefined
    const isIdle = gain >= added * IDLE.part && gain >= demand * IDLE.meanMs
    const mostMoved = isIdle ? MOST_MOVED : calmStep(spent, isWorth(1))
    const step = all.moved <= mostMoved ? all : await within(mostMoved)
    return gainOf(step) > 0 ? step : undefined
  }
}

/** Shares that differ by less are the same. */
const NEAR = 0.01

/** Without the groups that are where their policy sends them. */
function deviating(groups: readonly Group[], next: Assignment): Assignment {
  const others = groups.filter(({ key, natural }) => apart(next.get(key)!, natural) >= NEAR)
  return new Map(others.map(({ key }) => [key, next.get(key)!]))
}
