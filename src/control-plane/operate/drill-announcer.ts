// The moves of drills that are near: the TTL of answers falls as they draw near.
import type { PlannedMoves } from '../publish/planned.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Drill, nextMove } from './drill.js'
import { nameOf } from './drill-facts.js'
import { delayToNext, longestTtlMs } from './override-rhythm.js'

/** A move is announced so long before answers could outlive it; ms. */
const HORIZON_MS = 60_000
const NOTHING = '[]'

export interface AnnouncerOptions {
  readonly document: () => TrafficDocument
  /** Lets answers be kept no longer than until the moves that are planned. */
  readonly announce: (moves: PlannedMoves) => void
}

export class DrillAnnouncer {
  private readonly options: AnnouncerOptions
  private announced = NOTHING
  private announcedUntil = Number.NEGATIVE_INFINITY

  constructor(options: AnnouncerOptions) {
    this.options = options
  }

  /** Announces what is near, where it is not what was announced last. @param now epoch ms */
  look(drills: readonly Drill[], now: number): void {
    // It is asked every second, and mostly of drills that are over.
    if (this.announced === NOTHING && drills.every(drill => nextMove(drill) === Number.POSITIVE_INFINITY)) return
    const horizon = now + longestTtlMs(this.options.document()) + HORIZON_MS
    const moves = new Map(
      drills
        .filter(drill => nextMove(drill) <= horizon)
        .sort((a, b) => nextMove(b) - nextMove(a))
        // Of several that mean a region the soonest comes last, and holds.
        .flatMap(drill => drill.plan.targets.map(id => [id, { at: nextMove(drill), by: nameOf(drill) }] as const)),
    )
    const key = JSON.stringify([...moves])
    if (key === this.announced && now < this.announcedUntil) return
    const delay = delayToNext(
      [...moves.values()].map(({ at }) => at).filter(at => at > now),
      now,
    )
    this.announcedUntil = delay === undefined ? Number.POSITIVE_INFINITY : now + delay
    this.announced = key
    this.options.announce(moves)
  }
}
