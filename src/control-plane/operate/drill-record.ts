// What a drill left behind: its timeline, what was foretold, and what was counted while it ran. Pure.
import type { Drill } from './drill.js'
import { type FollowedClient, type Promptness, promptnessOf } from './drill-late.js'
import type { Foretold } from './drill-outlook.js'

/** What was answered in the time that ends at `until`, about a second. */
export interface Second {
  /** Epoch ms. */
  readonly until: number
  /** Answers that sent a client to the region. */
  readonly answers: Readonly<Record<string, number>>
  /** All replies, and those of them that were SERVFAIL. */
  readonly replies: number
  readonly failed: number
}

export interface DrillRecord {
  readonly drill: Drill
  /** The node that carries it on; absent where there is but one. */
  readonly runner?: string
  /** When it was planned; and again, when it began. */
  readonly foretold: Foretold
  /** Seconds that answers with a target were kept at most when the last of its steps began; absent before it did. */
  readonly ttlAtCut?: number
  /** Epoch ms at which the last of its steps out was in force; of a drill of the switch. */
  readonly cutAt?: number
  /** Epoch ms at which it moved clients, out or back; absent before it did. */
  readonly movedAt?: readonly number[]
  /** From a minute before the start to a minute after the end, oldest first. */
  readonly seconds: readonly Second[]
  /** Clients that had a target, from before the start on; absent where none was looked for. */
  readonly followed?: readonly FollowedClient[]
  /** Epoch ms; when the prober first saw the fault, when it took the targets out, and when they were back. */
  readonly firstFailureAt?: number
  readonly detectedAt?: number
  readonly returnedAt?: number
}

/** Times of the way out, epoch ms; absent where it did not come to that. */
export interface DrillTimes {
  /** The first step was published; of a fault: the targets were out. */
  readonly decidedAt?: number
  /** All clients were to be elsewhere from here on. */
  readonly allOutAt?: number
  /** The end of the first second after the decision in which a region got answers that is to gain from it. */
  readonly firstNewAnswerAt?: number
  /** The end of the last second, before the way back, in which a target was still answered with. */
  readonly lastOldAnswerAt?: number
  /** By then no client may hold an answer of before. */
  readonly clientsGoneBy?: number
  /** All answers may hold the targets again. */
  readonly endedAt?: number
}

export function timesOf(record: DrillRecord): DrillTimes {
  const { drill, seconds, foretold } = record
  const { plan, phase, timeline } = drill
  const stepAt = (step: number): number | undefined => timeline.find(event => event.step === step)?.at
  const isFault = plan.kind === 'fault'
  const decidedAt = isFault ? record.detectedAt : stepAt(0)
  if (decidedAt === undefined) return {}
  const gains = new Set(foretold.moves.map(({ to }) => to))
  const isNew = ({ answers }: Second): boolean => Object.entries(answers).some(([id, n]) => n > 0 && gains.has(id))
  const elsewhere = seconds.find(second => second.until > decidedAt && isNew(second))
  const endedAt = phase.kind === 'over' ? phase.at : undefined
  const times = {
    decidedAt,
    ...(elsewhere === undefined ? {} : { firstNewAnswerAt: elsewhere.until }),
    ...(endedAt === undefined ? {} : { endedAt }),
  }
  const last = plan.steps.length - 1
  const allOutAt = isFault ? decidedAt : plan.steps[last]!.percent === 100 ? (record.cutAt ?? stepAt(last)) : undefined
  if (allOutAt === undefined) return times
  const heightEnd = endOfHeight(drill) ?? Number.POSITIVE_INFINITY
  const old = seconds.findLast(
    ({ until, answers }) => until <= heightEnd && plan.targets.some(id => (answers[id] ?? 0) > 0),
  )
  return {
    ...times,
    allOutAt,
    ...(old === undefined ? {} : { lastOldAnswerAt: old.until }),
    clientsGoneBy: Math.max(old?.until ?? 0, allOutAt) + (record.ttlAtCut ?? foretold.ttl) * 1000,
  }
}

