// The drills of a node, or of its fleet: looked at every second and at each change of health, carried out, and kept over a restart. One node
// carries a drill on, and another one does when it is gone.
import type { Locate } from '../geo/library.js'
import { type Drill, type DrillFacts, type DrillPlan, isUnderWay, movesOut, nextMove } from './drill.js'
import { type AnnouncerOptions, DrillAnnouncer } from './drill-announcer.js'
import { type ConductorOptions, DrillConductor, isOvertaken } from './drill-conductor.js'
import { type CountOptions, DrillCount } from './drill-count.js'
import { advance, end, startAt } from './drill-course.js'
import { DrillEnforcer, type EnforcerOptions } from './drill-enforcer.js'
import { detection, shortfalls } from './drill-facts.js'
import { DrillKeeper, type KeeperOptions } from './drill-keeper.js'
import type { Outlook } from './drill-outlook.js'
import { type Checked, DrillPreflight, type PreflightOptions } from './drill-preflight.js'
import type { DrillRecord } from './drill-record.js'
import { DrillElsewhere, DrillRefused } from './drill-refused.js'
import type { DrillRules } from './drill-rules.js'

export interface DrillsOptions
  extends Omit<EnforcerOptions, 'now'>,
    PreflightOptions,
    Omit<KeeperOptions, 'now'>,
    AnnouncerOptions,
    CountOptions {
  readonly shelf: ConductorOptions['shelf']
  readonly overrides: EnforcerOptions['overrides'] & PreflightOptions['overrides']
  readonly faults: EnforcerOptions['faults'] & PreflightOptions['faults']
  readonly rules: DrillRules
  /** Where clients are, as the geo databases have it; undefined where they cannot be read. */
  readonly locate: () => Promise<Locate | undefined>
  /** Something has become of one. */
  readonly onMove: ConductorOptions['onMove']
  /** Epoch ms. */
  readonly now?: () => number
}

/** How often answers are counted, and drills looked at. */
const LOOK_MS = 1000
/** How often a drill that is in its window tries again. */
const TRY_MS = 10_000

export class Drills {
  private readonly options: DrillsOptions
  private readonly shelf: DrillsOptions['shelf']
  private readonly now: () => number
  /** By id, epoch ms. */
  private readonly triedAt = new Map<string, number>()
  private readonly count: DrillCount
  private readonly keeper: DrillKeeper
  private readonly preflight: DrillPreflight
  private readonly enforcer: DrillEnforcer
  private readonly announcer: DrillAnnouncer
  private readonly conductor: DrillConductor
  private timer: NodeJS.Timeout | undefined
  private closed = false
  private tail: Promise<unknown> = Promise.resolve()

  constructor(options: DrillsOptions) {
    this.options = options
    this.shelf = options.shelf
    this.now = options.now ?? Date.now
    const timed = { ...options, now: this.now }
    this.count = new DrillCount(options, this.now())
    this.enforcer = new DrillEnforcer(timed)
    this.keeper = new DrillKeeper(this.shelf, timed)
    this.preflight = new DrillPreflight(options, () => this.drills())
    this.announcer = new DrillAnnouncer(options)
    this.conductor = new DrillConductor({
      ...timed,
      keeper: this.keeper,
      enforcer: this.enforcer,
      preflight: this.preflight,
    })
    // Also where it is this node's own, and comes late since etcd was away at the start.
    this.shelf.onChange(({ drill }) => this.enforcer.follow(drill))
    this.shelf.onGone(({ drill }) => this.enforcer.letGo(drill))
  }

  /** Newest first. */
  list(): readonly DrillRecord[] {
    return [...this.shelf.list()].reverse()
  }

  get(id: string): DrillRecord | undefined {
    return this.shelf.get(id)
  }

