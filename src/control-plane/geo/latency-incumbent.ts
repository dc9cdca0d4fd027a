// Rows of learned latency that do not flap: a region keeps the clients that it has until another one is clearly better.
import type { LatencyRow } from './latency-table.js'

/** Both have to be exceeded: a tenth of 8 ms is noise, and so are 5 ms of 200. */
const CLEARLY = { share: 0.1, ms: 5 }
/** By how much a region that is better, but not clearly, is published as worse than the incumbent. */
const BEHIND_MS = 0.1

/** Whether a time is so much less than another that clients should move for it. */
export const clearlyLess = (ms: number, than: number): boolean =>
  ms < than * (1 - CLEARLY.share) && ms < than - CLEARLY.ms

/**
 * The row to publish, given the one that is in use and what is known now. The best region stays the best until another is
 * clearly better; what undercuts it by less is put just behind it. Where nothing has changed clearly it is the very row
 * that was in use.
 */
export function nextRow(before: LatencyRow | undefined, known: LatencyRow): LatencyRow {
  if (before === undefined) return known
  const incumbent = bestOf(before)
  const now = incumbent === undefined ? undefined : known.get(incumbent)
  if (incumbent === undefined || now === undefined) return known
  const ousted = [...known.values()].some(ms => clearlyLess(ms, now))
  const next = ousted ? known : new Map([...known].map(([id, ms]) => [id, id === incumbent ? ms : behind(ms, now)]))
  return saysTheSame(before, next) ? before : next
}

const behind = (ms: number, incumbent: number): number => (ms <= incumbent ? incumbent + BEHIND_MS : ms)

function bestOf(row: LatencyRow): string | undefined {
  let best: string | undefined
  for (const [id, ms] of row) if (best === undefined || ms < row.get(best)!) best = id
  return best
}

function saysTheSame(before: LatencyRow, next: LatencyRow): boolean {
  if (before.size !== next.size || bestOf(before) !== bestOf(next)) return false
  return [...next].every(([id, ms]) => {
    const old = before.get(id)
    return old !== undefined && !clearlyLess(ms, old) && !clearlyLess(old, ms)
  })
}
