// A drill: a planned, guarded, time-boxed failover exercise: what it is, and where it stands. Pure; what it comes to at a
// moment is in drill-course.ts.

/** What is drilled: our own switch, so that clients move; or a fault at the prober's input, so that detection is drilled too. */
export type DrillKind = 'switch' | 'fault'

/** A part of the way out: this percent of the clients of each target go elsewhere, for this long. */
export interface DrillStep {
  /** 1 to 100. */
  readonly percent: number
  readonly holdMs: number
}

/** What has to hold before a drill begins and for as long as it goes on. */
export interface DrillGuards {
  /** Regions that are no target and have to be up. */
  readonly minHealthy: number
  /** The most that a region may be asked, 1 being its capacity: foretold before each step out, and counted after it. */
  readonly maxLoad: number
  /** The most of all answers that may be errors, 0 to 1. */
  readonly maxErrors: number
  /** The most that the checks of another region may take, ms; absent: as long as they pass, no matter. */
  readonly maxLatencyMs?: number
}

export interface DrillPlan {
  readonly kind: DrillKind
  /** Ids of regions; not empty. */
  readonly targets: readonly string[]
  /** Epoch ms; absent: when somebody says so. */
  readonly startsAt?: number
  /** For so long after that it may still begin, where something was in its way; ms. */
  readonly windowMs: number
  /** Whether another one like it is planned for a week later when it is over. */
  readonly weekly: boolean
  /** Rising; a fault has one step, of 100 %: a prober sees a failure or none. */
  readonly steps: readonly DrillStep[]
  /** The way back, falling percents; empty: back at once. */
  readonly back: readonly DrillStep[]
  readonly guards: DrillGuards
  readonly reason: string
  readonly actor: string
}

/** Failed: it went through its plan, and did not show what it was to show. Interrupted: nobody was there to carry it out. */
export type DrillOutcome = 'succeeded' | 'failed' | 'aborted' | 'refused' | 'cancelled' | 'interrupted'

/** `waitsFor`: what is in the way of its start, in its window; or, once it is under way, of the way back. */
export type DrillPhase =
  | { readonly kind: 'planned'; readonly waitsFor?: readonly string[] }
  | { readonly kind: 'out'; readonly step: number; readonly since: number; readonly waitsFor?: readonly string[] }
  | { readonly kind: 'back'; readonly step: number; readonly since: number; readonly waitsFor?: readonly string[] }
  | { readonly kind: 'over'; readonly outcome: DrillOutcome; readonly at: number; readonly why: readonly string[] }

export interface DrillEvent {
  /** Epoch ms. */
  readonly at: number
  /** A sentence without its full stop. */
  readonly what: string
  /** The step of the way out that began, from 0 on. */
  readonly step?: number
}

export interface Drill {
  readonly id: string
  readonly plan: DrillPlan
  readonly phase: DrillPhase
  /** Oldest first. */
  readonly timeline: readonly DrillEvent[]
}

/** How things stand, as far as a drill has to know. */
export interface DrillFacts {
  /** Every region of the document. `up`: its checks say so, whatever anybody's word. `taken`: an operator has it out. */
  readonly regions: readonly { readonly id: string; readonly up: boolean; readonly taken: boolean }[]
  /** Why it should not go on, whatever the regions: broken safety rules, names on their ladder, another drill. */
  readonly objections: readonly string[]
  /** What it was to show and has not shown yet; told of a drill that comes to its end. */
  readonly shortfalls: readonly string[]
  /** Why no more than this percent of the clients should be elsewhere: asked before they come back as planned. */
  readonly barred: (percent: number) => readonly string[]
}

/** How much of the targets' clients are to be elsewhere, 0 to 100; 0 where nothing is done to them. */
export const percentOf = ({ plan, phase }: Drill): number =>
  phase.kind === 'out' ? plan.steps[phase.step]!.percent : phase.kind === 'back' ? plan.back[phase.step]!.percent : 0

export const isUnderWay = ({ phase }: Drill): boolean => phase.kind === 'out' || phase.kind === 'back'

/** Epoch ms at which the drill next does something by itself; Infinity where it does not. */
export function nextMove({ plan, phase }: Drill): number {
  switch (phase.kind) {
    case 'planned':
      return plan.startsAt ?? Number.POSITIVE_INFINITY
    case 'out':
      return phase.since + plan.steps[phase.step]!.holdMs
    case 'back':
      return phase.since + plan.back[phase.step]!.holdMs
    case 'over':
      return Number.POSITIVE_INFINITY
  }
}

/** For so long the way back waits for what is in its way; then clients come back all the same: a drill has an end. */
export const LONGEST_WAIT_MS = 600_000

/** Epoch ms at which its next move is made, whatever is in the way of the way back. */
export const mustMoveBy = (drill: Drill): number =>
  nextMove(drill) + (isUnderWay(drill) && 'waitsFor' in drill.phase ? LONGEST_WAIT_MS : 0)

/** Whether more clients are to go elsewhere at its next move. */
export function movesOut({ plan, phase }: Drill): boolean {
  return phase.kind === 'planned' || (phase.kind === 'out' && phase.step + 1 < plan.steps.length)
}

/** ms from its start until it is over, if nothing comes between. */
export const lengthOf = ({ steps, back }: Pick<DrillPlan, 'steps' | 'back'>): number =>
  [...steps, ...back].reduce((sum, { holdMs }) => sum + holdMs, 0)
