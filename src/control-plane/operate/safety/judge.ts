// Which safety rules a change would break: all of them, each in words and with what would satisfy it. Pure.

import type { SafetyRule } from '../../traffic/document/safety.js'
import type { TrafficDocument } from '../../traffic/document.js'
import { blackout } from './blackout.js'
import { capacity } from './capacity.js'
import { chain, PARENT_DS } from './chain.js'
import type { Change, Finding } from './change.js'
import { count } from './count.js'
import { facts } from './facts.js'
import { ladder } from './ladder.js'
import { type Circumstances, type Measure, type Scene, type Situation, sceneOf, withGone } from './scene.js'
import { type Touched, touchedBy } from './touched.js'
import { wait } from './wait.js'

/** A rule that a change would break. */
export interface Refusal {
  /** The id of the rule, by which it is overridden. */
  readonly rule: string
  /** Why there is the rule, in its writer's words. */
  readonly description?: string
  /** What would not be as it should be: a sentence without its full stop, as the next one. */
  readonly words: string
  /** What would satisfy it. */
  readonly remedy: string
  readonly overridableBy: SafetyRule['overridableBy']
}

export interface Judgement {
  /** What holds without being written first, the others in the order of the document; empty: nothing is against it. */
  readonly refusals: readonly Refusal[]
  readonly touched: Touched
}

export function judge(before: Situation, after: Situation, circumstances: Circumstances): Judgement {
  const rules = rulesOf(before.document, after.document)
  const early = chain(before.document, after.document, circumstances)
  const own = early === undefined ? [] : [refusal(UNWRITTEN, early)]
  if (rules.length === 0) return { refusals: own, touched: new Map() }
  const then = sceneOf(before, circumstances)
  const now = withGone(sceneOf(after, circumstances), then)
  const touched = touchedBy(then, now)
  const change: Change = { touched, circumstances, regions: [...now.stands.values()].map(({ region }) => region) }
  const refusals = rules.flatMap(rule => {
    const found = findingOf(rule, then, now, change)
    return found === undefined ? [] : [refusal(rule, found)]
  })
  return { refusals: [...own, ...refusals], touched }
}

/** Rules about how things are that are broken as things are, whoever or whatever broke them. */
export function broken(situation: Situation, circumstances: Circumstances): readonly Refusal[] {
  const rules = [...(situation.document.safety?.values() ?? [])]
  if (rules.length === 0) return []
  const scene = sceneOf(situation, circumstances)
  return rules.filter(isMeasured).flatMap(rule => {
    const measure = measureOf(rule, scene)
    return measure === undefined || measure.missing === 0 ? [] : [refusal(rule, measure)]
  })
}

/** Who may edit may also mean it. */
const UNWRITTEN = { id: PARENT_DS, overridableBy: 'edit' } as const

/** Those that are in force, so that no change takes a rule away and breaks it at once, and those that come with the change. */
function rulesOf(before: TrafficDocument, after: TrafficDocument): readonly SafetyRule[] {
  const present = before.safety ?? NO_RULES
  const fresh = [...(after.safety ?? NO_RULES).values()].filter(({ id }) => !present.has(id))
  return [...present.values(), ...fresh]
}

const NO_RULES: ReadonlyMap<string, SafetyRule> = new Map()

function findingOf(rule: SafetyRule, before: Scene, after: Scene, change: Change): Finding | undefined {
  switch (rule.kind) {
    case 'facts':
      return facts(rule, change)
    case 'wait':
      return wait(rule, change)
    case 'blackout':
      return blackout(rule, change)
    case 'count':
    case 'capacity':
    case 'ladder':
      return worsened(rule, before, after)
  }
}

/** Rules about how things are; the others are about what may be done, and when. */
const MEASURED = { count, capacity, ladder } satisfies Partial<Record<SafetyRule['kind'], unknown>>

type MeasuredRule = Extract<SafetyRule, { readonly kind: keyof typeof MEASURED }>

const isMeasured = (rule: SafetyRule): rule is MeasuredRule => Object.hasOwn(MEASURED, rule.kind)

function measureOf(rule: MeasuredRule, scene: Scene): Measure | undefined {
  const measure = MEASURED[rule.kind] as (rule: MeasuredRule, scene: Scene) => Measure | undefined // it is of this very kind
  return measure(rule, scene)
}

/** What is broken already refuses only what makes it worse: repairs come one at a time. */
function worsened(rule: MeasuredRule, before: Scene, after: Scene): Measure | undefined {
  const now = measureOf(rule, after)
  if (now === undefined || now.missing === 0) return undefined
  const then = measureOf(rule, before)
  return now.missing > (then?.missing ?? 0) + HAIR ? now : undefined
}

/** Sums of shares differ in their last bits. */
const HAIR = 1e-9

const refusal = (
  { id, description, overridableBy }: Pick<SafetyRule, 'id' | 'description' | 'overridableBy'>,
  { words, remedy }: Finding,
): Refusal => ({
  rule: id,
  ...(description === undefined ? {} : { description }),
  words,
  remedy,
  overridableBy,
})
