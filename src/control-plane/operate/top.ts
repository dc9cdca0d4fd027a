// What queries there are most of, over the last minute, quarter of an hour and hour: by name, client network, region, and so on.
import { formatPrefix } from '../../dns/address.js'
import { HeavyKeys, together } from './heavy.js'
import { BY, BYS, type By, type SampledQuery } from './sampled.js'

/** How far back can be looked, and in which steps old samples are let go. */
export const WINDOWS = {
  '1m': { stepMs: 10_000, steps: 6 },
  '15m': { stepMs: 60_000, steps: 15 },
  '1h': { stepMs: 300_000, steps: 12 },
} as const
export type Window = keyof typeof WINDOWS
const NAMES = Object.keys(WINDOWS) as readonly Window[] // keys of the constant just above

/** Keys that each step surely holds. */
const KEYS = 256
const DEMAND_KEYS = 1024

export interface TopRow {
  readonly key: string
  /** How many queries the samples stand for; it may be too many by `error`, never too few. */
  readonly queries: number
  readonly error: number
  /** Of all queries that have such a key, 0 to 1. */
  readonly share: number
}

export interface Top {
  /** How long a time it covers, seconds. */
  readonly seconds: number
  /** All queries that have such a key. */
  readonly queries: number
  /** Most first. */
  readonly rows: readonly TopRow[]
}

/** Where clients of a network are sent. */
export interface Sent {
  readonly client: string
  readonly region: string
  readonly queries: number
}

/** What is asked for by a client network, of names that a region was chosen for. */
export interface Demand {
  readonly client: string
  readonly type: string
  readonly name: string
  readonly queries: number
}

/** How much of what is steered was asked for, and over how long a time. */
export interface TrafficDemand {
  readonly seconds: number
  /** Most first. */
  readonly of: readonly Demand[]
}

/** What was sampled in the step that ends at `until`, epoch ms. */
interface Step {
  readonly until: number
  readonly by: ReadonlyMap<string, HeavyKeys>
}

/** Beside what can be asked for by its own name: client and region, and client, type and name of what is steered. */
const SENT = 'sent'
const DEMAND = 'demand'

export class TopQueries {
  private readonly startedAt: number
  private readonly rings: ReadonlyMap<Window, Step[]> = new Map(NAMES.map(window => [window, []]))

  /** @param startedAt epoch ms: nothing was sampled before */
  constructor(startedAt: number) {
    this.startedAt = startedAt
  }

  add(query: SampledQuery): void {
    const keys = keysOf(query)
    for (const [window, ring] of this.rings) {
      const { by } = stepFor(ring, WINDOWS[window], query.at)
      for (const [what, key] of keys) by.get(what)!.add(key, query.weight)
    }
  }

  /** @param now epoch ms */
  top(by: By, window: Window, limit: number, now: number): Top {
    const counts = this.steps(window, now).map(step => step.by.get(by)!)
    const queries = counts.reduce((sum, { total }) => sum + total, 0)
    const rows = together(counts)
      .slice(0, limit)
      .map(({ key, count, error }) => ({ key, queries: count, error, share: queries === 0 ? 0 : count / queries }))
    return { seconds: this.seconds(window, now), queries, rows }
  }

  /** Where the clients that ask most are sent, most first. */
  sent(window: Window, now: number): readonly Sent[] {
    return this.of(SENT, window, now).map(({ key, count }) => {
      const [client = '', region = ''] = key.split(' ')
      return { client, region, queries: count }
    })
  }

  /** What is steered, by who asks for it, most first: how much each network and name weighs. */
  demand(window: Window, now: number): TrafficDemand {
    const of = this.of(DEMAND, window, now).map(({ key, count }) => {
      const [client = '', type = '', name = ''] = key.split(' ')
      return { client, type, name, queries: count }
    })
    return { seconds: this.seconds(window, now), of }
  }

  private of(what: string, window: Window, now: number) {
    return together(this.steps(window, now).map(({ by }) => by.get(what)!))
  }

  private steps(window: Window, now: number): readonly Step[] {
    const oldest = this.oldest(window, now)
    return this.rings.get(window)!.filter(({ until }) => until > oldest)
  }

  private oldest(window: Window, now: number): number {
    const { stepMs, steps } = WINDOWS[window]
    return endOf(now, stepMs) - stepMs * steps
  }

  private seconds(window: Window, now: number): number {
    return Math.max(1, (now - Math.max(this.startedAt, this.oldest(window, now))) / 1000)
  }
}

/** When the step ends that a moment belongs to. */
const endOf = (at: number, stepMs: number): number => (Math.floor(at / stepMs) + 1) * stepMs

function keysOf(query: SampledQuery): readonly (readonly [what: string, key: string])[] {
  const keys = BYS.flatMap((by): [string, string][] => {
    const key = BY[by](query)
    return key === undefined ? [] : [[by, key]]
  })
  const { region, rung, client, type, name } = query
  if (region !== undefined) keys.push([SENT, `${formatPrefix(client)} ${region}`])
  if (rung !== undefined) keys.push([DEMAND, `${formatPrefix(client)} ${type} ${name}`])
  return keys
}

function stepFor(ring: Step[], { stepMs, steps }: { stepMs: number; steps: number }, at: number): Step {
  const until = endOf(at, stepMs)
  const last = ring.at(-1)
  // Threads are read one after the other: what one of them saw may belong to a step before the newest.
  if (last !== undefined && until <= last.until) return ring.findLast(step => step.until <= until) ?? ring[0]!
  const by = new Map([
    ...[...BYS, SENT].map(what => [what, new HeavyKeys(KEYS)] as const),
    [DEMAND, new HeavyKeys(DEMAND_KEYS)],
  ])
  ring.push({ until, by })
  if (ring.length > steps) ring.shift()
  return ring.at(-1)!
}
