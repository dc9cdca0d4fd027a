// The overrides of a node: in force the moment they are made, kept over a restart, over by the clock.

import type { Health } from '../health/health.js'
import type { ForcedRegions } from '../publish/forced.js'
import { Overtaken } from '../state/overtaken.js'
import type { SharedValue, Unchanged } from '../state/shared-value.js'
import { StoreAway } from '../state/store-away.js'
import type { TrafficDocument } from '../traffic/document.js'
import { forcedBy, holding, isOver, type Origin, type Override } from './override.js'
import { downNow, heldAddresses } from './override-addresses.js'
import { type Extension, extended, OverrideRefused } from './override-extended.js'
import { isKeptOverrides, type KeptOverrides } from './override-kept.js'
import { delayToNext, longestTtlMs } from './override-rhythm.js'
import { granted, type OverrideWish, problemsOf } from './override-wish.js'

export { type Extension, OverrideRefused } from './override-extended.js'

export interface OverridesOptions {
  /** Where they are kept: on this node, or in a fleet, where other nodes make them as well. */
  readonly kept: SharedValue<KeptOverrides>
  readonly longestMs: number
  readonly document: () => TrafficDocument
  /** What checks find. */
  readonly health: () => Health
  /** Puts them in force; what is asked after it returns is answered accordingly. */
  readonly apply: (forced: ForcedRegions) => void
  /** One ended by the clock. */
  readonly onExpired: (override: Override) => void
  /** They are in force, and would not survive a restart. */
  readonly onProblem: (sentence: string, error: unknown) => void
  /** Epoch ms. */
  readonly now?: () => number
}

/**
 * Asked before words of operators are changed, with what would be in force; what it throws leaves everything as it is.
 * @returns ids of the safety rules that it let pass because they were overridden
 */
export type Guard = (after: ForcedRegions) => readonly string[]

const ANYTHING: Guard = () => []

/** Between two attempts to take out what is over, where those who keep it cannot be reached, ms. */
const SWEEP_AGAIN_MS = 10_000

export class Overrides {
  private readonly options: OverridesOptions
  private readonly kept: SharedValue<KeptOverrides>
  private readonly now: () => number
  private fromFile: readonly Override[] = []
  private timer: NodeJS.Timeout | undefined
  /** Ids of those that were told to be over, and are kept still. */
  private ended: ReadonlySet<string> = new Set()
  private closed = false

  /** Nothing is in force before `refresh`. */
  constructor(options: OverridesOptions) {
    this.options = options
    this.kept = options.kept
    this.now = options.now ?? Date.now
    this.kept.onChange(() => this.refresh())
  }

  static readonly isKept = isKeptOverrides
  static readonly NONE: KeptOverrides = { next: 1, overrides: [] }

  /** Oldest first; those of the file are apart. */
  private get made(): readonly Override[] {
    return this.kept.current().overrides
  }

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

  /**
   * In force when this returns.
   * @param unchanged of a fleet, what has to be as it is known for this to be done
   * @throws OverrideRefused, Overtaken, and whatever the guard throws
   */
  async create(
    wish: OverrideWish,
    actor: string,
    origin: Origin = 'operator',
    guard: Guard = ANYTHING,
    unchanged?: Unchanged,
  ): Promise<Override> {
    const now = this.now()
    const problems = problemsOf(wish, this.options.document().regions, { longestMs: this.options.longestMs, now })
    if (problems.length > 0) throw new OverrideRefused(problems)
    return this.change(({ next, overrides }) => {
      const override = this.withKept(granted(wish, String(next), actor, origin, now))
      const passed = guarded(override, guard(this.forcedWith([...overrides, override])))
      return [{ next: next + 1, overrides: [...overrides, passed] }, passed]
    }, unchanged)
  }

  /** Another end, percent or reason. Undefined where there is no such override. @throws OverrideRefused */
  async extend(
    id: string,
    extension: Extension,
    guard: Guard = ANYTHING,
    unchanged?: Unchanged,
  ): Promise<Override | undefined> {
    if (this.find(id, this.made) === undefined) return undefined
    return this.change(kept => {
      const old = this.find(id, kept.overrides)
      if (old === undefined) return [kept, undefined]
      const anew = extended(old, extension, { longestMs: this.options.longestMs, now: this.now() })
      const withAnew = (one: Override) => kept.overrides.map(override => (override === old ? one : override))
      const passed = guarded(anew, guard(this.forcedWith(withAnew(anew))))
      return [{ ...kept, overrides: withAnew(passed) }, passed]
    }, unchanged)
  }

