// The drills of a node: looked at every second and at each change of health, carried out, and kept over a restart.
import type { Locate } from '../geo/library.js'
import { type Drill, type DrillFacts, type DrillPlan, isUnderWay, movesOut, nextMove, percentOf } from './drill.js'
import { type AnnouncerOptions, DrillAnnouncer } from './drill-announcer.js'
import { DrillBook } from './drill-book.js'
import { type CountOptions, DrillCount } from './drill-count.js'
import { advance, end, nextWeek, resume, startAt } from './drill-course.js'
import { DrillEnforcer, type EnforcerOptions } from './drill-enforcer.js'
import { detection, shortfalls } from './drill-facts.js'
import { DrillKeeper, type KeeperOptions } from './drill-keeper.js'
import { greatestTtl, type Outlook } from './drill-outlook.js'
import { DrillPreflight, type PreflightOptions } from './drill-preflight.js'
import type { DrillRecord } from './drill-record.js'
import { DrillElsewhere, DrillRefused, refusalOf } from './drill-refused.js'
import type { DrillRules } from './drill-rules.js'
import type { Mover } from './last-moves.js'

export interface DrillsOptions
  extends Omit<EnforcerOptions, 'now'>,
    PreflightOptions,
    Omit<KeeperOptions, 'now'>,
    AnnouncerOptions,
    CountOptions {
  /** Where they are kept. */
  readonly folder: string
  readonly overrides: EnforcerOptions['overrides'] & PreflightOptions['overrides']
  readonly faults: EnforcerOptions['faults'] & PreflightOptions['faults']
  readonly rules: DrillRules
  /** Where clients are, as the geo databases have it. */
  readonly locate: () => Promise<Locate>
  /** Something has become of one. */
  readonly onMove: (drill: Drill, what: string) => void
  /** Epoch ms. */
  readonly now?: () => number
}

/** How often answers are counted, and drills looked at. */
const LOOK_MS = 1000
/** How often a drill that is in its window tries again. */
const TRY_MS = 10_000

export class Drills {
  private readonly options: DrillsOptions
  private readonly book: DrillBook
  private readonly now: () => number
  /** By id, epoch ms. */
  private readonly triedAt = new Map<string, number>()
  private readonly count: DrillCount
  private readonly keeper: DrillKeeper
  private readonly preflight: DrillPreflight
  private readonly enforcer: DrillEnforcer
  private readonly announcer: DrillAnnouncer
  private timer: NodeJS.Timeout | undefined
  private closed = false
  private tail: Promise<unknown> = Promise.resolve()

  private constructor(options: DrillsOptions, book: DrillBook) {
    this.options = options
    this.book = book
    this.now = options.now ?? Date.now
    const timed = { ...options, now: this.now }
    this.count = new DrillCount(options, this.now())
    this.enforcer = new DrillEnforcer(timed)
    this.keeper = new DrillKeeper(book, timed)
    this.preflight = new DrillPreflight(options, () => this.drills())
    this.announcer = new DrillAnnouncer(options)
  }

  /** @throws where the folder cannot be used at all */
  static async open(options: DrillsOptions): Promise<Drills> {
    return new Drills(options, await DrillBook.open(options.folder, options.onProblem))
  }

  /** Newest first. */
  list(): readonly DrillRecord[] {
    return [...this.book.list()].reverse()
  }

  get(id: string): DrillRecord | undefined {
    return this.book.get(id)
  }

  /**
   * To be awaited before the first probe and the first answer: what ran goes on where it was, or is undone if its time is
   * over.
   */
  resume(): Promise<void> {
    return this.inTurn(async () => {
      for (const record of this.book.list()) {
        const { drill } = record
        const anew = resume(drill, this.now())
        if (anew !== drill) await this.carryOut(record, anew)
        else if (isUnderWay(drill)) await this.enforcer.enforce(drill)
      }
    })
  }

  /** Counts and looks from now on. */
  run(): void {
    this.timer ??= setInterval(() => void this.look(), LOOK_MS).unref()
    void this.look()
  }

  /** What a plan would do, as things are now. @throws DrillRefused */
  async outlook(plan: DrillPlan): Promise<Outlook> {
    return this.preflight.outlook(plan, await this.options.locate())
  }

  async create(plan: DrillPlan): Promise<DrillRecord> {
    const locate = await this.options.locate()
    return this.inTurn(() => this.add(plan, locate))
  }

  /** Undefined where there is no such drill. @throws DrillRefused, DrillElsewhere */
  start(id: string, inMs: number, who: string): Promise<DrillRecord | undefined> {
    return this.inTurn(async () => {
      const record = this.book.get(id)
      if (record === undefined) return undefined
      const { drill } = record
      if (drill.phase.kind !== 'planned')
        throw new DrillElsewhere(`drill ${id} is ${isUnderWay(drill) ? 'under way' : 'over'}`)
      const { objections } = this.preflight.outlook(drill.plan)
      if (objections.length > 0) throw new DrillRefused(objections)
      const now = this.now()
      this.triedAt.delete(id)
      await this.carryOut(record, startAt(drill, now + inMs, now, who))
      await this.lookNow()
      return this.book.get(id)
    })
  }

  /** What it has done is undone when this resolves. Undefined where there is no such drill. @throws DrillElsewhere */
  abort(id: string, why: string): Promise<DrillRecord | undefined> {
    return this.inTurn(async () => {
      const record = this.book.get(id)
      if (record === undefined) return undefined
      if (record.drill.phase.kind === 'over') throw new DrillElsewhere(`drill ${id} is over`)
      await this.carryOut(record, end(record.drill, this.now(), why))
      this.announcer.look(this.drills(), this.now())
      return this.book.get(id)
    })
  }

