// What a drill left behind: its timeline, what was foretold, and what was counted while it ran. Pure.
import type { Drill } from './drill.js'

/** Answers of one second, by region. */
export interface Second {
  /** Epoch ms at which it ends. */
  readonly until: number
  readonly answers: Readonly<Record<string, number>>
}

export interface DrillRecord {
  readonly drill: Drill
  /** By region, the share of all answers that it is to have while the targets have none, 0 to 1; the targets are not in it. */
  readonly predicted: Readonly<Record<string, number>>
  /** Seconds that an answer of before was kept by clients, at most: the greatest TTL of the steered names. */
  readonly ttl: number
  /** From a minute before the start to a minute after the end, oldest first. */
  readonly seconds: readonly Second[]
  /** Epoch ms; when the prober first saw the fault, and when it took the targets out. Only of a drill of faults. */
  readonly firstFailureAt?: number
  readonly detectedAt?: number
}

/** Times of the way out, epoch ms; absent where it did not come to that. */
export interface DrillTimes {
  /** The first step was decided and published. */
  readonly decidedAt?: number
  /** All clients were to be elsewhere from here on. */
  readonly allOutAt?: number
  /** The end of the first second in which another region got an answer after the decision. */
  readonly firstNewAnswerAt?: number
  /** The end of the last second, after all were to be elsewhere, in which a target was still answered with. */
  readonly lastOldAnswerAt?: number
  /** By then no client may hold an answer of before. */
  readonly clientsGoneBy?: number
}

export function timesOf({ drill: { plan, timeline }, seconds, ttl }: DrillRecord): DrillTimes {
  const stepTimes = timeline.filter(({ what }) => what.endsWith('go elsewhere')).map(({ at }) => at)
  const decidedAt = stepTimes[0]
  const last = plan.steps.at(-1)
  const allOutAt =
    last?.percent === 100 && stepTimes.length >= plan.steps.length ? stepTimes[plan.steps.length - 1] : undefined
  if (decidedAt === undefined) return {}
  const elsewhere = seconds.find(
    ({ until, answers }) =>
      until > decidedAt && Object.entries(answers).some(([id, n]) => n > 0 && !plan.targets.includes(id)),
  )
  const out = { decidedAt, ...(elsewhere === undefined ? {} : { firstNewAnswerAt: elsewhere.until }) }
  if (allOutAt === undefined) return out
  const end = allOutAt + last!.holdMs
  const old = seconds.findLast(
    ({ until, answers }) => until > allOutAt && until <= end && plan.targets.some(id => (answers[id] ?? 0) > 0),
  )
  return {
    ...out,
    allOutAt,
    ...(old === undefined ? {} : { lastOldAnswerAt: old.until }),
    clientsGoneBy: (old?.until ?? allOutAt) + ttl * 1000,
  }
}

/** Shares of the answers between two moments, 0 to 1, by region; empty where there were none. */
export function sharesBetween(seconds: readonly Second[], from: number, to: number): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  let all = 0
  for (const { until, answers } of seconds) {
    if (until <= from || until > to) continue
    for (const [id, count] of Object.entries(answers)) {
      counts[id] = (counts[id] ?? 0) + count
      all += count
    }
  }
  return Object.fromEntries(Object.entries(counts).map(([id, count]) => [id, count / all]))
}

export interface Comparison {
  readonly region: string
  readonly before: number
  readonly predicted: number
  /** While the targets had no clients; undefined where it did not come to that, or nobody asked. */
  readonly actual: number | undefined
}

/** What was foretold beside what came, by region; the regions that gained most first. */
export function compare(record: DrillRecord): readonly Comparison[] {
  const { drill, predicted, seconds } = record
  const { decidedAt, allOutAt } = timesOf(record)
  const start = decidedAt ?? drill.plan.startsAt
  const before = sharesBetween(seconds, start - 60_000, start)
  // The second in which the switch was thrown belongs to both worlds.
  const after =
    allOutAt === undefined ? {} : sharesBetween(seconds, allOutAt + 1000, allOutAt + drill.plan.steps.at(-1)!.holdMs)
  const answered = Object.keys(after).length > 0
  const ids = new Set([...Object.keys(before), ...Object.keys(predicted), ...Object.keys(after), ...drill.plan.targets])
  return [...ids]
    .map(region => ({
      region,
      before: before[region] ?? 0,
      predicted: predicted[region] ?? 0,
      actual: answered ? (after[region] ?? 0) : undefined,
    }))
    .sort((a, b) => b.predicted - b.before - (a.predicted - a.before))
}