  /** Ended when this returns; undefined where there is no such override. Those of the file end there. */
  async cancel(id: string, guard: Guard = ANYTHING, unchanged?: Unchanged): Promise<Override | undefined> {
    if (this.find(id, this.made) === undefined) return undefined
    return this.change(kept => {
      const old = this.find(id, kept.overrides)
      if (old === undefined) return [kept, undefined]
      const left = kept.overrides.filter(one => one !== old)
      guard(this.forcedWith(left))
      return [{ ...kept, overrides: left }, old]
    }, unchanged)
  }

  /** What would be in force if some had ended. */
  without(ids: readonly string[]): ForcedRegions {
    return this.forcedWith(this.made.filter(({ id }) => !ids.includes(id)))
  }

  /** What is in force, by region. */
  forced(): ForcedRegions {
    return this.forcedWith(this.made)
  }

  /** What holds for addresses, by region and address. */
  holdingAddresses(): ReturnType<typeof heldAddresses> {
    const all = [...this.made, ...this.fromFile]
    return heldAddresses(all, this.options.document().regions.values(), this.holding(), this.now())
  }

  private withKept(override: Override): Override {
    if (override.state !== 'observe') return override
    const { document, health } = this.options
    return { ...override, kept: downNow(override, document().regions.values(), health()) }
  }

  /** What would be in force. */
  private forcedWith(made: readonly Override[]): ForcedRegions {
    const regions = [...this.options.document().regions.values()]
    const all = [...made, ...this.fromFile]
    const now = this.now()
    const held = holding(all, regions, now)
    return forcedBy(regions, held, heldAddresses(all, regions, held, now))
  }

  /** What the break-glass file says now. */
  setFile(overrides: readonly Override[]): void {
    // Who looks into the file again does not look at the regions again.
    const before = this.fromFile
    this.fromFile = overrides.map(one => {
      const known = before.find(({ state, targets }) => state === one.state && targets.join() === one.targets.join())
      return known?.kept === undefined ? this.withKept(one) : { ...one, kept: known.kept }
    })
    this.refresh()
  }

  /** To be called at the start and when the document has changed: other regions may be meant. */
  refresh(): void {
    this.options.apply(this.forced())
    this.wait()
  }

  /** Resolves when nothing is being written any more. */
  close(): Promise<void> {
    this.closed = true
    clearTimeout(this.timer)
    return this.kept.settled()
  }

  private find(id: string, among: readonly Override[]): Override | undefined {
    return among.find(override => override.id === id && !isOver(override, this.now()))
  }

  /** On one node at once for queries, then for ever: in an emergency a full disk must not be in the way. @throws StoreAway */
  private async change<T>(
    step: (kept: KeptOverrides) => readonly [KeptOverrides, T],
    unchanged?: Unchanged,
  ): Promise<T> {
    // It may be tried again where another node was faster: the last try tells.
    let result: T | undefined
    let taken = false
    try {
      await this.kept.update(kept => {
        taken = false
        const [after, told] = step(kept)
        taken = true
        result = told
        return after
      }, unchanged)
    } catch (error) {
      // What the step itself refuses was not made, nor what nobody could be told of.
      if (!taken || error instanceof StoreAway || error instanceof Overtaken) throw error
      this.options.onProblem('overrides are in force, but would not survive a restart', error)
    }
    return result as T // a step has run, or it has thrown
  }

  private wait(): void {
    clearTimeout(this.timer)
    if (this.closed) return
    const now = this.now()
    const ends = [...this.made, ...this.fromFile]
      .filter(override => !isOver(override, now))
      .flatMap(({ expiresAt = Infinity }) => (expiresAt === Infinity ? [] : [expiresAt]))
    const over = this.made.filter(override => isOver(override, now))
    const again = over.length === 0 ? Infinity : over.every(({ id }) => this.ended.has(id)) ? SWEEP_AGAIN_MS : 0
    const delay = Math.min(delayToNext(ends, now, longestTtlMs(this.options.document())) ?? Infinity, again)
    if (delay !== Infinity) this.timer = setTimeout(() => this.tick(), delay).unref()
  }

  private async sweep(now: number): Promise<void> {
    const sweeping = this.change(kept => {
      const overrides = kept.overrides.filter(override => !isOver(override, now))
      return [overrides.length === kept.overrides.length ? kept : { ...kept, overrides }, undefined]
    })
    this.refresh()
    await sweeping.catch(() => undefined)
  }

  private tick(): void {
    const now = this.now()
    const over = this.made.filter(override => isOver(override, now))
    const before = this.ended
    this.ended = new Set(over.map(({ id }) => id))
    if (over.length === 0) this.refresh()
    // Where a fleet keeps them and cannot be reached, they are over all the same, and taken out later.
    else void this.sweep(now)
    for (const override of over) if (!before.has(override.id)) this.options.onExpired(override)
  }
}

const guarded = (override: Override, overrode: readonly string[]): Override =>
  overrode.length === 0 ? override : { ...override, overrode }
