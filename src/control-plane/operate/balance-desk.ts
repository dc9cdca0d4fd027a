// Balancing on a node: looks at who asks and what regions carry, and puts in force what is worked out for them.
import { Balancer } from '../balance/balancer.js'
import { Demand, type Report } from '../balance/demand.js'
import type { Solve } from '../balance/plan.js'
import type { Assignment, Problem } from '../balance/problem.js'
import type { Locate } from '../geo/library.js'
import { GIVES } from '../health/endpoints.js'
import { type Balance, NO_BALANCE } from '../publish/balanced.js'
import type { Published } from '../publish/publisher.js'
import { regionStates } from '../publish/region-states.js'
import { type SeenClients, seenClients } from './balance-groups.js'
import { balanceOf } from './balance-plan.js'
import type { LoadFacts } from './loads.js'
import type { TrafficDemand } from './top.js'

/** How balancing stands. */
export interface BalanceFacts {
  /** Of what is asked of policies that balance, the share that goes elsewhere than by these alone, 0 to 1. */
  readonly elsewhere: number
  /** Groups of clients that were seen, and those of which some go elsewhere. */
  readonly groups: number
  readonly moved: number
  /** When it was looked last, epoch ms. */
  readonly at: number
}

interface BalanceDeskOptions {
  readonly solve: Solve
  readonly published: () => Published | undefined
  readonly demand: (now: number) => TrafficDemand
  readonly loads: (now: number) => readonly LoadFacts[]
  readonly locate: () => Promise<Locate>
  /** Called where something else is to be in force. */
  readonly apply: (balance: Balance) => void
}

export class BalanceDesk {
  private readonly options: BalanceDeskOptions
  private readonly balancer: Balancer
  private readonly seen = new Demand()
  private assignment: Assignment = new Map()
  private told: BalanceFacts | undefined

  constructor(options: BalanceDeskOptions) {
    this.options = options
    this.balancer = new Balancer(options.solve)
  }

  /** Undefined while no policy balances. */
  facts(): BalanceFacts | undefined {
    return this.told
  }

  /** Looks once. One call at a time. @param now epoch ms  @throws where there is no solution; what was in force stays */
  async look(now: number): Promise<void> {
    const { published: current, demand, loads, locate, apply } = this.options
    const published = current()
    if (published === undefined) return
    if (!published.world.names.steerings.some(({ sharing }) => sharing.balance !== undefined)) {
      if (published.balance !== NO_BALANCE) apply(NO_BALANCE)
      this.told = undefined
      return
    }
    const seen = seenClients(published, demand(now), await locate())
    const reports = reportsOf(published, seen, loads(now))
    const problem = this.seen.problem(seen.groups, seen.others, reports, group => this.balancer.sharesOf(group), now)
    const next = await this.balancer.step(problem, now)
    this.told = factsOf(problem, next, now)
    if (next === this.assignment) return
    this.assignment = next
    apply(balanceOf(seen.groups, next))
  }
}

/** Of regions that serve. Whoever has not said for long what it carries still has its capacity. */
function reportsOf(
  published: Published,
  { targets }: SeenClients,
  loads: readonly LoadFacts[],
): ReadonlyMap<string, Report> {
  const { world, health, forced, at } = published
  const states = GIVES.map(gives => regionStates(world.document, health, gives, forced, at))
  const serves = (region: string): boolean =>
    states.some(of => {
      const state = of.get(region)
      return state?.enabled === true && state.up && state.hasAddresses
    })
  return new Map(
    loads
      .filter(({ region }) => serves(region))
      .map(({ region, current, capacity, target, stale }): [string, Report] => [
        region,
        { capacity, target: target ?? capacity * (targets.get(region) ?? 1), ...(stale ? {} : { current }) },
      ]),
  )
}

function factsOf({ groups }: Problem, assignment: Assignment, at: number): BalanceFacts {
  let [elsewhere, all] = [0, 0]
  for (const { key, demand, natural } of groups) {
    all += demand
    for (const [region, share] of assignment.get(key) ?? [])
      elsewhere += Math.max(0, share - (natural.get(region) ?? 0)) * demand
  }
  return { elsewhere: all === 0 ? 0 : elsewhere / all, groups: groups.length, moved: assignment.size, at }
}
