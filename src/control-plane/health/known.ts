// What is known of a target, and what one more result makes of it. Pure.
import type { ProbedCheckSpec } from '../traffic/document/check.js'
import { calmed, flap, type Penalty, releaseAt } from './damping.js'
import { latencyFailure, recent } from './latency.js'
import { first, type Streak, step } from './streak.js'
import type { ProbeResult } from './trace.js'

/** What is known of a target once it has had a result; times in epoch ms. */
export interface Known {
  readonly streak: Streak
  /** When `up` took its present value. */
  readonly since: number
  /** When the first of the failures came that are still held against it, or that took it down; absent where there are none. */
  readonly failingSince?: number
  readonly lastAt: number
  readonly lastMs?: number
  readonly lastError?: string
  readonly lastWarning?: string
  /** Days until the certificate ends that the last probe was shown. */
  readonly certificateDays?: number
  /** The check cannot be carried out on this node, for the reason in `lastError`. */
  readonly unavailable?: boolean
  /** For having gone down before; there only where the check is damped. */
  readonly penalty?: Penalty
  /** Until when passes bring it back no more, because it went down too often. */
  readonly heldUntil?: number
  /** How long the last probes that passed took, ms, newest last; there only where the check limits its latency. */
  readonly latencies?: readonly number[]
}

/** The result as the check wants it judged: turned round, or failed for being slow. */
export function judge(result: ProbeResult, latencies: readonly number[], spec: ProbedCheckSpec): ProbeResult {
  const { error: _, ...rest } = result
  if (spec.inverted === true)
    return result.passed
      ? { ...rest, passed: false, heard: true, error: 'it passes, and the check is inverted' }
      : { ...rest, passed: true }
  const slow = result.passed && spec.latency !== undefined ? latencyFailure(latencies, spec.latency) : undefined
  return slow === undefined ? result : { ...rest, passed: false, error: slow }
}

/**
 * What becomes of a failure: it `counts`; it is `held`, since the prober suspects that it is its own, and neither it nor those
 * before it count for anything; or it is `awaited`: others will tell, those before it count, and it is seen soon whether it is one more.
 */
export type Hold = 'counts' | 'held' | 'awaited'

/** What is known after one more result. It is shown, whatever becomes of it. */
export function learn(
  before: Known | undefined,
  raw: ProbeResult,
  spec: ProbedCheckSpec,
  hold: Hold = 'counts',
): Known {
  if (raw.unavailable === true) return cannotBe(raw, before)
  // What it was while nothing could be found out says nothing.
  if (before?.unavailable === true) return learn(undefined, raw, spec)
  const latencies = spec.latency === undefined ? undefined : recent(before?.latencies, raw, spec.latency)
  const result = judge(raw, latencies ?? [], spec)
  const now = result.endedAt
  const stepped =
    before === undefined
      ? first(result.passed)
      : hold === 'counts'
        ? step(before.streak, result.passed, spec)
        : { ...before.streak, run: hold === 'held' ? 0 : Math.max(1, before.streak.run) }
  const { streak, penalty, heldUntil } = damp(before, stepped, spec, now)
  const since = before?.streak.up === streak.up ? before.since : now
  const failingSince = isSound(streak)
    ? undefined
    : ((isSound(before?.streak) ? undefined : before?.failingSince) ?? now)
  return {
    streak,
    since,
    ...(failingSince === undefined ? {} : { failingSince }),
    lastAt: now,
    lastMs: result.ms,
    ...(result.error === undefined ? {} : { lastError: result.error }),
    ...(result.warning === undefined ? {} : { lastWarning: result.warning }),
    ...(result.certificateDays === undefined ? {} : { certificateDays: result.certificateDays }),
    ...(penalty === undefined ? {} : { penalty }),
    ...(heldUntil === undefined ? {} : { heldUntil }),
    ...(latencies === undefined ? {} : { latencies }),
  }
}

function cannotBe(
  { endedAt, ms, error = 'this node cannot carry it out' }: ProbeResult,
  before: Known | undefined,
): Known {
  const since = before?.unavailable === true ? before.since : endedAt
  return { streak: { up: true, run: 0 }, since, lastAt: endedAt, lastMs: ms, lastError: error, unavailable: true }
}

/** Up, and nothing is held against it. What is not known yet has nothing held against it either. */
const isSound = (streak: Streak | undefined): boolean => streak === undefined || (streak.up && streak.run === 0)

/** Whether this result would take an up target down. */
export const wouldFall = (before: Known | undefined, raw: ProbeResult, spec: ProbedCheckSpec): boolean =>
  before?.streak.up === true && !learn(before, raw, spec).streak.up

interface Damped {
  readonly streak: Streak
  readonly penalty: Penalty | undefined
  readonly heldUntil: number | undefined
}

/** A target that would come back while it is held stays one pass short of it. */
function damp(before: Known | undefined, streak: Streak, { damping, rise }: ProbedCheckSpec, now: number): Damped {
  if (damping === undefined || before === undefined) return { streak, penalty: undefined, heldUntil: undefined }
  const fell = before.streak.up && !streak.up
  const penalty = fell ? flap(before.penalty, damping, now) : calmed(before.penalty, damping, now)
  const heldUntil = releaseAt(penalty, before.heldUntil, damping, now)
  const held = heldUntil !== undefined && streak.up && !before.streak.up
  return { streak: held ? { up: false, run: rise - 1 } : streak, penalty, heldUntil }
}
