// When what is counted of a drill is put on the disk: often enough while it runs, once more after its end, and then never again.
import { Overtaken } from '../state/overtaken.js'
import { type Drill, isUnderWay } from './drill.js'
import type { DrillRecord } from './drill-record.js'
import type { DrillShelf } from './drill-shelf.js'

export interface KeeperOptions {
  readonly onProblem: (sentence: string, error: unknown) => void
  /** Epoch ms. */
  readonly now: () => number
}

/** So long after the end answers are counted still. */
const TAIL_MS = 60_000
/** How often what is counted is put on the disk. */
const SAVE_MS = 15_000

export class DrillKeeper {
  private readonly book: DrillShelf
  private readonly options: KeeperOptions
  /** By id, epoch ms; absent where nothing more is to be written. */
  private readonly savedAt = new Map<string, number>()

  constructor(book: DrillShelf, options: KeeperOptions) {
    this.book = book
    this.options = options
  }

  /** Whether nothing will ever be written of it again. */
  isFinished(record: DrillRecord, now: number): boolean {
    return isDone(record, now) && !this.savedAt.has(record.drill.id)
  }

  /** Writes it where it is time to. */
  async keep(record: DrillRecord, now: number): Promise<void> {
    const { drill } = record
    const { id } = drill
    const measured = !isDone(record, now) && drill.phase.kind !== 'planned'
    const since = now - (this.savedAt.get(id) ?? Number.NEGATIVE_INFINITY)
    if (measured ? since < SAVE_MS : !this.savedAt.has(id)) return
    await this.save(drill)
    if (!measured) this.savedAt.delete(id)
  }

  /** What is known of it now; where that cannot be, it is told. @throws Overtaken */
  async save({ id }: Drill): Promise<void> {
    const { onProblem, now } = this.options
    this.savedAt.set(id, now())
    try {
      await this.book.save(this.book.get(id)!) // of a drill that is in the book
    } catch (error) {
      if (error instanceof Overtaken) throw error
      onProblem(`drill ${id} would not be remembered after a restart`, error)
    }
  }
}

/** Over, and nothing of it is counted any more. */
const isDone = ({ drill: { phase } }: DrillRecord, now: number): boolean =>
  phase.kind === 'over' && now >= phase.at + TAIL_MS

/** From its start until a while after its end; what never began has nothing to count. */
export const isMeasured = ({ drill }: DrillRecord, now: number): boolean =>
  isUnderWay(drill) ||
  (drill.phase.kind === 'over' && now < drill.phase.at + TAIL_MS && drill.timeline.some(({ step }) => step === 0))
