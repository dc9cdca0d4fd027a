// Fall and rise: how results in a row turn an address up or down. Pure.

export interface Streak {
  readonly up: boolean
  /** Results that disagree with `up`; enough of them flip it. In a row, but for those that `steady` bridges. */
  readonly run: number
  /** Passes in a row since the last failure, while failures are remembered; absent where there are none. */
  readonly calm?: number
}

export interface Thresholds {
  /** Failures in a row that take it down. */
  readonly fall: number
  /** Passes in a row that bring it back. */
  readonly rise: number
  /**
   * Passes in a row after which failures before them are forgotten; 1 unless told. With more, failures add up over
   * passes between them, so that what fails every other time goes down too (after gdnsd's ok_thresh).
   */
  readonly steady?: number
}

/** After a first failure of what is up, the confirming probes follow at this part of the interval, unless told otherwise. */
const CONFIRM = 1 / 5

/** From one probe to the next while a failure is being confirmed, ms. */
export const confirmSpacing = ({
  intervalMs,
  confirmMs,
}: {
  readonly intervalMs: number
  readonly confirmMs?: number
}) => confirmMs ?? intervalMs * CONFIRM

/** The very first result is believed at once: there is nothing yet that it could disturb. */
export const first = (passed: boolean): Streak => ({ up: passed, run: 0 })

/** The streak after one more result. */
export function step({ up, run, calm = 0 }: Streak, passed: boolean, { rise, fall, steady = 1 }: Thresholds): Streak {
  if (passed === up) return up && run > 0 && calm + 1 < steady ? { up, run, calm: calm + 1 } : { up, run: 0 }
  return run + 1 >= (up ? fall : rise) ? { up: passed, run: 0 } : { up, run: run + 1 }
}

/** Whether failures are being confirmed, faster than the interval. */
export const isConfirming = ({ up, run }: Streak): boolean => up && run > 0

/** The earliest time in which `up` could flip, ms: the spacing now in force × results left. */
export function changeInMs(streak: Streak, timing: Thresholds & Parameters<typeof confirmSpacing>[0]): number {
  // A document may lower a threshold below a run that is under way: one more result is always needed.
  const left = Math.max(1, (streak.up ? timing.fall : timing.rise) - streak.run)
  return left * (isConfirming(streak) ? confirmSpacing(timing) : timing.intervalMs)
}
