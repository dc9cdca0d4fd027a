// A target: one check of one address, its streak and its timer. At most one probe of it runs at a time.
import type { CheckSpec } from '../traffic/document.js'
import { attempt } from './attempt.js'
import type { CheckHealth } from './health.js'
import { beat, beatAfter, isOnTime, nextDue } from './rhythm.js'
import { changeInMs, first, type Streak, step } from './streak.js'
import { NOT_CHECKED, type Standing } from './verdict.js'

/** Rejects with an Error whose message is the cause in words. */
export type Probe = (spec: CheckSpec, address: string, signal: AbortSignal) => Promise<void>

/** What is known of a target once it has had a result; times in epoch ms. */
export interface Known {
  readonly streak: Streak
  /** When `up` took its present value. */
  readonly since: number
  readonly lastAt: number
  readonly lastMs?: number
  readonly lastError?: string
}

export interface TargetOptions {
  readonly spec: CheckSpec
  readonly address: string
  /** 0 to below 1: where in the interval its beats lie. */
  readonly phase: number
  /** What an earlier life of it knew. */
  readonly known?: Known | undefined
  readonly probe: Probe
  /** Called after each result. */
  readonly onResult: (target: Target, before: Known | undefined) => void
}

export class Target {
  readonly options: TargetOptions
  /** Resolves with the first result, or when there will be none. */
  readonly firstResult: Promise<void>
  #known: Known | undefined
  #settleFirst: () => void = () => {}
  #running: AbortController | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #nextAt: number | undefined

  constructor(options: TargetOptions) {
    this.options = options
    this.firstResult = new Promise(resolve => {
      this.#settleFirst = resolve
    })
    if (options.known !== undefined) this.adopt(options.known)
  }

  get known(): Known | undefined {
    return this.#known
  }

  /** Takes over what was known before, unless it has found out itself. */
  adopt(known: Known): void {
    this.#known ??= known
    this.#settleFirst()
  }

  /** Probes at once, and from then on in rhythm. */
  start(): void {
    void this.#round(performance.now())
  }

  /** Ends the probe that runs, if any, without a result. */
  stop(): void {
    const running = this.#running
    this.#running = undefined
    clearTimeout(this.#timer)
    running?.abort(new Error('stopped'))
    this.#settleFirst()
  }

  standing(): Standing {
    const { spec } = this.options
    const known = this.#known
    const nextAt = this.#nextAt === undefined ? {} : { nextAt: this.#nextAt }
    if (known === undefined)
      return { health: { check: spec.id, up: false, run: 0, changeInMs: 0, lastError: NOT_CHECKED, ...nextAt } }
    const { streak, since, ...last } = known
    const health: CheckHealth = { check: spec.id, ...streak, changeInMs: changeInMs(streak, spec), ...last, ...nextAt }
    return { health, since }
  }

  async #round(dueAt: number): Promise<void> {
    const { spec, address, phase, probe, onResult } = this.options
    const abort = new AbortController()
    this.#running = abort
    const startedAt = performance.now()
    const error = await attempt(signal => probe(spec, address, signal), spec.timeoutMs, abort)
    if (this.#running !== abort) return
    this.#running = undefined
    const endedAt = performance.now()
    const before = this.#known
    const known = learn(before, error, spec, endedAt - startedAt, Date.now())
    this.#known = known
    this.#schedule(nextDue(beat(spec.intervalMs, phase), { dueAt, startedAt, endedAt }, known.streak))
    this.#settleFirst()
    onResult(this, before)
  }

  #schedule(dueAt: number, skipped = false): void {
    const { spec, phase } = this.options
    const mine = beat(spec.intervalMs, phase)
    const delay = Math.max(0, Math.ceil(dueAt - performance.now()))
    this.#nextAt = Date.now() + delay
    this.#timer = setTimeout(() => {
      const now = performance.now()
      // Skipped once at most: a machine that is always late still probes.
      if (skipped || isOnTime(mine, dueAt, now)) void this.#round(dueAt)
      else this.#schedule(beatAfter(mine, now), true)
    }, delay)
  }
}

function learn(
  before: Known | undefined,
  error: string | undefined,
  spec: CheckSpec,
  lastMs: number,
  now: number,
): Known {
  const passed = error === undefined
  const streak = before === undefined ? first(passed) : step(before.streak, passed, spec)
  const since = before?.streak.up === streak.up ? before.since : now
  return { streak, since, lastAt: now, lastMs, ...(passed ? {} : { lastError: error }) }
}