/** Why it has no last answer with a target, in a sentence; undefined where it has one, or could have had. */
export function whyNoLastAnswer({ plan }: Drill): string | undefined {
  const greatest = plan.steps.at(-1)!.percent // there is a step
  return greatest === 100
    ? undefined
    : `Its greatest step is ${greatest} %: its targets are answered with all along, so that there is no last answer with one.`
}

/** Who of the clients that had a target asked again in time; undefined where it never came to all being elsewhere. */
export function latenessOf(record: DrillRecord): Promptness | undefined {
  const { clientsGoneBy } = timesOf(record)
  const { followed } = record
  return clientsGoneBy === undefined || followed === undefined ? undefined : promptnessOf(followed, clientsGoneBy)
}

/** Epoch ms at which the last step out ended; undefined where it did not begin, or has not ended. */
export function endOfHeight({ plan, timeline }: Drill): number | undefined {
  const at = timeline.findIndex(({ step }) => step === plan.steps.length - 1)
  return at < 0 ? undefined : timeline[at + 1]?.at
}

/** So many of them are kept, about two hours of seconds; of a longer drill those of before are put together by twos. */
const MOST_SECONDS = 7200
/** The newest stay as they are: what a drill goes by is counted from them. */
const FRESH = 60

export function withSecond(seconds: readonly Second[], second: Second): readonly Second[] {
  if (seconds.length < MOST_SECONDS) return [...seconds, second]
  const old = seconds.slice(0, -FRESH)
  const pairs = old.flatMap((one, i) => (i % 2 === 1 ? [] : old[i + 1] === undefined ? [one] : [sum(one, old[i + 1]!)]))
  return [...pairs, ...seconds.slice(-FRESH), second]
}

function sum(a: Second, b: Second): Second {
  const answers = { ...a.answers }
  for (const [id, count] of Object.entries(b.answers)) answers[id] = (answers[id] ?? 0) + count
  return { until: b.until, answers, replies: a.replies + b.replies, failed: a.failed + b.failed }
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
  /** At the height of the drill; undefined where it did not come to that, or nobody asked. */
  readonly actual: number | undefined
}

/** ms after a move in which answers of before and after are counted together. */
const BLURRED_MS = 1500

/** What was foretold beside what came, by region; the regions that gained most first. */
export function compare(record: DrillRecord): readonly Comparison[] {
  const { drill, foretold, seconds } = record
  const { plan, timeline } = drill
  const start = timeline.find(({ step }) => step === 0)?.at ?? Number.POSITIVE_INFINITY
  const heightAt = plan.kind === 'fault' ? record.detectedAt : record.cutAt
  const before = sharesBetween(seconds, start - 60_000, start)
  const after =
    heightAt === undefined
      ? {}
      : sharesBetween(seconds, heightAt + BLURRED_MS, endOfHeight(drill) ?? Number.POSITIVE_INFINITY)
  const answered = Object.keys(after).length > 0
  const ids = new Set([
    ...Object.keys(before),
    ...Object.keys(foretold.predicted),
    ...Object.keys(after),
    ...plan.targets,
  ])
  return [...ids]
    .map(region => ({
      region,
      before: before[region] ?? 0,
      predicted: foretold.predicted[region] ?? 0,
      actual: answered ? (after[region] ?? 0) : undefined,
    }))
    .sort((a, b) => b.predicted - b.before - (a.predicted - a.before))
}

/** All that were counted or compared, in order: a region has the same colour in all charts of a drill. */
export const regionsIn = (record: DrillRecord): readonly string[] =>
  [
    ...new Set([
      ...record.seconds.flatMap(({ answers }) => Object.keys(answers)),
      ...compare(record).map(({ region }) => region),
    ]),
  ].sort()
