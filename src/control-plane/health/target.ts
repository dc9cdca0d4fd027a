// A target: one check of one address, its timer and what is known of it. At most one probe of it runs at a time.
import type { ProbedCheckSpec } from '../traffic/document/check.js'
import { attempt } from './attempt.js'
import type { Assignment, Report, Word } from './crew.js'
import type { Gate } from './gate.js'
import type { Lift } from './injection.js'
import type { Hold, Known } from './known.js'
import { beat, beatAfter, isOnTime, nextDue } from './rhythm.js'
import { Standing } from './standing.js'
import { isConfirming } from './streak.js'
import { newTrace, type ProbeResult, resultOf, type Trace } from './trace.js'
import { hurried, NO_VOTE } from './vote.js'

/** Rejects with an Error whose message is the cause in words. `trace` is written on while it runs. */
export type Probe = (
  spec: ProbedCheckSpec,
  address: string,
  signal: AbortSignal,
  trace: Trace,
  word: Word,
) => Promise<void>

export interface TargetOptions {
  readonly assignment: Assignment
  readonly probe: Probe
  readonly gate: Gate
  /** Whether a failure is to count, since the prober may be at fault itself; asked before each is judged. */
  readonly hold: (target: Target, result: ProbeResult) => Hold
  /** Called after each result. */
  readonly onReport: (target: Target, report: Report) => void
  /** How much later than it was due a probe began, ms, and how much of that it waited for others to end. */
  readonly onLate: (ms: number, queuedMs: number) => void
}

/** A probe: when it began, ms on the monotonic clock, and whether the address was heard of. */
export interface Sign {
  readonly startedAt: number
  readonly heard: boolean
}

/** So often within its timeout a failure that waits for others is looked at. */
const LOOKS = 4

export class Target {
  readonly assignment: Assignment
  readonly #options: TargetOptions
  readonly #standing: Standing
  #word: Word = {}
  #running: { readonly abort: AbortController; readonly startedAt: number; readonly trace: Trace } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  /** A failure waits for what others tell. */
  #awaiting: ReturnType<typeof setTimeout> | undefined
  #leaveQueue: () => void = () => {}
  #started = false
  #again = false
  #lastStart = Number.NEGATIVE_INFINITY
  #lastHeard = false
  #nextAt = 0

  constructor(options: TargetOptions) {
    this.#options = options
    this.assignment = options.assignment
    this.#standing = new Standing(options.assignment.known)
  }

  get known(): Known | undefined {
    return this.#standing.known
  }

