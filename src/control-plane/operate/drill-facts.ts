// How things stand for a drill: how each region is, what has been counted since it began, and what it has shown. Pure.
import { GIVES } from '../health/endpoints.js'
import type { Health } from '../health/health.js'
import { NOTHING_FORCED } from '../publish/forced.js'
import { regionStates } from '../publish/region-states.js'
import type { Region } from '../traffic/document/region.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Drill, type DrillFacts, type DrillPlan, isUnderWay } from './drill.js'
import { overload } from './drill-outlook.js'
import type { DrillRecord, Second } from './drill-record.js'
import type { Override } from './override.js'

/** What drills have said themselves does not count. */
export function drillRegions(
  document: TrafficDocument,
  health: Health,
  held: ReadonlyMap<string, Override>,
): DrillFacts['regions'] {
  const states = GIVES.map(gives => regionStates(document, health, gives, NOTHING_FORCED, 0))
  return [...document.regions.values()].map(({ id, enabled }) => {
    const word = held.get(id)
    const said = word !== undefined && !word.origin.startsWith('drill:') && word.state !== 'up'
    const own = states.map(state => state.get(id)!) // regions of the same document
    return { id, up: own.some(({ hasAddresses, up }) => hasAddresses && up), taken: !enabled || said }
  })
}

/** Over so many of the counted seconds answers are looked at: one alone may hold anything. */
const SIGHT = 5
/** Answers of which a share can be told. */
const ENOUGH = 20

/** What the answers of the last seconds say against going on; nothing before there are enough of them. */
export function signals(
  { guards: { maxLoad, maxErrors }, targets }: DrillPlan,
  seconds: readonly Second[],
  regions: ReadonlyMap<string, Pick<Region, 'capacity'>>,
): readonly string[] {
  // The one before them says when they began: a look that was late holds more than a second.
  const [before, ...last] = seconds.slice(-SIGHT - 1)
  if (before === undefined || last.length < SIGHT) return []
  const passed = (last.at(-1)!.until - before.until) / 1000
  const sum = (of: (second: Second) => number): number => last.reduce((total, second) => total + of(second), 0)
  const [all, failed] = [sum(({ replies }) => replies), sum(({ failed }) => failed)]
  const share = all === 0 ? 0 : failed / all
  const errors =
    all >= ENOUGH && share > maxErrors
      ? [`${Math.round(share * 100)} % of the last answers were errors; ${Math.round(maxErrors * 100)} % is the most`]
      : []
  const loads = [...regions].flatMap(([id, { capacity }]) => {
    const rate = sum(({ answers }) => answers[id] ?? 0) / passed
    if (capacity === undefined || targets.includes(id) || rate <= capacity * maxLoad) return []
    return [`${id} is asked ${overload(rate, capacity, maxLoad)}`]
  })
  return [...errors, ...loads]
}

/** Other regions whose checks take too long: each is as fast as the fastest of its checks that pass. */
export function slowRegions(
  { guards: { maxLatencyMs }, targets }: DrillPlan,
  health: Health,
  regions: ReadonlyMap<string, Pick<Region, 'id' | 'enabled'>>,
): readonly string[] {
  if (maxLatencyMs === undefined) return []
  return [...regions.values()].flatMap(({ id, enabled }) => {
    if (!enabled || targets.includes(id)) return []
    const checks = (health.get(id) ?? []).flatMap(({ checks }) => checks)
    const took = checks.flatMap(({ lastMs, lastError }) => (lastError === undefined ? (lastMs ?? []) : []))
    const fastest = Math.min(...took)
    if (took.length === 0 || fastest <= maxLatencyMs) return []
    return [`${id} takes ${Math.round(fastest)} ms to answer its checks; ${maxLatencyMs} ms is the most`]
  })
}

/** What the drill was to show by the end of its last step out, and has not. */
export function shortfalls({ drill, seconds, detectedAt, cutAt }: DrillRecord): readonly string[] {
  const { plan, phase } = drill
  if (phase.kind !== 'out') return []
  if (plan.kind === 'fault') {
    if (detectedAt !== undefined) return []
    const held = Math.round(plan.steps[phase.step]!.holdMs / 1000)
    return [`within ${held} s no check took ${plan.targets.join(', ')} out`]
  }
  if (plan.steps[phase.step]!.percent < 100 || cutAt === undefined) return []
  // A second that began before may hold answers of before.
  const after = seconds.filter((_, i) => (seconds[i - 1]?.until ?? Number.NEGATIVE_INFINITY) >= cutAt)
  return plan.targets.flatMap(id => {
    const count = after.reduce((sum, { answers }) => sum + (answers[id] ?? 0), 0)
    return count === 0 ? [] : [`${count} answers still held ${id} when all clients were to be elsewhere`]
  })
}

/** When the fault was first seen, when it took the targets out, and when they were back; as far as it has come to that. */
export function detection(
  record: DrillRecord,
  health: Health,
): Pick<DrillRecord, 'firstFailureAt' | 'detectedAt' | 'returnedAt'> {
  const { drill, firstFailureAt, detectedAt, returnedAt } = record
  if (drill.plan.kind !== 'fault' || drill.phase.kind === 'planned') return {}
  const addresses = drill.plan.targets.flatMap(id => health.get(id) ?? [])
  const failures = addresses
    .flatMap(({ checks }) => checks)
    .filter(({ lastError = '' }) => lastError.startsWith(`${nameOf(drill)}:`))
    .flatMap(({ lastAt }) => lastAt ?? [])
  const down = addresses.filter(({ up }) => !up)
  const since = down.map(({ since }) => since)
  const isOut = isUnderWay(drill) && down.length > 0 && down.length === addresses.length
  const isBack = drill.phase.kind === 'over' && detectedAt !== undefined && down.length === 0
  return {
    ...at('firstFailureAt', firstFailureAt ?? (failures.length === 0 ? undefined : Math.min(...failures))),
    ...at('detectedAt', detectedAt ?? (isOut ? Math.max(...since) : undefined)),
    ...at('returnedAt', returnedAt ?? (isBack ? Math.max(...addresses.map(({ since }) => since)) : undefined)),
  }
}

const at = <K extends string>(key: K, time: number | undefined) =>
  (time === undefined ? {} : { [key]: time }) as { readonly [P in K]?: number } // an object with this one key, or none

/** What it is called by those who do not show drills: in causes, reasons and origins. */
export const nameOf = ({ id }: Pick<Drill, 'id'>): string => `drill ${id}`