  /**
   * To be awaited before the first probe and the first answer: what ran goes on where it was, or is undone if its time is
   * over.
   */
  resume(): Promise<void> {
    return this.inTurn(async () => {
      for (const record of this.shelf.list()) {
        if (!this.shelf.isOwn(record)) this.enforcer.follow(record.drill)
        else if (record.drill.phase.kind !== 'over')
          await this.unlessOvertaken(this.conductor.takeUp(record, this.options.silenceMs)).catch(error =>
            this.options.onProblem('a drill of before the restart could not be looked at', error),
          )
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
    return this.inTurn(async () => {
      const record = await this.conductor.add(plan, locate)
      this.announcer.look(this.drills(), this.now())
      return record
    })
  }

  /** Undefined where there is no such drill. @throws DrillRefused, DrillElsewhere */
  start(id: string, inMs: number, who: string): Promise<DrillRecord | undefined> {
    return this.inTurn(async () => {
      const found = this.shelf.get(id)
      if (found === undefined) return undefined
      const { drill } = found
      if (drill.phase.kind !== 'planned')
        throw new DrillElsewhere(`drill ${id} is ${isUnderWay(drill) ? 'under way' : 'over'}`)
      const { objections } = this.preflight.outlook(drill.plan)
      if (objections.length > 0) throw new DrillRefused(objections)
      const now = this.now()
      this.triedAt.delete(id)
      await this.conductor.carryOut(await this.own(found), startAt(drill, now + inMs, now, who))
      await this.lookNow()
      return this.shelf.get(id)
    }).catch(toldElsewhere(id))
  }

  /** What it has done is undone when this resolves. Undefined where there is no such drill. @throws DrillElsewhere */
  abort(id: string, why: string): Promise<DrillRecord | undefined> {
    return this.inTurn(async () => {
      const found = this.shelf.get(id)
      if (found === undefined) return undefined
      if (found.drill.phase.kind === 'over') throw new DrillElsewhere(`drill ${id} is over`)
      await this.conductor.carryOut(await this.own(found), end(found.drill, this.now(), why))
      this.announcer.look(this.drills(), this.now())
      return this.shelf.get(id)
    }).catch(toldElsewhere(id))
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
      this.shelf
        .list()
        .filter(record => this.shelf.isOwn(record) && isUnderWay(record.drill))
        .map(({ drill }) => this.unlessOvertaken(this.keeper.save(drill))),
    )
    await this.shelf.settled()
  }

  private drills(): readonly Drill[] {
    return this.shelf.list().map(({ drill }) => drill)
  }

  /** @throws Overtaken, StoreAway */
  private own(record: DrillRecord): Promise<DrillRecord> {
    return this.shelf.isOwn(record) ? Promise.resolve(record) : this.shelf.claim(record)
  }

  /** Where another node is faster, it is for that one to go on. */
  private async unlessOvertaken(work: Promise<void>): Promise<void> {
    await work.catch(error => {
      if (!isOvertaken(error)) throw error
    })
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.tail.then(work)
    this.tail = done.catch(() => undefined)
    return done
  }

  private async lookNow(): Promise<void> {
    if (this.closed) return
    const now = this.now()
    const records = this.shelf.list()
    const own = records.filter(record => this.shelf.isOwn(record))
    for (const record of this.count.look(own, now)) this.shelf.put(record)
    for (const known of records) {
      if (this.isPast(known, now)) continue
      const { id } = known.drill
      // What was awaited for another may have taken a while.
      const record = this.shelf.get(id)
      if (record === undefined) continue
      if (this.shelf.isOwn(record)) await this.unlessOvertaken(this.advance(record, now))
      else if (this.shelf.isOrphan(record))
        await this.unlessOvertaken(this.conductor.takeOver(record, this.options.silenceMs))
    }
    this.announcer.look(this.drills(), this.now())
  }

  /** Whether nothing will become of it any more; most drills are like that, and are looked at every second. */
  private isPast(record: DrillRecord, now: number): boolean {
    return this.shelf.isOwn(record) && this.keeper.isFinished(record, now) && !this.conductor.isBehind(record)
  }

  private async advance(before: DrillRecord, now: number): Promise<void> {
    await this.conductor.catchUp(before)
    if (this.keeper.isFinished(before, now)) return
    const record = { ...before, ...detection(before, this.options.health()) }
    this.shelf.put(record)
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
    await this.conductor.carryOut(
      drill.phase.kind === 'planned' ? this.judged(record, next, preflight, now) : record,
      next,
    )
  }

  /** What it would do was foretold when it was planned; what lets it begin, or refuses it, is how things are now. */
  private judged(record: DrillRecord, { phase }: Drill, preflight: Checked | undefined, now: number): DrillRecord {
    const anew = { ...record, foretold: { ...record.foretold, ...preflight?.foretold } }
    if (phase.kind === 'out') return this.count.begun(anew, now)
    return phase.kind === 'over' && phase.outcome === 'refused' ? anew : record
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
}

/** Whoever wants something of a drill looks again first. */
const toldElsewhere =
  (id: string) =>
  (error: unknown): never => {
    throw isOvertaken(error) ? new DrillElsewhere(`another node has just done something with drill ${id}`) : error
  }
