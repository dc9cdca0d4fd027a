// What the results of a target come to: what is known of it, and what its probes really find while a fault is injected.
import type { ProbedCheckSpec } from '../traffic/document/check.js'
import type { Report } from './crew.js'
import { type Injection, type Lift, learnInjected } from './injection.js'
import { type Hold, type Known, learn } from './known.js'
import { decidedWithinMs } from './rhythm.js'
import type { ProbeResult } from './trace.js'

type Judged = Pick<Report, 'known' | 'result'>

export class Standing {
  #known: Known | undefined
  #failingSince: number | undefined
  #injection: Injection | undefined
  #lastFound: ProbeResult | undefined

  constructor(known: Known | undefined) {
    this.#known = known
  }

  get known(): Known | undefined {
    return this.#known
  }

  /** When the first of the failures in a row began, ms on the monotonic clock. */
  get failingSince(): number | undefined {
    return this.#failingSince
  }

  /** Until when its failures may wait for what others tell, ms on the monotonic clock; forever where there are none. */
  decidedBy(spec: ProbedCheckSpec): number {
    return this.#failingSince === undefined ? Number.POSITIVE_INFINITY : this.#failingSince + decidedWithinMs(spec)
  }

  /** Takes over what was known before, unless it has found out itself. */
  adopt(known: Known): void {
    this.#known ??= known
  }

  /** What is known now, and the result as it counts: where a fault is injected, another than was found. */
  judge(found: ProbeResult, startedAt: number, spec: ProbedCheckSpec, hold: () => Hold): Judged {
    this.#lastFound = found
    if (this.#injection !== undefined) {
      const { known, result, injection } = learnInjected(this.#injection, this.#known, found, spec)
      this.#injection = injection
      this.#known = known
      return { known, result }
    }
    this.#failingSince = found.passed ? undefined : (this.#failingSince ?? startedAt)
    return this.decide(found, spec, found.passed ? 'counts' : hold())
  }

  /** A result counts as is decided now. */
  decide(found: ProbeResult, spec: ProbedCheckSpec, hold: Hold): Judged {
    const known = learn(this.#known, found, spec, hold)
    this.#known = known
    return { known, result: found }
  }

  /** Its failures until now are none. */
  forgive(): void {
    this.#failingSince = undefined
  }

  /** From now on it fails, whatever its probes find. */
  inject(by: string): void {
    this.#injection = { by, real: this.#injection === undefined ? this.#known : this.#injection.real }
  }

  /** Its probes count again; what they really found, where that is to count at once. */
  lift(how: Lift): Judged | undefined {
    const real = this.#injection?.real
    const result = this.#lastFound
    this.#injection = undefined
    if (how === 'by-results' || real === undefined || result === undefined) return undefined
    this.#known = real
    this.forgive()
    return { known: real, result }
  }
}