  /** The last probe that has a result. */
  get last(): Sign {
    return { startedAt: this.#lastStart, heard: this.#lastHeard }
  }

  /** The probe that runs now, and whether the address has been heard of by now. */
  get running(): Sign | undefined {
    return this.#running && { startedAt: this.#running.startedAt, heard: this.#running.trace.heard }
  }

  /** When the first of the failures in a row began, ms on the monotonic clock. */
  get failingSince(): number | undefined {
    return this.#standing.failingSince
  }

  /** Until when its failures may wait for what others tell, ms on the monotonic clock; forever where there are none. */
  get decidedBy(): number {
    return this.#standing.decidedBy(this.assignment.spec)
  }

  /** Takes over what was known before, unless it has found out itself. */
  adopt(known: Known): void {
    this.#standing.adopt(known)
  }

  /** Probes at once, and from then on in rhythm. */
  start(): void {
    this.#started = true
    this.#enter(performance.now())
  }

  /** Probes out of turn, if it is not being probed anyway; its beats stay where they are. */
  probeNow(): void {
    if (!this.#started || this.#running !== undefined) return
    this.#leaveQueue()
    clearTimeout(this.#timer)
    this.#enter(performance.now())
  }

  /** As it is judged at this moment: others may spare it some failures. */
  get spec(): ProbedCheckSpec {
    return hurried(this.assignment.spec, this.#word.vote ?? NO_VOTE, Date.now())
  }

  /** What was told of it is judged at once; after the probe that runs, if one does. A vote waits for what is found. */
  tell(word: Word): void {
    const before = this.#word.vote ?? NO_VOTE
    const grows = (word.vote?.weight ?? 0) > (Date.now() < before.until ? before.weight : 0)
    this.#word = { ...this.#word, ...word }
    const told = word.told !== undefined || word.signals !== undefined
    if (this.#running !== undefined) this.#again ||= told
    else if (told || grows) this.probeNow()
  }

  /** From now on it fails, whatever its probes find. */
  inject(by: string): void {
    clearTimeout(this.#awaiting)
    this.#standing.inject(by)
  }

  /** Its probes count again. */
  lift(how: Lift): void {
    const judged = this.#standing.lift(how)
    if (judged !== undefined) this.#options.onReport(this, { id: this.assignment.id, ...judged, nextAt: this.#nextAt })
  }

  /** Ends the probe that runs, if any, without a result. */
  stop(): void {
    const running = this.#running
    this.#running = undefined
    this.#started = false
    clearTimeout(this.#timer)
    clearTimeout(this.#awaiting)
    this.#leaveQueue()
    running?.abort.abort(new Error('stopped'))
  }

  #enter(dueAt: number): void {
    const { gate, onLate } = this.#options
    const { address } = this.assignment
    const enteredAt = performance.now()
    const begin = (): void => {
      const now = performance.now()
      onLate(now - dueAt, now - enteredAt)
      void this.#round(dueAt).finally(() => gate.leave(address))
    }
    const { known } = this
    this.#leaveQueue = gate.enter(address, begin, known !== undefined && isConfirming(known.streak))
  }

  async #round(dueAt: number): Promise<void> {
    const { probe, onReport } = this.#options
    const { id, spec, address, phase } = this.assignment
    const abort = new AbortController()
    const trace = newTrace()
    const startedAt = performance.now()
    const running = { abort, startedAt, trace }
    this.#running = running
    const error = await attempt(signal => probe(spec, address, signal, trace, this.#word), spec.timeoutMs, abort)
    if (this.#running !== running) return
    this.#running = undefined
    clearTimeout(this.#awaiting)
    const endedAt = performance.now()
    const found = resultOf(trace, error, endedAt - startedAt, Date.now())
    this.#lastStart = startedAt
    this.#lastHeard = found.heard || found.passed
    // As others would have it judged at this moment.
    const { known, result } = this.#standing.judge(found, startedAt, this.spec, () => this.#hold(found))
    const { confirmMs } = spec
    const mine = { ...beat(spec.intervalMs, phase), ...(confirmMs === undefined ? {} : { confirmMs }) }
    const due = nextDue(mine, { dueAt, startedAt, endedAt }, known.streak)
    this.#nextAt = this.#schedule(due)
    onReport(this, { id, known, result, nextAt: this.#nextAt })
    if (this.#again) {
      this.#again = false
      this.probeNow()
    }
  }

  #hold(found: ProbeResult): Hold {
    const hold = this.#options.hold(this, found)
    if (hold === 'held') this.#standing.forgive()
    if (hold === 'awaited') this.#await(found)
    return hold
  }

  /** Looks again whether it counts, a few times within a timeout, and for the last time when it has to be decided. */
  #await(found: ProbeResult): void {
    const { spec } = this.assignment
    const delay = Math.min(spec.timeoutMs / LOOKS, this.decidedBy - performance.now())
    this.#awaiting = setTimeout(
      () => {
        const hold = this.#hold(found)
        if (hold === 'awaited') return
        const judged = this.#standing.decide(found, this.spec, hold)
        this.#options.onReport(this, { id: this.assignment.id, ...judged, nextAt: this.#nextAt, again: true })
      },
      Math.max(0, Math.ceil(delay)),
    )
  }

  /** Returns when that will be, epoch ms. */
  #schedule(dueAt: number, skipped = false): number {
    const { spec, phase } = this.assignment
    const mine = beat(spec.intervalMs, phase)
    const delay = Math.max(0, Math.ceil(dueAt - performance.now()))
    // It keeps the place that its last probe is about to leave: none that waits comes between two that confirm each other.
    if (delay === 0) {
      this.#enter(dueAt)
      return Date.now()
    }
    this.#timer = setTimeout(() => {
      const now = performance.now()
      // Skipped once at most: a machine that is always late still probes.
      if (skipped || isOnTime(mine, dueAt, now)) this.#enter(dueAt)
      else this.#schedule(beatAfter(mine, now), true)
    }, delay)
    return Date.now() + delay
  }
}
