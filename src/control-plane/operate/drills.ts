// The drills of a node: looked at every second and at each change of health, carried out, and kept over a restart.

import type { Health } from '../health/health.js'
import type { Published } from '../publish/publisher.js'
import type { TrafficDocument } from '../traffic/document.js'
import {
  advance,
  type Drill,
  type DrillPlan,
  end,
  isUnderWay,
  movesOut,
  nextMove,
  nextWeek,
  objectionsTo,
  percentOf,
  resume,
  startAt,
} from './drill.js'
import { type AnnouncerOptions, DrillAnnouncer } from './drill-announcer.js'
import { DrillBook } from './drill-book.js'
import { DrillEnforcer, type EnforcerOptions } from './drill-enforcer.js'
import { detection, drillRegions, nameOf, shortfalls, signals } from './drill-facts.js'
import { DrillMeter, type Tally } from './drill-meter.js'
import { type Foretold, foretell, greatestTtl, type Outlook } from './drill-outlook.js'
import { type DrillRecord, withSecond } from './drill-record.js'
import { OverrideRefused, type Overrides } from './overrides.js'

/** It cannot begin as things are. */
export class DrillRefused extends Error {
  override readonly name = 'DrillRefused'
  readonly objections: readonly string[]
  constructor(objections: readonly string[]) {
    super(objections.join('\n'))
    this.objections = objections
  }
}

/** It is not where this could be done with it. */
export class DrillElsewhere extends Error {
  override readonly name = 'DrillElsewhere'
}

export interface DrillsOptions {
  /** Where they are kept. */
  readonly folder: string
  readonly document: () => TrafficDocument
  readonly health: () => Health
  /** Undefined until the first answer can be given. */
  readonly published: () => Published | undefined
  readonly overrides: EnforcerOptions['overrides'] & Pick<Overrides, 'holding'>
  readonly faults: EnforcerOptions['faults'] & { whyNoFault(region: string): string | undefined }
  /** Answers as counted since the node started. */
  readonly tally: () => Tally
  /** Answers a second by region, over the last minute. */
  readonly rates: () => Readonly<Record<string, number>>
  readonly announce: AnnouncerOptions['announce']
  /** What other rules say against it, in words. */
  readonly allows: (plan: DrillPlan) => readonly string[]
  /** Something has become of one. */
  readonly onMove: (drill: Drill, what: string) => void
  readonly onProblem: (sentence: string, error: unknown) => void
  /** Epoch ms. */
  readonly now?: () => number
}

/** How often answers are counted, and drills looked at. */
const LOOK_MS = 1000
/** How often a drill that is in its window tries again. */
const TRY_MS = 10_000
/** So long after the end answers are counted still. */
const TAIL_MS = 60_000
/** How often what is counted is put on the disk. */
const SAVE_MS = 15_000

export class Drills {
  private readonly options: DrillsOptions
  private readonly book: DrillBook
  private readonly now: () => number
  private readonly meter = new DrillMeter()
  /** By id, epoch ms. */
  private readonly triedAt = new Map<string, number>()
  private readonly savedAt = new Map<string, number>()
  private readonly enforcer: DrillEnforcer
  private readonly announcer: DrillAnnouncer
  private timer: NodeJS.Timeout | undefined
  private closed = false
  private tail: Promise<unknown> = Promise.resolve()

