// The safety rules, as a drill asks them: of its plan, at each step out, and before its way back.
import type { Forced, ForcedRegions } from '../publish/forced.js'
import { type Drill, type DrillPlan, percentOf } from './drill.js'
import type { Mover } from './last-moves.js'
import type { Guard, Overrides } from './overrides.js'
import type { Refusal } from './safety/judge.js'
import { type Licence, NO_LICENCE } from './safety/licence.js'
import type { Safety } from './safety.js'

export interface DrillRules {
  /** What the greatest step of a plan would break, in words. @param moves those that were made for it before; epoch ms */
  against(plan: DrillPlan, moves: readonly number[]): readonly string[]
  /** What it would break if no more than this percent of the clients were elsewhere, in words. */
  againstReturn(drill: Drill, percent: number, moves: readonly number[]): readonly string[]
  /** What a step does to the words on regions is asked, and remembered as a move of clients. Throws SafetyRefused. */
  out(mover: Mover): Guard
  /** What comes back is remembered, and told of where it breaks something: a drill has an end. */
  back(mover: Mover): Guard
  /** The same for faults, which are no words: as if somebody had said what the checks will find. */
  fault(drill: Drill, mover: Mover): void
}

export interface DrillRulesOptions {
  readonly safety: Pick<Safety, 'judge' | 'pass' | 'made'>
  readonly overrides: Pick<Overrides, 'forced'>
  /** Clients came back though it breaks rules. */
  readonly onBroken: (refusals: readonly Refusal[]) => void
}

/** A drill overrides no rule: whoever plans it finds another time, or mends what is wrong. */
const LICENCE: Licence = NO_LICENCE

export function drillRules({ safety, overrides, onBroken }: DrillRulesOptions): DrillRules {
  const inForce = (): ForcedRegions => overrides.forced()
  const back =
    (mover: Mover): Guard =>
    forced => {
      const refusals = safety.made({ forced }, mover)
      if (refusals.length > 0) onBroken(refusals)
      return []
    }
  return {
    against: (plan, moves) => {
      const most = Math.max(...plan.steps.map(({ percent }) => percent))
      return wordsOf(safety.judge({ forced: withWord(inForce(), plan, elsewhere(most)) }, moves))
    },
    againstReturn: ({ plan }, percent, moves) =>
      // After a fault the checks let the clients back, as after a failure.
      plan.kind === 'fault'
        ? []
        : wordsOf(safety.judge({ forced: withWord(inForce(), plan, elsewhere(percent)) }, moves)),
    out: mover => forced => safety.pass({ forced }, LICENCE, mover),
    back,
    fault: (drill, mover) => {
      const { plan } = drill
      if (percentOf(drill) > 0) safety.pass({ forced: withWord(inForce(), plan, elsewhere(100)) }, LICENCE, mover)
      else back(mover)(withWord(inForce(), plan, { state: 'up', drain: 0 }))
    },
  }
}

/** How regions are of whose clients so many percent are elsewhere; undefined where all are there. */
const elsewhere = (percent: number): Saying | undefined =>
  percent === 0 ? undefined : { state: percent === 100 ? 'down' : 'drain', drain: percent }

type Saying = Pick<Forced, 'state' | 'drain'>

/** What is in force, and the word of a drill in place of any other on its regions. */
function withWord(
  forced: ForcedRegions,
  { targets, actor, reason }: DrillPlan,
  saying: Saying | undefined,
): ForcedRegions {
  const others = [...forced].filter(([id]) => !targets.includes(id))
  if (saying === undefined) return new Map(others)
  const word: Forced = { id: 'drill', ...saying, until: Infinity, actor, reason }
  return new Map([...others, ...targets.map(id => [id, word] as const)])
}

/** A sentence for each. */
export const wordsOf = (refusals: readonly Refusal[]): readonly string[] =>
  refusals.map(({ rule, words, remedy }) => `the safety rule ${rule}: ${words}; ${remedy}`)
