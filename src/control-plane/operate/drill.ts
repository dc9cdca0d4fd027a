// A drill: a planned, guarded, time-boxed failover exercise. A pure state machine: what it is, and what it comes to at a
// moment, given how the regions are. Whoever runs it keeps the clock and carries out what it wants.

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

export type DrillPhase =
  /** `waitsFor`: what is in its way, in its window. */
  | { readonly kind: 'planned'; readonly waitsFor?: readonly string[] }
  | { readonly kind: 'out'; readonly step: number; readonly since: number }
  | { readonly kind: 'back'; readonly step: number; readonly since: number }
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

/** Whether more clients are to go elsewhere at its next move. */
export function movesOut({ plan, phase }: Drill): boolean {
  return phase.kind === 'planned' || (phase.kind === 'out' && phase.step + 1 < plan.steps.length)
}

/** ms from its start until it is over, if nothing comes between. */
export const lengthOf = ({ steps, back }: Pick<DrillPlan, 'steps' | 'back'>): number =>
  [...steps, ...back].reduce((sum, { holdMs }) => sum + holdMs, 0)

/** Why it must not start now, every reason; none where it may. */
export function objectionsTo(plan: DrillPlan, { regions, objections }: DrillFacts): readonly string[] {
  const known = new Map(regions.map(region => [region.id, region]))
  const gone = plan.targets.flatMap(id => {
    const region = known.get(id)
    if (region === undefined) return [`no region is named ${id}`]
    if (region.taken) return [`${id} is taken out already`]
    return region.up ? [] : [`${id} is down already`]
  })
  return [...gone, ...troubleBeside(plan, regions), ...objections]
}

/** Trouble that is none of the drill's making: while there is some, clients need every region that is left. */
function troubleBeside(
  { targets, guards }: Pick<DrillPlan, 'targets' | 'guards'>,
  regions: DrillFacts['regions'],
): readonly string[] {
  const others = regions.filter(({ id }) => !targets.includes(id))
  const down = others.filter(({ up, taken }) => !up && !taken).map(({ id }) => `${id} is down`)
  const healthy = others.filter(({ up, taken }) => up && !taken).length
  const few =
    healthy < guards.minHealthy ? [`${healthy} other regions are up, and ${guards.minHealthy} have to be`] : []
  return [...down, ...few]
}

/** What has become of the targets while they are drilled. */
function troubleWithin({ kind, targets }: DrillPlan, regions: DrillFacts['regions']): readonly string[] {
  const known = new Map(regions.map(region => [region.id, region]))
  return targets.flatMap(id => {
    const region = known.get(id)
    if (region === undefined) return [`no region is named ${id} any more`]
    if (region.taken) return [`somebody has taken ${id} out`]
    // A fault is meant to be seen as one.
    return region.up || kind === 'fault' ? [] : [`${id} is down itself: this is no drill any more`]
  })
}

/**
 * The drill at a moment: unchanged, or some moves further. A clock that stood still for a while is made up for one step at
 * a time, so that no step is left out of the timeline.
 */
export function advance(drill: Drill, now: number, facts: DrillFacts): Drill {
  const { plan, phase } = drill
  if (phase.kind === 'over') return drill
  if (phase.kind === 'planned') return now < nextMove(drill) ? drill : begin(drill, now, facts)
  const trouble = [...troubleWithin(plan, facts.regions), ...troubleBeside(plan, facts.regions), ...facts.objections]
  if (trouble.length > 0) return over(drill, now, 'aborted', trouble)
  const due = nextMove(drill)
  return now < due ? drill : advance(forth(drill, phase, due, facts.shortfalls), now, facts)
}

function begin(drill: Drill, now: number, facts: DrillFacts): Drill {
  const { plan, phase } = drill
  const objections = objectionsTo(plan, facts)
  if (objections.length === 0) return out(drill, 0, now)
  if (now >= nextMove(drill) + plan.windowMs) return over(drill, now, 'refused', objections)
  const waited = phase.kind === 'planned' && shapeOf(phase.waitsFor) === shapeOf(objections)
  return waited
    ? drill
    : moved(drill, { kind: 'planned', waitsFor: objections }, now, `waits: ${objections.join('; ')}`)
}

