// What is done when a drill moves: it is kept, made so, and told. Of what a fleet keeps a move counts once it is there; where etcd goes away
// in between, it is made so as soon as it is back.
import type { Locate } from '../geo/library.js'
import type { Published } from '../publish/publisher.js'
import { Overtaken } from '../state/overtaken.js'
import { StoreAway } from '../state/store-away.js'
import { type Drill, type DrillPlan, isUnderWay, nextMove, percentOf } from './drill.js'
import { end, nextWeek, noted, resume } from './drill-course.js'
import { DEAD_MAN_MS, type DrillEnforcer } from './drill-enforcer.js'
import type { DrillKeeper } from './drill-keeper.js'
import { greatestTtl } from './drill-outlook.js'
import type { DrillPreflight } from './drill-preflight.js'
import type { DrillRecord } from './drill-record.js'
import { refusalOf } from './drill-refused.js'
import type { DrillShelf } from './drill-shelf.js'
import type { Mover } from './last-moves.js'

export interface ConductorOptions {
  readonly shelf: DrillShelf
  readonly keeper: DrillKeeper
  readonly enforcer: DrillEnforcer
  readonly preflight: DrillPreflight
  /** Undefined until the first answer can be given. */
  readonly published: () => Published | undefined
  /** Something has become of one. */
  readonly onMove: (drill: Drill, what: string) => void
  readonly onProblem: (sentence: string, error: unknown) => void
  /** Epoch ms. */
  readonly now: () => number
}

export class DrillConductor {
  private readonly options: ConductorOptions
  /** Ids of those that have moved, and where it could not be made so. */
  private readonly behind = new Set<string>()

  constructor(options: ConductorOptions) {
    this.options = options
  }

  /** @param locate absent where nobody waits for it, and nothing is to be read from the disk */
  async add(plan: DrillPlan, locate?: Locate): Promise<DrillRecord> {
    const { shelf, keeper, preflight, onMove, now } = this.options
    const { foretold } = preflight.foretell(plan, undefined, locate)
    const what = `${plan.actor} plans it: ${plan.reason}`
    const timeline = [{ at: now(), what }]
    const { drill } = await shelf.add(id => ({
      drill: { id, plan, phase: { kind: 'planned' }, timeline },
      foretold,
      seconds: [],
    }))
    await keeper.save(drill)
    onMove(drill, what)
    return shelf.get(drill.id)!
  }

  /** Makes it so. Out of the regions nothing goes that is not kept; back everything comes at once. @throws Overtaken, StoreAway */
  async carryOut(before: DrillRecord, next: Drill): Promise<void> {
    const { shelf, keeper, published, onMove, onProblem, now } = this.options
    const { id } = next
    const isShared = shelf.node !== undefined
    const outward = percentOf(next) > percentOf(before.drill)
    const current = published()
    const cut = outward && current !== undefined ? { ttlAtCut: greatestTtl(current, next.plan.targets) } : {}
    const mover = this.moverOf(before, next)
    const moved = mover === undefined ? {} : { movedAt: [...mover.moves, mover.at] }
    const anew: DrillRecord = { ...before, ...cut, ...moved, drill: next }
    if (outward || isShared)
      try {
        await shelf.save(anew)
      } catch (error) {
        if (isShared) throw error
        onProblem(`drill ${id} ends: it could not be remembered`, error)
        return this.carryOut(before, end(before.drill, now(), 'the disk takes no changes'))
      }
    try {
      await this.makeSo(next, mover)
    } catch (error) {
      const why = refusalOf(error)
      if (why === undefined || next.phase.kind === 'over') throw error
      return this.carryOut({ ...before, drill: next }, end(next, now(), why))
    }
    // Nobody is told of what is not in force.
    const isLast = outward && next.phase.kind === 'out' && next.phase.step + 1 === next.plan.steps.length
    shelf.put(isLast ? { ...anew, cutAt: now() } : anew)
    if (!outward && !isShared) await keeper.save(next)
    for (const { what } of next.timeline.slice(before.drill.timeline.length)) onMove(next, what)
    const again = nextWeek(next, now())
    if (again !== undefined) await this.add(again)
  }

  /** One that was found at a start, or that is this node's from now on: what ran goes on, or is undone if its time is over. */
  async takeUp(record: DrillRecord, lateMs = 0): Promise<void> {
    const { drill } = record
    const anew = resume(drill, this.options.now(), lateMs)
    if (anew !== drill) await this.carryOut(record, anew)
    else if (drill.phase.kind !== 'planned') await this.makeSo(drill)
  }

  /** Goes on with one that another node left. @throws Overtaken, StoreAway */
  async takeOver(record: DrillRecord, silenceMs: number): Promise<void> {
    const { shelf, enforcer, onMove, now } = this.options
    const { drill, runner } = record
    const isDue = drill.phase.kind === 'planned' && now() >= nextMove(drill)
    if (!isDue && !isUnderWay(drill) && enforcer.overrideOf(drill) === undefined) return
    const what = `${runner} is gone: ${shelf.node} carries it on`
    const own = await shelf.claim({ ...record, drill: noted(drill, now(), what) })
    onMove(own.drill, what)
    await this.takeUp(own, silenceMs + DEAD_MAN_MS)
  }

  /** Whether it has moved, and that could not be made so yet. */
  isBehind({ drill }: DrillRecord): boolean {
    return this.behind.has(drill.id)
  }

  /** What could not be made so before is made so now. */
  async catchUp(record: DrillRecord): Promise<void> {
    if (this.isBehind(record)) await this.makeSo(record.drill)
  }

  private async makeSo(drill: Drill, mover?: Mover): Promise<void> {
    const { shelf, enforcer } = this.options
    const { id } = drill
    this.behind.delete(id)
    try {
      await enforcer.enforce(drill, shelf.unchanged(id), mover)
    } catch (error) {
      if (error instanceof StoreAway) this.behind.add(id)
      throw error
    }
  }

  /** Undefined where nobody moves, or nobody has an answer yet. */
  private moverOf({ drill, movedAt = [] }: DrillRecord, next: Drill): Mover | undefined {
    const { published, now } = this.options
    const stays = percentOf(next) === percentOf(drill)
    return stays || published() === undefined ? undefined : { at: now(), moves: movedAt }
  }
}

/** Whether another node is about to do what this one was. */
export const isOvertaken = (error: unknown): boolean => error instanceof Overtaken