  private constructor(options: DrillsOptions, book: DrillBook) {
    this.options = options
    this.book = book
    this.now = options.now ?? Date.now
    this.enforcer = new DrillEnforcer({ ...options, now: this.now })
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

  /** What a plan would do, as things are now. */
  outlook(plan: DrillPlan): Outlook {
    const { foretold, objections } = this.foretell(plan)
    const facts = { regions: this.regions(), objections, shortfalls: [] }
    return { objections: objectionsTo(plan, facts), ...foretold }
  }

  create(plan: DrillPlan): Promise<DrillRecord> {
    return this.inTurn(() => this.add(plan))
  }

  /** Undefined where there is no such drill. @throws DrillRefused, DrillElsewhere */
  start(id: string, inMs: number, who: string): Promise<DrillRecord | undefined> {
    return this.inTurn(async () => {
      const record = this.book.get(id)
      if (record === undefined) return undefined
      const { drill } = record
      if (drill.phase.kind !== 'planned')
        throw new DrillElsewhere(`drill ${id} is ${isUnderWay(drill) ? 'under way' : 'over'}`)
      const { objections } = this.outlook(drill.plan)
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
        .map(({ drill }) => this.save(drill)),
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
    const second = this.meter.take(now, this.options.tally)
    for (const record of this.book.list()) {
      if (second !== undefined && isMeasured(record, now))
        this.book.put({ ...record, seconds: withSecond(record.seconds, second) })
      await this.advance(this.book.get(record.drill.id)!, now)
    }
    this.announcer.look(this.drills(), this.now())
  }

  private async advance(before: DrillRecord, now: number): Promise<void> {
    if (isDone(before, now) && !this.savedAt.has(before.drill.id)) return
    const record = { ...before, ...detection(before, this.options.health()) }
    this.book.put(record)
    const { drill } = record
    const { id } = drill
    if (drill.phase.kind === 'over') return this.keep(record, now)
    const due = now >= nextMove(drill)
    if (drill.phase.kind === 'planned') {
      if (!due || now < (this.triedAt.get(id) ?? Number.NEGATIVE_INFINITY) + TRY_MS) return
      this.triedAt.set(id, now)
    }
    const preflight = due && movesOut(drill) ? this.foretell(drill.plan, id) : undefined
    const facts = {
      regions: this.regions(),
      objections: [...(preflight?.objections ?? []), ...this.trouble(record)],
      shortfalls: shortfalls(record),
    }
    const next = advance(drill, now, facts)
    if (next === drill) return this.keep(record, now)
    const begins = drill.phase.kind === 'planned' && next.phase.kind === 'out'
    const anew = begins
      ? { ...record, foretold: preflight?.foretold ?? record.foretold, seconds: this.meter.last() }
      : record
    await this.carryOut(anew, next)
  }

  /** What speaks against going on with one that is under way. */
  private trouble({ drill, seconds }: DrillRecord): readonly string[] {
    if (!isUnderWay(drill)) return []
    const began = drill.timeline.find(({ step }) => step === 0)?.at ?? 0
    const since = seconds.filter(({ until }) => until > began)
    const gone = drill.plan.kind === 'switch' && this.enforcer.overrideOf(drill) === undefined
    return [
      ...(gone ? ['its override is not in force any more'] : []),
      ...signals(drill.plan, since, this.options.document().regions),
    ]
  }

  /** @param id of the drill whose plan it is, if it has one */
  private foretell(
    plan: DrillPlan,
    id?: string,
  ): { readonly foretold: Foretold; readonly objections: readonly string[] } {
    const { published, rates, faults, allows } = this.options
    const current = published()
    if (current === undefined) throw new DrillRefused(['queries are not answered yet'])
    const { foretold, objections } = foretell(current, plan, rates())
    const another = this.book.list().find(({ drill }) => drill.id !== id && isUnderWay(drill))
    return {
      foretold,
      objections: [
        ...(another === undefined ? [] : [`${nameOf(another.drill)} is under way`]),
        ...(plan.kind === 'fault' ? plan.targets.flatMap(target => faults.whyNoFault(target) ?? []) : []),
        ...objections,
        ...allows(plan),
      ],
    }
  }

  private regions() {
    const { document, health, overrides } = this.options
    return drillRegions(document(), health(), overrides.holding())
  }

  private async add(plan: DrillPlan): Promise<DrillRecord> {
    const { foretold } = this.foretell(plan)
    const what = `${plan.actor} plans it: ${plan.reason}`
    const timeline = [{ at: this.now(), what }]
    const drill: Drill = { id: this.book.nextId(), plan, phase: { kind: 'planned' }, timeline }
    this.book.put({ drill, foretold, seconds: [] })
    await this.save(drill)
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
    const anew: DrillRecord = { ...before, ...cut, drill: next }
    if (outward)
      try {
        await this.book.save(anew)
      } catch (error) {
        this.options.onProblem(`drill ${id} ends: it could not be remembered`, error)
        return this.carryOut(before, end(before.drill, this.now(), 'the disk takes no changes'))
      }
    try {
      await this.enforcer.enforce(next)
    } catch (error) {
      if (!(error instanceof OverrideRefused) || next.phase.kind === 'over') throw error
      return this.carryOut({ ...before, drill: next }, end(next, this.now(), error.message))
    }
    // Nobody is told of what is not in force.
    const isLast = outward && next.phase.kind === 'out' && next.phase.step + 1 === next.plan.steps.length
    this.book.put(isLast ? { ...anew, cutAt: this.now() } : anew)
    if (!outward) await this.save(next)
    for (const { what } of next.timeline.slice(before.drill.timeline.length)) this.options.onMove(next, what)
    const again = nextWeek(next, this.now())
    if (again !== undefined) await this.add(again)
  }

  private async keep(record: DrillRecord, now: number): Promise<void> {
    const { drill } = record
    const { phase, id } = drill
    const measured = !isDone(record, now) && phase.kind !== 'planned'
    const since = now - (this.savedAt.get(id) ?? Number.NEGATIVE_INFINITY)
    if (measured ? since < SAVE_MS : !this.savedAt.has(id)) return
    await this.save(drill)
    // Once more after its end, and then never again.
    if (!measured) this.savedAt.delete(id)
  }

  private async save({ id }: Drill): Promise<void> {
    this.savedAt.set(id, this.now())
    try {
      await this.book.save(this.book.get(id)!)
    } catch (error) {
      this.options.onProblem(`drill ${id} would not be remembered after a restart`, error)
    }
  }
}

/** Over, and nothing of it is counted any more. */
const isDone = ({ drill: { phase } }: DrillRecord, now: number): boolean =>
  phase.kind === 'over' && now >= phase.at + TAIL_MS

/** From its start until a while after its end; what never began has nothing to count. */
const isMeasured = ({ drill }: DrillRecord, now: number): boolean =>
  isUnderWay(drill) ||
  (drill.phase.kind === 'over' && now < drill.phase.at + TAIL_MS && drill.timeline.some(({ step }) => step === 0))
