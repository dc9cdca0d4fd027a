// When to probe: a beat that each target keeps for life, and faster probes that confirm a failure. Pure.
import { confirmSpacing, isConfirming, type Streak, type Thresholds } from './streak.js'

/** All times of this file are ms on one monotonic clock. */
export interface Beat {
  readonly intervalMs: number
  /** Where in the interval the beats of this target lie: 0 to below `intervalMs`, a whole number. */
  readonly phaseMs: number
  /** From one probe to the next while a failure is being confirmed; a fifth of the interval unless told. */
  readonly confirmMs?: number
}

export interface Probed {
  readonly dueAt: number
  readonly startedAt: number
  readonly endedAt: number
}

/** Jitter: `random` (0 to below 1) shifts the phase of a target, never its interval. */
export const beat = (intervalMs: number, random: number): Beat => ({
  intervalMs,
  phaseMs: Math.floor(random * intervalMs),
})

/**
 * Phases (0 to below 1) from `start` on that lie evenly, however many of them are taken: each falls into one of the widest
 * gaps that those before it have left.
 */
export function evenPhases(start: number): () => number {
  let taken = 0
  return () => (start + taken++ * GOLDEN) % 1
}

/** The part of the golden ratio behind its point. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** The first beat that lies after `time`. */
export const beatAfter = ({ intervalMs, phaseMs }: Beat, time: number): number =>
  phaseMs + (Math.floor((time - phaseMs) / intervalMs) + 1) * intervalMs

/** When the next probe is due, given the last one and the streak that it led to. Beats that passed meanwhile are not made up for. */
export function nextDue(beat: Beat, { dueAt, startedAt, endedAt }: Probed, streak: Streak): number {
  if (isConfirming(streak)) return Math.max(endedAt, startedAt + confirmSpacing(beat))
  // A timer may fire a moment early; without `dueAt` the same beat would be taken twice.
  return beatAfter(beat, Math.max(dueAt, endedAt))
}

/** False: the process stood still past half an interval. Probing every target at once now would be a burst; the next beat will do. */
export const isOnTime = ({ intervalMs }: Beat, dueAt: number, now: number): boolean => now - dueAt <= intervalMs / 2

/** Of the interval, what others may take beyond the failures themselves until they have told whether the prober is at fault. */
const LEFT_FOR_OTHERS = 1 / 10

/**
 * How long after its first failure began a target is decided at the latest, ms: `fall` failures that all take their timeout, and a
 * tenth of the interval. A single failure gets the time of another, since others are asked only when it is over.
 */
export function decidedWithinMs(
  timing: Pick<Thresholds, 'fall'> & { readonly timeoutMs: number } & Parameters<typeof confirmSpacing>[0],
): number {
  const { fall, timeoutMs, intervalMs } = timing
  const further = Math.max(1, fall - 1) * Math.max(timeoutMs, confirmSpacing(timing))
  return timeoutMs + further + intervalMs * LEFT_FOR_OTHERS
}
