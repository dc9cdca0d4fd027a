// When clients of each region were last moved, by whomever: known here at once, and kept for after a restart, and for a fleet.
import type { SharedValue } from '../state/shared-value.js'
import type { KeptSafety } from './safety/fact.js'

/** Whoever moves clients in several steps: what they moved themselves is no reason for them to wait. */
export interface Mover {
  /** When the move is made that this is about; epoch ms. */
  readonly at: number
  /** When the ones before it were. */
  readonly moves: readonly number[]
}

/** What was moved within so short a time of this is the same move, ms. */
const SAME_MOVE_MS = 2000

export class LastMoves {
  private readonly kept: SharedValue<KeptSafety>
  /** What was moved here: also where it cannot be written. By region, epoch ms. */
  private readonly own = new Map<string, number>()

  constructor(kept: SharedValue<KeptSafety>) {
    this.kept = kept
  }

  /** By region, epoch ms. @param except moves that do not count */
  list(except: readonly number[] = []): ReadonlyMap<string, number> {
    const moves = new Map(Object.entries(this.kept.current().moves))
    for (const [id, at] of this.own) moves.set(id, Math.max(at, moves.get(id) ?? at))
    if (except.length === 0) return moves
    return new Map([...moves].filter(([, at]) => !except.some(other => Math.abs(at - other) < SAME_MOVE_MS)))
  }

  /** Until it is taken back by what this returns. */
  note(ids: readonly string[], at: number): () => void {
    const before = ids.map(id => [id, this.own.get(id)] as const)
    for (const id of ids) this.own.set(id, at)
    return () => {
      for (const [id, then] of before)
        if (then === undefined) this.own.delete(id)
        else this.own.set(id, then)
    }
  }

  /**
   * For good. Rejects where it cannot be written: then nobody else knows of it, and it would be forgotten by a restart.
   * @param regions those of the document; of others nothing is kept
   */
  made(ids: readonly string[], at: number, regions: ReadonlyMap<string, unknown>): Promise<unknown> {
    if (ids.length === 0) return Promise.resolve()
    this.note(ids, at)
    return this.kept.update(value => {
      // All nodes see the same edit come into force; the first of them writes it down.
      if (ids.every(id => (value.moves[id] ?? Number.NEGATIVE_INFINITY) > at - SAME_MOVE_MS)) return value
      const moves = { ...value.moves, ...Object.fromEntries(ids.map(id => [id, at])) }
      return { ...value, moves: Object.fromEntries(Object.entries(moves).filter(([id]) => regions.has(id))) }
    })
  }
}