  /** Looks at every drill: now, or when what is being done with one is done. */
  look(): Promise<void> {
    return this.inTurn(() => this.lookNow()).catch(error =>
      this.options.onProblem('a drill could not be looked at', error),
    )
  }

  /** Resolves when nothing is being written any more. Overrides stay as they are. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    this.closed = true
    await this.tail
    await Promise.all(
      this.book
        .list()
        .filter(({ drill }) => isUnderWay(drill))
        .map(({ drill }) => this.keeper.save(drill)),
    )
    await this.book.settled()
  }

  private drills(): readonly Drill[] {
    return this.book.list().map(({ drill }) => drill)
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.tail.then(work)
    this.tail = done.catch(() => undefined)
    return done
  }

  private async lookNow(): Promise<void> {
    if (this.closed) return
    const now = this.now()
    for (const record of this.count.look(this.book.list(), now)) this.book.put(record)
    for (const record of this.book.list()) await this.advance(record, now)
    this.announcer.look(this.drills(), this.now())
  }

  private async advance(before: DrillRecord, now: number): Promise<void> {
    if (this.keeper.isFinished(before, now)) return
    const record = { ...before, ...detection(before, this.options.health()) }
    this.book.put(record)
    const { drill } = record
    const { id } = drill
    if (drill.phase.kind === 'over') return this.keeper.keep(record, now)
    const due = now >= nextMove(drill)
    if (drill.phase.kind === 'planned') {
      if (!due || now < (this.triedAt.get(id) ?? Number.NEGATIVE_INFINITY) + TRY_MS) return
      this.triedAt.set(id, now)
    }
    const preflight = due && movesOut(drill) ? this.preflight.foretell(drill.plan, record) : undefined
    const next = advance(drill, now, this.factsFor(record, preflight?.objections ?? []))
    if (next === drill) return this.keeper.keep(record, now)
    const begins = drill.phase.kind === 'planned' && next.phase.kind === 'out'
    const anew = begins
      ? this.count.begun({ ...record, foretold: { ...record.foretold, ...preflight?.foretold } }, now)
      : record
    await this.carryOut(anew, next)
  }

  private factsFor(record: DrillRecord, objections: readonly string[]): DrillFacts {
    const { drill, movedAt = [] } = record
    return {
      regions: this.preflight.regions(),
      objections: [...objections, ...this.preflight.trouble(record, this.enforcer.overrideOf(drill))],
      shortfalls: shortfalls(record),
      barred: percent => this.options.rules.againstReturn(drill, percent, movedAt),
    }
  }

  /** @param locate absent where nobody waits for it, and nothing is to be read from the disk */
  private async add(plan: DrillPlan, locate?: Locate): Promise<DrillRecord> {
    const { foretold } = this.preflight.foretell(plan, undefined, locate)
    const what = `${plan.actor} plans it: ${plan.reason}`
    const timeline = [{ at: this.now(), what }]
    const drill: Drill = { id: this.book.nextId(), plan, phase: { kind: 'planned' }, timeline }
    this.book.put({ drill, foretold, seconds: [] })
    await this.keeper.save(drill)
    this.options.onMove(drill, what)
    this.announcer.look(this.drills(), this.now())
    return this.book.get(drill.id)!
  }

  /** Makes it so. Out of the regions nothing goes that is not on the disk; back everything comes at once. */
  private async carryOut(before: DrillRecord, next: Drill): Promise<void> {
    const { id } = next
    const outward = percentOf(next) > percentOf(before.drill)
    const published = this.options.published()
    const cut = outward && published !== undefined ? { ttlAtCut: greatestTtl(published, next.plan.targets) } : {}
    const mover = this.moverOf(before, next)
    const moved = mover === undefined ? {} : { movedAt: [...mover.moves, mover.at] }
    const anew: DrillRecord = { ...before, ...cut, ...moved, drill: next }
    if (outward)
      try {
        await this.book.save(anew)
      } catch (error) {
        this.options.onProblem(`drill ${id} ends: it could not be remembered`, error)
        return this.carryOut(before, end(before.drill, this.now(), 'the disk takes no changes'))
      }
    try {
      await this.enforcer.enforce(next, mover)
    } catch (error) {
      const why = refusalOf(error)
      if (why === undefined || next.phase.kind === 'over') throw error
      return this.carryOut({ ...before, drill: next }, end(next, this.now(), why))
    }
    // Nobody is told of what is not in force.
    const isLast = outward && next.phase.kind === 'out' && next.phase.step + 1 === next.plan.steps.length
    this.book.put(isLast ? { ...anew, cutAt: this.now() } : anew)
    if (!outward) await this.keeper.save(next)
    for (const { what } of next.timeline.slice(before.drill.timeline.length)) this.options.onMove(next, what)
    const again = nextWeek(next, this.now())
    if (again !== undefined) await this.add(again)
  }

  /** Undefined where nobody moves, or nobody has an answer yet. */
  private moverOf({ drill, movedAt = [] }: DrillRecord, next: Drill): Mover | undefined {
    const stays = percentOf(next) === percentOf(drill)
    return stays || this.options.published() === undefined ? undefined : { at: this.now(), moves: movedAt }
  }
}
