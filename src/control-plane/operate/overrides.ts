// The overrides of a node: in force the moment they are made, kept over a restart, over by the clock.

import type { ForcedRegions } from '../publish/forced.js'
import { KeptValue } from '../state/kept-value.js'
import type { TrafficDocument } from '../traffic/document.js'
import type { Problem } from '../traffic/problem.js'
import { forcedBy, holding, isOver, type Origin, type Override } from './override.js'
import { isKeptOverrides, type KeptOverrides } from './override-kept.js'
import { delayToNext } from './override-rhythm.js'
import { endOf, endProblems, granted, type OverrideWish, problemsOf } from './override-wish.js'

/** Wished for in a way that cannot be granted. */
export class OverrideRefused extends Error {
  override readonly name = 'OverrideRefused'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
    this.problems = problems
  }
}

export interface OverridesOptions {
  /** Where they are kept. */
  readonly path: string
  readonly longestMs: number
  readonly document: () => TrafficDocument
  /** Puts them in force; what is asked after it returns is answered accordingly. */
  readonly apply: (forced: ForcedRegions) => void
  /** One ended by the clock. */
  readonly onExpired: (override: Override) => void
  /** They are in force, and would not survive a restart. */
  readonly onProblem: (sentence: string, error: unknown) => void
  /** Epoch ms. */
  readonly now?: () => number
}

export interface Extension {
  readonly for?: string | number | undefined
  readonly until?: string | undefined
  readonly percent?: number | undefined
  readonly reason?: string | undefined
}

/**
 * Asked before words of operators are changed, with what would be in force; what it throws leaves everything as it is.
 * @returns ids of the safety rules that it let pass because they were overridden
 */
export type Guard = (after: ForcedRegions) => readonly string[]

const ANYTHING: Guard = () => []

export class Overrides {
  private readonly options: OverridesOptions
  private readonly kept: KeptValue<KeptOverrides>
  private readonly now: () => number
  /** Oldest first; those of the file are apart. */
  private made: readonly Override[]
  private fromFile: readonly Override[] = []
  private next: number
  private timer: NodeJS.Timeout | undefined
  private closed = false

  /** `before` is what `readKept` found. Nothing is in force before `refresh`. */
  constructor(options: OverridesOptions, before: KeptOverrides = { next: 1, overrides: [] }) {
    this.options = options
    this.kept = new KeptValue(options.path)
    this.now = options.now ?? Date.now
    this.made = before.overrides
    this.next = before.next
  }

  static readonly isKept = isKeptOverrides

  /** Those that are not over, oldest first, the break-glass file's last. */
  list(): readonly Override[] {
    const now = this.now()
    return [...this.made, ...this.fromFile].filter(override => !isOver(override, now))
  }

  get(id: string): Override | undefined {
    return this.list().find(override => override.id === id)
  }

  /** The override that holds for each region that one holds for. */
  holding(): ReadonlyMap<string, Override> {
    return holding([...this.made, ...this.fromFile], this.options.document().regions.values(), this.now())
  }

  /** In force when this returns. @throws OverrideRefused, and whatever the guard throws */
  async create(
    wish: OverrideWish,
    actor: string,
    origin: Origin = 'operator',
    guard: Guard = ANYTHING,
  ): Promise<Override> {
    const now = this.now()
    const problems = problemsOf(wish, this.options.document().regions, { longestMs: this.options.longestMs, now })
    if (problems.length > 0) throw new OverrideRefused(problems)
    const override = granted(wish, String(this.next), actor, origin, now)
    const passed = guarded(override, guard(this.forcedWith([...this.made, override])))
    this.next++
    return this.change([...this.made, passed], passed)
  }

  /** Another end, percent or reason. Undefined where there is no such override. @throws OverrideRefused */
  async extend(id: string, extension: Extension, guard: Guard = ANYTHING): Promise<Override | undefined> {
    const old = this.made.find(override => override.id === id && !isOver(override, this.now()))
    if (old === undefined) return undefined
    const now = this.now()
    const ends = extension.for !== undefined || extension.until !== undefined
    const problems = [
      ...(ends ? endProblems(extension, { longestMs: this.options.longestMs, now }) : []),
      ...(extension.percent !== undefined && old.state !== 'drain'
        ? [{ path: 'percent', message: `only drain takes a percent, and this is ${old.state}` }]
        : []),
      ...(extension.reason?.trim() === '' ? [{ path: 'reason', message: 'a reason is needed' }] : []),
    ]
    if (problems.length > 0) throw new OverrideRefused(problems)
    const anew: Override = {
      ...old,
      ...(ends ? { expiresAt: endOf(extension, now) } : {}),
      drain: extension.percent ?? old.drain,
      reason: extension.reason?.trim() ?? old.reason,
    }
    const withAnew = (one: Override) => this.made.map(override => (override === old ? one : override))
    const passed = guarded(anew, guard(this.forcedWith(withAnew(anew))))
    return this.change(withAnew(passed), passed)
  }

  /** Ended when this returns; undefined where there is no such override. Those of the file end there. */
  async cancel(id: string, guard: Guard = ANYTHING): Promise<Override | undefined> {
    const old = this.made.find(override => override.id === id && !isOver(override, this.now()))
    if (old === undefined) return undefined
    const left = this.made.filter(override => override !== old)
    guard(this.forcedWith(left))
    return this.change(left, old)
  }

  /** What is, or would be, in force. */
  private forcedWith(made: readonly Override[]): ForcedRegions {
    return forcedBy(holding([...made, ...this.fromFile], this.options.document().regions.values(), this.now()))
  }

  /** What the break-glass file says now. */
  setFile(overrides: readonly Override[]): void {
    this.fromFile = overrides
    this.refresh()
  }

  /** To be called at the start and when the document has changed: other regions may be meant. */
  refresh(): void {
    this.options.apply(forcedBy(this.holding()))
    this.wait()
  }

  /** Resolves when nothing is being written any more. */
  close(): Promise<void> {
    this.closed = true
    clearTimeout(this.timer)
    return this.kept.settled()
  }

  /** At once for queries, then for ever: in an emergency a full disk must not be in the way. */
  private async change(made: readonly Override[], result: Override): Promise<Override> {
    this.made = made
    this.refresh()
    await this.save()
    return result
  }

  private async save(): Promise<void> {
    try {
      await this.kept.save({ next: this.next, overrides: this.made })
    } catch (error) {
      this.options.onProblem('overrides are in force, but would not survive a restart', error)
    }
  }

  private wait(): void {
    clearTimeout(this.timer)
    if (this.closed) return
    const now = this.now()
    const ends = [...this.made, ...this.fromFile.filter(override => !isOver(override, now))].flatMap(
      ({ expiresAt = Infinity }) => (expiresAt === Infinity ? [] : [expiresAt]),
    )
    const delay = delayToNext(ends, now)
    if (delay !== undefined) this.timer = setTimeout(() => this.tick(), delay).unref()
  }

  private tick(): void {
    const now = this.now()
    const over = this.made.filter(override => isOver(override, now))
    this.made = this.made.filter(override => !isOver(override, now))
    this.refresh()
    if (over.length > 0) void this.save()
    for (const override of over) this.options.onExpired(override)
  }
}

const guarded = (override: Override, overrode: readonly string[]): Override =>
  overrode.length === 0 ? override : { ...override, overrode }
