// What stands between those who judge health and those who probe: assignments go in, reports come out.
// A crew may work in this thread or in one of its own; nobody needs to know.
import type { ProbedCheckSpec } from '../traffic/document/check.js'
import type { Lift } from './injection.js'
import type { Known } from './known.js'
import type { Signal } from './signal.js'
import type { ProbeResult } from './trace.js'
import type { Vote } from './vote.js'

/** One target to probe from now on. Sent from thread to thread, so a plain value. */
export interface Assignment {
  /** Never used again. */
  readonly id: number
  readonly spec: ProbedCheckSpec
  /** A literal IP address. */
  readonly address: string
  /** 0 to below 1: where in the interval its beats lie. */
  readonly phase: number
  /** What an earlier life of it knew. */
  readonly known?: Known | undefined
}

/** One result of one target, and what is known of it since. */
export interface Report {
  readonly id: number
  readonly known: Known
  readonly result: ProbeResult
  /** Epoch ms of the next probe. */
  readonly nextAt: number
  /** The result was reported before, and has been judged only now. */
  readonly again?: boolean
}

/** What is told through the API of a target that is not asked itself. */
export interface Told {
  readonly up: boolean
  /** Epoch ms. */
  readonly at: number
  readonly reason?: string
}

/** What is said of a target by others than itself; what is absent stays as it was. Sent from thread to thread. */
export interface Word {
  /** To a push check. */
  readonly told?: Told
  /** To a passive check. */
  readonly signals?: readonly Signal[]
  /** To all others. */
  readonly vote?: Vote
}

/** Addresses of one family that all fall silent at once: the prober takes it for its own fault, and holds what it knew. */
export interface Suspicion {
  readonly family: 4 | 6
  /** Epoch ms. */
  readonly since: number
  /** Targets that fell silent, of those that were up and have been probed since. */
  readonly silent: number
  readonly of: number
}

/** How a crew is getting on. */
export interface CrewState {
  readonly targets: number
  readonly running: number
  /** Probes that wait for others to end. */
  readonly waiting: number
  readonly passed: number
  readonly failed: number
  /** The most that a probe of the last minute began after it was due, ms. */
  readonly lateMs: number
  /** The most that a probe of the last minute waited for others to end, ms. */
  readonly queuedMs: number
  readonly suspicions: readonly Suspicion[]
}

export const IDLE: CrewState = {
  targets: 0,
  running: 0,
  waiting: 0,
  passed: 0,
  failed: 0,
  lateMs: 0,
  queuedMs: 0,
  suspicions: [],
}

export interface Crew {
  /** Takes up targets, drops others by id. A target that is there already takes over `known` where it knows nothing. */
  assign(targets: readonly Assignment[], dropped: readonly number[]): void
  /** What is said of a target is judged at once; a vote that grows has it probed at once. */
  tell(id: number, word: Word): void
  /** From now on these targets fail, whatever their probes find; `by` says whose doing that is. */
  inject(ids: readonly number[], by: string): void
  /** Their probes count again. */
  lift(ids: readonly number[], how: Lift): void
  /** One listener; reports come in the order of results. */
  onReports(listener: (reports: readonly Report[]) => void): void
  /** Called when a suspicion begins or ends. */
  onSuspicion(listener: (suspicions: readonly Suspicion[]) => void): void
  state(): CrewState
  /** How often it died and was replaced. */
  restarts(): number
  stop(): void
}
