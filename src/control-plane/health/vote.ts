// A vote of others: so many failures that they stand for, while a check fails itself as well. Pure.
import type { Thresholds } from './streak.js'

export interface Vote {
  /** Failures that it stands for; 0 is none. */
  readonly weight: number
  /** Epoch ms. */
  readonly until: number
}

export const NO_VOTE: Vote = { weight: 0, until: 0 }

/** With so many failures spared. At least one has to be found by the prober itself: others may hurry it, and not more. */
export function hurried<T extends Thresholds>(thresholds: T, { weight, until }: Vote, now: number): T {
  return weight <= 0 || now >= until ? thresholds : { ...thresholds, fall: Math.max(1, thresholds.fall - weight) }
}
