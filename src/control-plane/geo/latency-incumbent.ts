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
  const next = isOusted(known, now) ? known : withIncumbent(known, incumbent, now)
  return bestOf(next) === incumbent && areAlike(before, next) ? before : next
}

/**
 * Whether it is plain that `nextRow` keeps the row that is in use: told of plain lists, since nearly all of a hundred thousand rows
 * stay. @param ids of regions, with what is known of each, ms, in `times`
 */
export function staysPlainly(before: LatencyRow, ids: readonly string[], times: readonly number[]): boolean {
  if (ids.length !== before.size) return false
  const incumbent = bestOf(before)
  let now = Number.POSITIVE_INFINITY
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!
    const ms = times[i]!
    const old = before.get(id)
    if (old === undefined || clearlyLess(ms, old) || clearlyLess(old, ms)) return false
    if (id === incumbent) now = ms
    else if (ms < least) least = ms
  }
  return now < least
}

function isOusted(known: LatencyRow, now: number): boolean {
  for (const ms of known.values()) if (clearlyLess(ms, now)) return true
  return false
}

/** Whatever undercuts the incumbent is put behind it; the very row where nothing does. */
function withIncumbent(known: LatencyRow, incumbent: string, now: number): LatencyRow {
  let next: Map<string, number> | undefined
  for (const [id, ms] of known) if (id !== incumbent && ms <= now) (next ??= new Map(known)).set(id, now + BEHIND_MS)
  return next ?? known
}

function bestOf(row: LatencyRow): string | undefined {
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const [id, ms] of row)
    if (ms < least) {
      best = id
      least = ms
    }
  return best
}

/** Whether no time differs clearly. */
function areAlike(before: LatencyRow, next: LatencyRow): boolean {
  if (before.size !== next.size) return false
  for (const [id, ms] of next) {
    const old = before.get(id)
    if (old === undefined || clearlyLess(ms, old) || clearlyLess(old, ms)) return false
  }
  return true
}
