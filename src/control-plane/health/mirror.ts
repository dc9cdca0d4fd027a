// A target as those see it who do not probe it: what a crew has told of it, and its last results.
import type { ProbedCheckSpec } from '../traffic/document/check.js'
import type { Assignment, Report } from './crew.js'
import type { CheckHealth } from './health.js'
import type { Known } from './known.js'
import { overrule } from './overrule.js'
import type { Judgement } from './quorum.js'
import { changeInMs } from './streak.js'
import type { ProbeResult } from './trace.js'
import { NOT_CHECKED, type Standing } from './verdict.js'
import { hurried, NO_VOTE, type Vote } from './vote.js'

/** How many results of each target are kept. */
const RECENT = 10

/** What a mirror is made of. */
interface Making extends Assignment {
  readonly key: string
  /** The one whose probe serves it too. */
  readonly twin?: Mirror | undefined
}

export class Mirror {
  /** That of its probe, which may serve several. */
  readonly id: number
  readonly key: string
  readonly spec: ProbedCheckSpec
  readonly address: string
  readonly phase: number
  /** As those know it who probe: the check that the probe was begun for. */
  readonly #probed: ProbedCheckSpec
  /** Resolves with the first result, or when there will be none. */
  readonly firstResult: Promise<void>
  #settleFirst: () => void = () => {}
  #known: Known | undefined
  #nextAt: number | undefined
  #recent: readonly ProbeResult[] = []
  #vote: Vote = NO_VOTE
  #judgement: Judgement | undefined
  #judgedSince = 0

  constructor({ id, key, spec, address, phase, known, twin }: Making) {
    this.id = id
    this.key = key
    this.spec = spec
    this.address = address
    this.phase = phase
    this.#probed = twin === undefined ? spec : twin.#probed
    this.firstResult = new Promise(resolve => {
      this.#settleFirst = resolve
    })
    if (twin !== undefined) {
      this.#nextAt = twin.#nextAt
      this.#recent = twin.#recent
    }
    const there = twin === undefined ? known : twin.#known
    if (there !== undefined) this.adopt(there)
  }

  get known(): Known | undefined {
    return this.#known
  }

  /** The last results, newest first. */
  get recent(): readonly ProbeResult[] {
    return this.#recent
  }

  /** Takes over what was known before, unless there has been a result. */
  adopt(known: Known): void {
    this.#known ??= known
    this.#settleFirst()
  }

  learn({ known, result, nextAt, again }: Report): void {
    this.#known = known
    this.#nextAt = nextAt
    if (again !== true) this.#recent = [result, ...this.#recent.slice(0, RECENT - 1)]
    this.#settleFirst()
  }

  /** What others say of it, which may turn it sooner. */
  hurry(vote: Vote): void {
    this.#vote = vote
  }

  /** What it is taken for together with others; undefined where this node judges alone. */
  get judgement(): Judgement | undefined {
    return this.#judgement
  }

  /** From now on it stands by what several nodes say of it; undefined: by its own results. `now` is epoch ms. */
  overrule(judgement: Judgement | undefined, now: number): void {
    if (judgement?.up !== this.#judgement?.up) this.#judgedSince = now
    this.#judgement = judgement
  }

  /** There will be no more results. */
  drop(): void {
    this.#settleFirst()
  }

  assignment(): Assignment {
    const { id, address, phase } = this
    return { id, spec: this.#probed, address, phase, known: this.#known }
  }

  /** `now` is epoch ms. */
  standing(now: number): Standing {
    const own = this.#own(now)
    return this.#judgement === undefined ? own : overrule(own, this.#judgement, this.#judgedSince)
  }

  /** By its own results. */
  #own(now: number): Standing {
    const { spec } = this
    // What others see is a vote, unless it was given more.
    const observed = spec.observe === true || (spec.type === 'passive' && !spec.alone) ? { observe: true } : {}
    const nextAt = this.#nextAt === undefined ? {} : { nextAt: this.#nextAt }
    const known = this.#known
    if (known === undefined)
      return {
        health: { check: spec.id, up: false, run: 0, changeInMs: 0, lastError: NOT_CHECKED, ...observed, ...nextAt },
      }
    const {
      streak,
      since,
      failingSince,
      lastAt,
      lastMs,
      lastError,
      lastWarning,
      certificateDays,
      heldUntil,
      unavailable,
    } = known
    const health: CheckHealth = {
      check: spec.id,
      up: streak.up,
      run: streak.run,
      changeInMs: Math.max(
        changeInMs(streak, hurried(spec, this.#vote, now)),
        heldUntil === undefined ? 0 : heldUntil - now,
      ),
      ...(failingSince === undefined ? {} : { failingSince }),
      lastAt,
      ...(lastMs === undefined ? {} : { lastMs }),
      ...(lastError === undefined ? {} : { lastError }),
      ...(lastWarning === undefined ? {} : { lastWarning }),
      ...(certificateDays === undefined ? {} : { certificateDays }),
      ...(heldUntil === undefined ? {} : { heldUntil }),
      ...(unavailable === undefined ? {} : { unavailable }),
      ...observed,
      ...nextAt,
    }
    return { health, since }
  }
}
