// Drills as the API shows them. Pure.
import { type Drill, type DrillStep, mustMoveBy, percentOf } from '../operate/drill.js'
import { overloads } from '../operate/drill-outlook.js'
import { compare, type DrillRecord, latenessOf, timesOf } from '../operate/drill-record.js'
import type { DrillView } from './api-drill.js'
import type { DrillReport } from './api-drill-report.js'
import { isoTime } from './api-values.js'

export function drillView({ drill, runner, foretold, seconds }: DrillRecord): DrillView {
  const { id, plan, timeline } = drill
  const { kind, targets, reason, actor, startsAt, windowMs, weekly, steps, back, guards } = plan
  const last = seconds.at(-1)
  const movesAt = mustMoveBy(drill)
  return {
    id,
    kind,
    regions: targets,
    reason,
    actor,
    ...(runner === undefined ? {} : { node: runner }),
    ...phaseView(drill),
    ...causeView(drill, foretold),
    ...(startsAt === undefined ? {} : { startsAt: isoTime(startsAt) }),
    ...(Number.isFinite(movesAt) ? { movesAt: isoTime(movesAt) } : {}),
    windowSeconds: windowMs / 1000,
    weekly,
    steps: steps.map(stepView),
    back: back.map(stepView),
    guards: {
      minHealthy: guards.minHealthy,
      maxLoad: percentage(guards.maxLoad),
      maxErrors: percentage(guards.maxErrors),
      ...(guards.maxLatencyMs === undefined ? {} : { maxLatencyMs: guards.maxLatencyMs }),
    },
    timeline: timeline.map(({ at, what }) => ({ at: isoTime(at), what })),
    foretold,
    ...(last === undefined ? {} : { answers: last.answers }),
  }
}

function phaseView(drill: Drill): Pick<DrillView, 'phase' | 'percent' | 'outcome' | 'why' | 'waitsFor'> {
  const { phase } = drill
  const common = { phase: phase.kind, percent: percentOf(drill) }
  switch (phase.kind) {
    case 'planned':
    case 'out':
    case 'back':
      return { ...common, ...(phase.waitsFor === undefined ? {} : { waitsFor: phase.waitsFor }) }
    case 'over':
      return { ...common, outcome: phase.outcome, why: phase.why }
  }
}

/** Of those that were refused, a program can tell which want nothing but another hour. */
function causeView({ plan, phase }: Drill, foretold: DrillRecord['foretold']): Pick<DrillView, 'cause'> {
  if (phase.kind !== 'over' || phase.outcome !== 'refused') return {}
  return { cause: overloads(foretold, plan).length > 0 ? 'capacity' : 'conditions' }
}

const stepView = ({ percent, holdMs }: DrillStep) => ({ percent, seconds: holdMs / 1000 })

/** 0.07 × 100 must not show its last bit. */
const percentage = (share: number): number => Number((share * 100).toFixed(6))

export function reportView(record: DrillRecord): DrillReport {
  const { firstFailureAt, detectedAt, returnedAt, ttlAtCut, seconds } = record
  const times = { firstFailureAt, detectedAt, ...timesOf(record), returnedAt }
  return {
    drill: drillView(record),
    times: Object.fromEntries(
      Object.entries(times).flatMap(([key, at]) => (at === undefined ? [] : [[key, isoTime(at)]])),
    ),
    ...(ttlAtCut === undefined ? {} : { ttlAtCut }),
    shares: compare(record).map(({ actual, ...rest }) => ({ ...rest, ...(actual === undefined ? {} : { actual }) })),
    ...lateView(record),
    seconds: seconds.map(({ until, ...rest }) => ({ until: isoTime(until), ...rest })),
  }
}

function lateView(record: DrillRecord): Pick<DrillReport, 'late'> {
  const promptness = latenessOf(record)
  if (promptness === undefined) return {}
  const clients = promptness.latest.map(({ heldAt, againAt, lateMs, ...asked }) => ({
    ...asked,
    heldAt: isoTime(heldAt),
    againAt: isoTime(againAt),
    lateSeconds: lateMs / 1000,
  }))
  const { latest: _, ...counts } = promptness
  return { late: { ...counts, clients } }
}
