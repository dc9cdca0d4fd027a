// How many answers were given second by second, of which a drill keeps those of its time.
import type { Second } from './drill-record.js'

/** Counters as they stand; they only grow, but for a restart of what counts them. */
export interface Tally {
  readonly answers: Readonly<Record<string, number>>
  /** All replies, and those of them that were SERVFAIL. */
  readonly replies: number
  readonly failed: number
}

/** Seconds that are kept, so that a drill knows what was before it. */
const KEPT = 60
/** Whoever looks a little early sees a second all the same. */
const LEAST_MS = 900

export class DrillMeter {
  private before: { readonly at: number; readonly tally: Tally } | undefined
  private seconds: readonly Second[] = []

  /** The last seconds, oldest first. */
  last(): readonly Second[] {
    return this.seconds
  }

  /** Takes the counters at a moment, epoch ms. Undefined where too little time has passed since the last time. */
  take(now: number, tally: () => Tally): Second | undefined {
    const { before } = this
    // A clock that was set back begins anew.
    if (before !== undefined && now >= before.at && now < before.at + LEAST_MS) return undefined
    const after = tally()
    this.before = { at: now, tally: after }
    if (before === undefined || now < before.at) return undefined
    const second: Second = {
      until: now,
      answers: grown(after.answers, before.tally.answers),
      replies: growth(after.replies, before.tally.replies),
      failed: growth(after.failed, before.tally.failed),
    }
    this.seconds = [...this.seconds.slice(1 - KEPT), second]
    return second
  }
}

const growth = (after: number, before: number): number => (after >= before ? after - before : after)

const grown = (after: Tally['answers'], before: Tally['answers']): Tally['answers'] =>
  Object.fromEntries(
    Object.entries(after)
      .map(([id, count]) => [id, growth(count, before[id] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  )
