// What queries there are most of, over the last minute, quarter of an hour and hour: by name, client network, region, and so on.
import { formatPrefix } from '../../dns/address.js'
import { type Heavy, HeavyKeys, together } from './heavy.js'
import { BY, type By, type Key, type SampledQuery } from './sampled.js'

/** How far back can be looked, and in which steps old samples are let go. */
export const WINDOWS = {
  '1m': { stepMs: 10_000, steps: 6 },
  '15m': { stepMs: 60_000, steps: 15 },
  '1h': { stepMs: 300_000, steps: 12 },
} as const
export type Window = keyof typeof WINDOWS
/** What is sampled is counted in its steps, and passed on to those of the longer windows when these are over. */
const FIRST = '1m'
const LONGER = ['15m', '1h'] as const
/** Threads are read one after the other: what one of them saw may belong to a step before the newest. */
const OPEN_STEPS = 2

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

/** Beside what can be asked for by its own name: client and region, and client, type and name of what is steered. */
const KEYED = {
  ...BY,
  sent: ({ region }, client) => (region === undefined ? undefined : `${client} ${region}`),
  demand: ({ rung, type, name }, client) => (rung === undefined ? undefined : `${client} ${type} ${name}`),
} as const satisfies Record<string, Key>
type Keyed = keyof typeof KEYED
const ALL = Object.entries(KEYED) as readonly [Keyed, Key][] // entries of the constant just above
const PLACE = Object.fromEntries(ALL.map(([what], i) => [what, i])) as Readonly<Record<Keyed, number>> // likewise

/** What was sampled in the step that ends at `until`, epoch ms: counts in the order of `ALL`. */
interface Step {
  readonly until: number
  readonly counts: readonly HeavyKeys[]
}

export class TopQueries {
  private readonly startedAt: number
  private readonly rings: Readonly<Record<Window, Step[]>> = { '1m': [], '15m': [], '1h': [] }

  /** @param startedAt epoch ms: nothing was sampled before */
  constructor(startedAt: number) {
    this.startedAt = startedAt
  }

  add(query: SampledQuery): void {
    const { counts } = this.stepFor(query.at)
    const client = formatPrefix(query.client)
    for (let i = 0; i < ALL.length; i++) {
      const key = ALL[i]![1](query, client)
      if (key !== undefined) counts[i]!.add(key, query.weight)
    }
  }

  /** @param now epoch ms */
  top(by: By, window: Window, limit: number, now: number): Top {
    const counts = this.counts(by, window, now)
    const queries = counts.reduce((sum, { total }) => sum + total, 0)
    const rows = together(counts)
      .slice(0, limit)
      .map(({ key, count, error }) => ({ key, queries: count, error, share: queries === 0 ? 0 : count / queries }))
    return { seconds: this.seconds(window, now), queries, rows }
  }

  /** Where the clients that ask most are sent, most first. */
  sent(window: Window, now: number): readonly Sent[] {
    return this.of('sent', window, now).map(({ key, count }) => {
      const [client = '', region = ''] = key.split(' ')
      return { client, region, queries: count }
    })
  }

  /** What is steered, by who asks for it, most first: how much each network and name weighs. */
  demand(window: Window, now: number): TrafficDemand {
    const of = this.of('demand', window, now).map(({ key, count }) => {
      const [client = '', type = '', name = ''] = key.split(' ')
      return { client, type, name, queries: count }
    })
    return { seconds: this.seconds(window, now), of }
  }

  private of(what: Keyed, window: Window, now: number): readonly Heavy[] {
    return together(this.counts(what, window, now))
  }

  private counts(what: Keyed, window: Window, now: number): readonly HeavyKeys[] {
    const oldest = this.oldest(window, now)
    const open = window === FIRST ? [] : this.rings[FIRST].slice(-OPEN_STEPS)
    return [...this.rings[window], ...open]
      .filter(({ until }) => until > oldest)
      .map(({ counts }) => counts[PLACE[what]]!)
  }

  private stepFor(at: number): Step {
    const ring = this.rings[FIRST]
    const until = endOf(at, WINDOWS[FIRST].stepMs)
    const last = ring.at(-1)
    if (last !== undefined && until <= last.until) {
      const open = ring.slice(-OPEN_STEPS)
      return open.findLast(step => step.until <= until) ?? open[0]!
    }
    const over = ring.at(-OPEN_STEPS)
    if (over !== undefined) for (const window of LONGER) passOn(over, this.rings[window], WINDOWS[window])
    return push(ring, until, WINDOWS[FIRST].steps)
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

/** A step that is over is a part of one of the longer steps. */
function passOn({ until, counts }: Step, ring: Step[], { stepMs, steps }: { stepMs: number; steps: number }): void {
  const end = endOf(until - 1, stepMs)
  const last = ring.at(-1)
  const to = last !== undefined && end <= last.until ? last : push(ring, end, steps)
  for (let i = 0; i < counts.length; i++) to.counts[i]!.addAll(counts[i]!)
}

function push(ring: Step[], until: number, steps: number): Step {
  const step = { until, counts: ALL.map(([what]) => new HeavyKeys(what === 'demand' ? DEMAND_KEYS : KEYS)) }
  ring.push(step)
  if (ring.length > steps) ring.shift()
  return step
}