/** That a number in it has changed is no news. */
const shapeOf = (objections: readonly string[] | undefined): string | undefined =>
  objections?.join().replaceAll(/\d+/g, '#')

/** The same, to begin at a time that somebody says. Only of one that is planned. */
export const startAt = (drill: Drill, at: number, now: number, who: string): Drill => ({
  ...drill,
  plan: { ...drill.plan, startsAt: at },
  timeline: [...drill.timeline, { at: now, what: `${who} starts it` }],
})

/** An operator ends it: before its start nothing happened, after it everything goes back at once. */
export function end(drill: Drill, now: number, why: string): Drill {
  if (drill.phase.kind === 'over') return drill
  return over(drill, now, drill.phase.kind === 'planned' ? 'cancelled' : 'aborted', [why])
}

/**
 * A drill that was found at a start. One that was under way goes on where it is if its step is not over yet; one whose time
 * has run out while nobody looked is over, since nobody watched it.
 */
export function resume(drill: Drill, now: number): Drill {
  const { phase, plan } = drill
  if (phase.kind === 'over') return drill
  if (phase.kind === 'planned')
    return now > nextMove(drill) + Math.max(START_GRACE_MS, plan.windowMs)
      ? over(drill, now, 'interrupted', ['no node ran at its start'])
      : drill
  return now > nextMove(drill) ? over(drill, now, 'interrupted', ['no node ran while it was under way']) : drill
}

/** A drill that begins later than this after its time is not the one that was announced. */
const START_GRACE_MS = 60_000

const WEEK_MS = 7 * 86_400_000

/** The plan for the next time, a whole number of weeks later; undefined where there is none. */
export function nextWeek({ plan, phase }: Drill, now: number): DrillPlan | undefined {
  if (!plan.weekly || plan.startsAt === undefined) return undefined
  // Who cancels one means all that would follow it.
  if (phase.kind !== 'over' || phase.outcome === 'cancelled') return undefined
  const weeks = Math.max(1, Math.ceil((now - plan.startsAt) / WEEK_MS))
  return { ...plan, startsAt: plan.startsAt + weeks * WEEK_MS }
}

function forth(
  drill: Drill,
  phase: Extract<DrillPhase, { step: number }>,
  at: number,
  shortfalls: readonly string[],
): Drill {
  const { plan } = drill
  if (phase.kind === 'out' && phase.step + 1 < plan.steps.length) return out(drill, phase.step + 1, at)
  const next = phase.kind === 'out' ? 0 : phase.step + 1
  // What it was to show has to be seen before the way back.
  if (phase.kind === 'out' && shortfalls.length > 0) return over(drill, at, 'failed', shortfalls)
  return next < plan.back.length ? back(drill, next, at) : over(drill, at, 'succeeded', [])
}

function out(drill: Drill, step: number, at: number): Drill {
  const { kind, targets, steps } = drill.plan
  const what =
    kind === 'fault'
      ? `from now on the checks of ${targets.join(', ')} fail`
      : `${steps[step]!.percent} % of the clients go elsewhere`
  return moved(drill, { kind: 'out', step, since: at }, at, what, { step })
}

const back = (drill: Drill, step: number, at: number): Drill =>
  moved(
    drill,
    { kind: 'back', step, since: at },
    at,
    `${100 - drill.plan.back[step]!.percent} % of the clients are back`,
  )

function over(drill: Drill, at: number, outcome: DrillOutcome, why: readonly string[]): Drill {
  return moved(drill, { kind: 'over', outcome, at, why }, at, `${outcome}: ${endWords(drill, outcome, why)}`)
}

function endWords({ plan, phase }: Drill, outcome: DrillOutcome, why: readonly string[]): string {
  const then =
    phase.kind === 'planned' ? '' : plan.kind === 'fault' ? 'the checks count again' : 'all clients may come back'
  if (outcome === 'succeeded') return then
  return [why.join('; '), then].filter(Boolean).join('; ')
}

const moved = (
  drill: Drill,
  phase: DrillPhase,
  at: number,
  what: string,
  more: Pick<DrillEvent, 'step'> = {},
): Drill => ({
  ...drill,
  phase,
  timeline: [...drill.timeline, { at, what, ...more }],
})
