// What a drill does to the world: an override of its own, or faults, always as the drill wants them now.
import type { Lift } from '../health/injection.js'
import type { Unchanged } from '../state/shared-value.js'
import { type Drill, mustMoveBy, percentOf } from './drill.js'
import { nameOf } from './drill-facts.js'
import type { DrillRules } from './drill-rules.js'
import type { Mover } from './last-moves.js'
import type { Override } from './override.js'
import type { Overrides } from './overrides.js'

/** So long after its move is due the override of a drill ends by itself: if nobody carries the drill on, clients come back. */
export const DEAD_MAN_MS = 15_000

export interface EnforcerOptions {
  readonly overrides: Pick<Overrides, 'create' | 'extend' | 'cancel' | 'list'>
  readonly faults: {
    inject(region: string, by: string): void
    lift(region: string, how: Lift): void
  }
  readonly rules: Pick<DrillRules, 'out' | 'back' | 'fault'>
  /** In so long another node sees that one is gone, and carries its drills on, ms; 0 where there is no other. */
  readonly silenceMs: number
  /** Epoch ms. */
  readonly now: () => number
}

export class DrillEnforcer {
  private readonly options: EnforcerOptions

  constructor(options: EnforcerOptions) {
    this.options = options
  }

  /**
   * Overrides and faults as the drill wants them, whatever they are.
   * @param mover absent where it takes up what was in force before, and no rule is asked again
   * @param unchanged what has to be as it is known for this to be done
   * @throws OverrideRefused, SafetyRefused, Overtaken, StoreAway
   */
  async enforce(drill: Drill, unchanged: Unchanged, mover?: Mover): Promise<void> {
    const { plan, phase } = drill
    if (plan.kind === 'fault') return this.enforceFault(drill, mover)
    const { overrides, rules, silenceMs, now } = this.options
    const own = this.overrideOf(drill)
    const percent = percentOf(drill)
    const isOutward = percent > (own?.drain ?? 0)
    const guard = mover === undefined ? undefined : isOutward ? rules.out(mover) : rules.back(mover)
    if (percent === 0) {
      if (own !== undefined) await overrides.cancel(own.id, guard, unchanged)
      return
    }
    if (phase.kind === 'planned' || phase.kind === 'over') return
    const until = new Date(Math.max(mustMoveBy(drill), now()) + DEAD_MAN_MS + silenceMs).toISOString()
    const reason = `${nameOf(drill)}: ${plan.reason}`
    if (own !== undefined) await overrides.extend(own.id, { percent, until }, guard, unchanged)
    else
      await overrides.create(
        { targets: plan.targets, state: 'drain', percent, until, reason },
        plan.actor,
        originOf(drill),
        guard,
        unchanged,
      )
  }

  /** What is done on every node for a drill that another one carries on: each fails its own probes. */
  follow(drill: Drill): void {
    if (drill.plan.kind === 'fault') this.enforceFault(drill, undefined)
  }

  /** Nobody carries it on, and nobody would ever end its faults. Its override ends by itself. */
  letGo({ plan, phase }: Drill): void {
    if (plan.kind !== 'fault' || phase.kind !== 'out') return
    for (const target of plan.targets) this.options.faults.lift(target, 'at-once')
  }

  /** The one that the drill has made; undefined where it is not in force. */
  overrideOf(drill: Drill): Override | undefined {
    return this.options.overrides.list().find(({ origin }) => origin === originOf(drill))
  }

  private enforceFault(drill: Drill, mover: Mover | undefined): void {
    const { faults, rules } = this.options
    const { plan, phase } = drill
    const isOut = phase.kind === 'out'
    // A drill that ended as planned lets its checks bring the regions back, which is drilled too.
    const how: Lift = phase.kind === 'over' && phase.outcome === 'succeeded' ? 'by-results' : 'at-once'
    if (mover !== undefined) rules.fault(drill, mover)
    for (const target of plan.targets) {
      if (isOut) faults.inject(target, nameOf(drill))
      else if (phase.kind === 'over') faults.lift(target, how)
    }
  }
}

const originOf = ({ id }: Drill): Override['origin'] => `drill:${id}`
