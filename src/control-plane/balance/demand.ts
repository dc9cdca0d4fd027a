// What each group of clients brings, told from what regions report and from who was seen asking. Reports are exact and say
// nothing of who; samples say who, and not how much a client asks of a region once it is there.
import type { Group, Problem, Room, Shares } from './problem.js'

/** A group of which it is known how often it asks for an address. */
export interface Asking extends Omit<Group, 'demand'> {
  /** A second. */
  readonly queries: number
}

export interface Report {
  /** Absent where it has not said so lately. */
  readonly current?: number
  readonly target: number
  readonly capacity: number
}

/** Clients keep their answers, so that a region feels a change only little by little: after so long, ms, by two thirds. */
const FELT_MS = 60_000
/** A region's clients are not taken to be so many times heavier, or lighter, than all clients are. */
const MOST_APART = 4

/** Remembers where clients still are, while their answers last. */
export class Demand {
  private felt = new Map<string, Shares>()
  private lastAt: number | undefined

  /**
   * @param others queries a second by region of clients in no group
   * @param reports by region, of those that have said what they can carry
   * @param present where each group is sent  @param now ms
   */
  problem(
    groups: readonly Asking[],
    others: ReadonlyMap<string, number>,
    reports: ReadonlyMap<string, Report>,
    present: (group: Asking) => Shares,
    now: number,
  ): Problem {
    const rate = this.lastAt === undefined ? 1 : 1 - Math.exp(-(now - this.lastAt) / FELT_MS)
    this.lastAt = now
    this.felt = new Map(
      groups.map(group => [group.key, towards(this.felt.get(group.key), group.lands(present(group)), rate)]),
    )
    const loadOf = loadPerQuery(this.queries(groups, others), reports)
    return {
      groups: groups.map(({ queries, ...group }): Group => {
        const shares = [...this.felt.get(group.key)!]
        return { ...group, demand: queries * shares.reduce((sum, [region, share]) => sum + share * loadOf(region), 0) }
      }),
      rooms: [...reports].map(
        ([region, { target, capacity }]): Room => ({
          region,
          target,
          capacity,
          fixed: (others.get(region) ?? 0) * loadOf(region),
        }),
      ),
    }
  }

  /** Queries a second of the clients that are still at each region. */
  private queries(groups: readonly Asking[], others: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const queries = new Map(others)
    for (const group of groups)
      for (const [region, share] of this.felt.get(group.key)!)
        queries.set(region, (queries.get(region) ?? 0) + share * group.queries)
    return queries
  }
}

function towards(before: Shares | undefined, after: Shares, rate: number): Shares {
  if (before === undefined) return after
  const regions = new Set([...before.keys(), ...after.keys()])
  const shares = [...regions].map((region): [string, number] => {
    const was = before.get(region) ?? 0
    return [region, was + ((after.get(region) ?? 0) - was) * rate]
  })
  return new Map(shares.filter(([, share]) => share > 0.001))
}

/** What a region carries for each query of its clients; what regions carry in the mean, where it does not say. */
function loadPerQuery(
  queries: ReadonlyMap<string, number>,
  reports: ReadonlyMap<string, Report>,
): (region: string) => number {
  let [load, asked] = [0, 0]
  for (const [region, { current }] of reports) {
    if (current === undefined) continue
    load += current
    asked += queries.get(region) ?? 0
  }
  const mean = asked > 0 ? load / asked : 1
  return region => {
    const current = reports.get(region)?.current
    const own = queries.get(region) ?? 0
    if (current === undefined || own === 0) return mean
    return Math.min(mean * MOST_APART, Math.max(mean / MOST_APART, current / own))
  }
}
