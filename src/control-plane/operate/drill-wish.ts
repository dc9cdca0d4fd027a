// What somebody wants of a drill, held against what may be had: a plan, or all that is wrong with it at once. Pure.
import type { Region } from '../traffic/document/region.js'
import { formatDuration, parseDuration } from '../traffic/duration.js'
import type { Problem } from '../traffic/problem.js'
import { type DrillKind, type DrillPlan, type DrillStep, lengthOf } from './drill.js'
import { regionsOf } from './override.js'
import { targetProblems } from './override-wish.js'

export interface DrillStepWish {
  readonly percent: number
  /** A duration as people write it. */
  readonly for: string | number
}

/** All percents are from 0 on; 100 is all. */
export interface DrillWish {
  /** Ids of regions, globs, tags. */
  readonly targets: readonly string[]
  readonly kind?: DrillKind | undefined
  /** RFC 3339. */
  readonly at?: string | undefined
  readonly window?: string | number | undefined
  readonly weekly?: boolean | undefined
  readonly steps?: readonly DrillStepWish[] | undefined
  readonly back?: readonly DrillStepWish[] | undefined
  readonly minHealthy?: number | undefined
  readonly maxLoad?: number | undefined
  readonly maxErrors?: number | undefined
  readonly maxLatency?: string | number | undefined
  readonly reason: string
}

export const DEFAULT_STEPS: readonly DrillStepWish[] = [
  { percent: 25, for: '2m' },
  { percent: 50, for: '2m' },
  { percent: 100, for: '10m' },
]
export const DEFAULT_BACK: readonly DrillStepWish[] = [{ percent: 50, for: '2m' }]
const FAULT_STEPS: readonly DrillStepWish[] = [{ percent: 100, for: '10m' }]
export const DEFAULT_GUARDS = { minHealthy: 1, maxLoad: 100, maxErrors: 5 } as const

/** A step that is shorter is over before its answers could be counted. */
const LEAST_HOLD_MS = 2000
/** What takes longer is no exercise. */
const LONGEST_MS = 86_400_000
const FARTHEST_MS = 366 * 86_400_000

/** @param now epoch ms */
export function readDrillWish(
  wish: DrillWish,
  regions: ReadonlyMap<string, Region>,
  actor: string,
  now: number,
): { readonly plan: DrillPlan } | { readonly problems: readonly Problem[] } {
  const { kind = 'switch', at, window = 0, weekly = false, maxLatency, reason } = wish
  const { minHealthy, maxLoad, maxErrors } = { ...DEFAULT_GUARDS, ...defined(wish) }
  const written = {
    steps: wish.steps ?? (kind === 'fault' ? FAULT_STEPS : DEFAULT_STEPS),
    back: wish.back ?? (kind === 'fault' ? [] : DEFAULT_BACK),
  }
  const targets = regionsOf(wish, regions.values())
  const startsAt = at === undefined ? undefined : Date.parse(at)
  const plan: DrillPlan = {
    kind,
    targets,
    ...(startsAt === undefined ? {} : { startsAt }),
    windowMs: parseDuration(window) ?? Number.NaN,
    weekly,
    steps: written.steps.map(readStep),
    back: written.back.map(readStep),
    guards: {
      minHealthy,
      maxLoad: maxLoad / 100,
      maxErrors: maxErrors / 100,
      ...(maxLatency === undefined ? {} : { maxLatencyMs: parseDuration(maxLatency) ?? Number.NaN }),
    },
    reason: reason.trim(),
    actor,
  }
  const problems = [
    ...wish.targets.flatMap((target, i) =>
      targetProblems(target, regions).map(problem => ({ path: `targets[${i}]`, ...problem })),
    ),
    ...(targets.length === regions.size ? [problem('targets', 'no region would be left for the clients')] : []),
    ...(plan.reason === '' ? [problem('reason', 'a reason is needed, for whoever looks at it later')] : []),
    ...timeProblems(plan, now),
    ...stepProblems(plan),
    ...(Number.isNaN(plan.guards.maxLatencyMs) ? [problem('maxLatency', 'this is no duration such as 300ms')] : []),
  ]
  return problems.length > 0 ? { problems } : { plan }
}

const problem = (path: string, message: string): Problem => ({ path, message })

const defined = ({ minHealthy, maxLoad, maxErrors }: DrillWish) =>
  Object.fromEntries(Object.entries({ minHealthy, maxLoad, maxErrors }).filter(([, value]) => value !== undefined))

const readStep = ({ percent, for: hold }: DrillStepWish): DrillStep => ({
  percent,
  holdMs: parseDuration(hold) ?? Number.NaN,
})

function timeProblems({ startsAt, windowMs, weekly }: DrillPlan, now: number): readonly Problem[] {
  const timed = startsAt !== undefined
  return [
    ...(timed && Number.isNaN(startsAt) ? [problem('at', 'this is no time such as 2026-03-01T09:30:00Z')] : []),
    ...(timed && startsAt < now ? [problem('at', 'that is over already')] : []),
    ...(timed && startsAt > now + FARTHEST_MS ? [problem('at', 'that is more than a year away')] : []),
    ...(Number.isNaN(windowMs) ? [problem('window', 'this is no duration such as 2h')] : []),
    ...(windowMs > LONGEST_MS ? [problem('window', `${formatDuration(LONGEST_MS)} is the most`)] : []),
    ...(windowMs > 0 && !timed ? [problem('window', 'a window begins at a time: say `at`')] : []),
    ...(weekly && !timed ? [problem('weekly', 'what comes every week has a first time: say `at`')] : []),
  ]
}

function stepProblems(plan: DrillPlan): readonly Problem[] {
  const { kind, steps, back } = plan
  if (kind === 'fault') {
    const [step, ...more] = steps
    const isWhole = step?.percent === 100 && more.length === 0 && back.length === 0
    const message = 'a fault has one step, of 100 percent, and no way back: a check fails or it does not'
    return isWhole ? holdProblems(plan) : [problem('steps', message)]
  }
  const rises = steps.every(({ percent }, i) => i === 0 || percent > steps[i - 1]!.percent)
  const falls = back.every(({ percent }, i) => percent < (back[i - 1] ?? steps.at(-1)!).percent)
  return [
    ...(rises ? [] : [problem('steps', 'each step takes more clients than the one before')]),
    ...(falls ? [] : [problem('back', 'each step back leaves fewer clients elsewhere than the one before')]),
    ...holdProblems(plan),
  ]
}

function holdProblems(plan: DrillPlan): readonly Problem[] {
  const short = (['steps', 'back'] as const).flatMap(key =>
    plan[key].flatMap(({ holdMs }, i) =>
      holdMs >= LEAST_HOLD_MS
        ? []
        : [problem(`${key}[${i}].for`, `this is no duration of at least ${formatDuration(LEAST_HOLD_MS)}`)],
    ),
  )
  return lengthOf(plan) > LONGEST_MS
    ? [...short, problem('steps', `all steps together take more than ${formatDuration(LONGEST_MS)}`)]
    : short
}
