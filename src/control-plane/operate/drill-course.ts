// The course of a drill: what it comes to at a moment, given how things stand. A pure state machine: whoever runs it keeps the
// clock, and carries out what it wants.
import {
  type Drill,
  type DrillEvent,
  type DrillFacts,
  type DrillOutcome,
  type DrillPhase,
  type DrillPlan,
  LONGEST_WAIT_MS,
  mustMoveBy,
  nextMove,
  percentOf,
} from './drill.js'
import { objectionsTo, troubleOf } from './drill-trouble.js'

/**
 * The drill at a moment: unchanged, or some moves further. A clock that stood still for a while is made up for one step at
 * a time, so that no step is left out of the timeline.
 */
export function advance(drill: Drill, now: number, facts: DrillFacts): Drill {
  const { plan, phase } = drill
  if (phase.kind === 'over') return drill
  if (phase.kind === 'planned') return now < nextMove(drill) ? drill : begin(drill, phase, now, facts)
  const trouble = troubleOf(plan, facts)
  if (trouble.length > 0) return over(drill, now, 'aborted', trouble)
  const due = nextMove(drill)
  if (now < due) return drill
  const next = forth(drill, phase, phase.waitsFor === undefined ? due : now, facts.shortfalls)
  const mayWait = percentOf(next) < percentOf(drill) && now < due + LONGEST_WAIT_MS
  const barred = mayWait ? facts.barred(percentOf(next)) : []
  return barred.length > 0 ? waiting(drill, phase, barred, now) : advance(next, now, facts)
}

function begin(drill: Drill, phase: Extract<DrillPhase, { kind: 'planned' }>, now: number, facts: DrillFacts): Drill {
  const { plan } = drill
  const objections = objectionsTo(plan, facts)
  if (objections.length === 0) return out(drill, 0, now)
  if (now >= nextMove(drill) + plan.windowMs) return over(drill, now, 'refused', objections)
  return waiting(drill, phase, objections, now)
}

/** Where it is, for as long as something is in its way. */
function waiting(
  drill: Drill,
  phase: Exclude<DrillPhase, { kind: 'over' }>,
  objections: readonly string[],
  now: number,
): Drill {
  if (shapeOf(phase.waitsFor) === shapeOf(objections)) return drill
  return moved(drill, { ...phase, waitsFor: objections }, now, `waits: ${objections.join('; ')}`)
}

/** That a number in it has changed is no news. */
const shapeOf = (objections: readonly string[] | undefined): string | undefined =>
  objections?.join().replaceAll(/\d+/g, '#')

/** The same, to begin at a time that somebody says. Only of one that is planned. */
export const startAt = (drill: Drill, at: number, now: number, who: string): Drill => ({
  ...noted(drill, now, `${who} starts it`),
  plan: { ...drill.plan, startsAt: at },
})

/** An operator ends it: before its start nothing happened, after it everything goes back at once. */
export function end(drill: Drill, now: number, why: string): Drill {
  if (drill.phase.kind === 'over') return drill
  return over(drill, now, drill.phase.kind === 'planned' ? 'cancelled' : 'aborted', [why])
}

/** What it is to be told of it besides its moves. */
export const noted = (drill: Drill, now: number, what: string): Drill => ({
  ...drill,
  timeline: [...drill.timeline, { at: now, what }],
})

/**
 * A drill that was found at a start, or that another node left. One that was under way goes on where it is if its step is not
 * over yet; one whose time has run out while nobody looked is over, since nobody watched it.
 * @param lateMs for so long after its time others may have had to wait until they knew that it was theirs
 */
export function resume(drill: Drill, now: number, lateMs = 0): Drill {
  const { phase, plan } = drill
  if (phase.kind === 'over') return drill
  if (phase.kind === 'planned')
    return now > nextMove(drill) + Math.max(START_GRACE_MS, plan.windowMs) + lateMs
      ? over(drill, now, 'interrupted', ['no node ran at its start'])
      : drill
  return now > mustMoveBy(drill) + lateMs
    ? over(drill, now, 'interrupted', ['no node ran while it was under way'])
    : drill
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
