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

export interface DrillPlan {
  readonly kind: DrillKind
  /** Ids of regions; not empty. */
  readonly targets: readonly string[]
  /** Epoch ms. */
  readonly startsAt: number
  /** Rising; a fault has one step, of 100 %: a prober sees a failure or none. */
  readonly steps: readonly DrillStep[]
  /** The way back, falling percents; empty: back at once. */
  readonly back: readonly DrillStep[]
  /** Regions that are no target and have to be up, before and all along. */
  readonly minHealthy: number
  readonly reason: string
  readonly actor: string
}

export type DrillOutcome = 'succeeded' | 'aborted' | 'refused' | 'cancelled' | 'interrupted'

export type DrillPhase =
  | { readonly kind: 'planned' }
  | { readonly kind: 'out'; readonly step: number; readonly since: number }
  | { readonly kind: 'back'; readonly step: number; readonly since: number }
  | { readonly kind: 'over'; readonly outcome: DrillOutcome; readonly at: number; readonly why: readonly string[] }

export interface DrillEvent {
  /** Epoch ms. */
  readonly at: number
  /** A sentence without its full stop. */
  readonly what: string
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
}

/** How much of the targets' clients are to be elsewhere, 0 to 100; 0 where nothing is done to them. */
export const percentOf = ({ plan, phase }: Drill): number =>
  phase.kind === 'out' ? plan.steps[phase.step]!.percent : phase.kind === 'back' ? plan.back[phase.step]!.percent : 0

/** Epoch ms at which the drill next does something by itself; Infinity where it does not. */
export function nextMove({ plan, phase }: Drill): number {
  switch (phase.kind) {
    case 'planned':
      return plan.startsAt
    case 'out':
      return phase.since + plan.steps[phase.step]!.holdMs
    case 'back':
      return phase.since + plan.back[phase.step]!.holdMs
    case 'over':
      return Number.POSITIVE_INFINITY
  }
}

/** Epoch ms at which it is over if nothing comes between. */
export function endOf(plan: DrillPlan): number {
  return [...plan.steps, ...plan.back].reduce((at, { holdMs }) => at + holdMs, plan.startsAt)
}

/** Why it must not start now, every reason; none where it may. */
export function objectionsTo(
  { targets, minHealthy }: DrillPlan,
  { regions, objections }: DrillFacts,
): readonly string[] {
  const known = new Map(regions.map(region => [region.id, region]))
  const unknown = targets.filter(id => !known.has(id)).map(id => `no region is named ${id}`)
  const gone = targets.flatMap(id => {
    const region = known.get(id)
    if (region === undefined) return []
    if (region.taken) return [`${id} is taken out already`]
    return region.up ? [] : [`${id} is down already`]
  })
  return [...unknown, ...gone, ...troubleBeside({ targets, minHealthy }, regions), ...objections]
}

/** Trouble that is none of the drill's making: while there is some, clients need every region that is left. */
function troubleBeside(
  { targets, minHealthy }: Pick<DrillPlan, 'targets' | 'minHealthy'>,
  regions: DrillFacts['regions'],
): readonly string[] {
  const others = regions.filter(({ id }) => !targets.includes(id))
  const down = others.filter(({ up, taken }) => !up && !taken).map(({ id }) => `${id} is down`)
  const healthy = others.filter(({ up, taken }) => up && !taken).length
  const few = healthy < minHealthy ? [`${healthy} other regions are up, and ${minHealthy} have to be`] : []
  return [...down, ...few]
}

/**
 * The drill at a moment: unchanged, or some moves further. A clock that stood still for a while is made up for one step at
 * a time, so that no step is left out of the timeline.
 */
export function advance(drill: Drill, now: number, facts: DrillFacts): Drill {
  const { plan, phase } = drill
  if (phase.kind === 'over') return drill
  if (phase.kind === 'planned') {
    if (now < plan.startsAt) return drill
    const objections = objectionsTo(plan, facts)
    return objections.length > 0 ? over(drill, now, 'refused', objections) : out(drill, 0, now)
  }
  const trouble = [...troubleBeside(plan, facts.regions), ...facts.objections]
  if (trouble.length > 0) return over(drill, now, 'aborted', trouble)
  const due = nextMove(drill)
  if (now < due) return drill
  return advance(forth(drill, phase, due), now, facts)
}

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
    return now > plan.startsAt + START_GRACE_MS ? over(drill, now, 'interrupted', ['no node ran at its start']) : drill
  return now > nextMove(drill) ? over(drill, now, 'interrupted', ['no node ran while it was under way']) : drill
}

/** A drill that begins later than this after its time is not the one that was announced. */
const START_GRACE_MS = 60_000

function forth(drill: Drill, phase: Extract<DrillPhase, { step: number }>, at: number): Drill {
  const { plan } = drill
  if (phase.kind === 'out' && phase.step + 1 < plan.steps.length) return out(drill, phase.step + 1, at)
  const next = phase.kind === 'out' ? 0 : phase.step + 1
  return next < plan.back.length ? back(drill, next, at) : over(drill, at, 'succeeded', [])
}

const out = (drill: Drill, step: number, at: number): Drill =>
  moved(drill, { kind: 'out', step, since: at }, at, `${drill.plan.steps[step]!.percent} % of the clients go elsewhere`)

const back = (drill: Drill, step: number, at: number): Drill =>
  moved(
    drill,
    { kind: 'back', step, since: at },
    at,
    `${100 - drill.plan.back[step]!.percent} % of the clients are back`,
  )

function over(drill: Drill, at: number, outcome: DrillOutcome, why: readonly string[]): Drill {
  const what = outcome === 'succeeded' ? 'all clients are back: the drill succeeded' : `${outcome}: ${why.join('; ')}`
  return moved(drill, { kind: 'over', outcome, at, why }, at, what)
}

const moved = (drill: Drill, phase: DrillPhase, at: number, what: string): Drill => ({
  ...drill,
  phase,
  timeline: [...drill.timeline, { at, what }],
})
