// Drills as they came about in the store: each goes through its phases once and in their order, whoever carries it on, and has an end.
import { LONGEST_WAIT_MS, lengthOf } from '../../../dist/control-plane/operate/drill.js'
import { unpackRecord } from '../../../dist/control-plane/operate/drill-packed.js'
import { SILENCE_MS } from './node.mjs'
import { time } from './time.mjs'

const LATE_MS = 2 * SILENCE_MS + 90_000
const KINDS = ['planned', 'out', 'back', 'over']

export class DrillsJudge {
  drills = new Map()
  /** Those of kind fault. */
  faulty = new Map()
  /** Those of them that went with the data of the store: who hears nothing of it goes on with them to their end. */
  orphans = []
  takenOver = 0
  begun = 0
  over = 0

  constructor(fail) {
    this.fail = fail
  }

  committed(id, text) {
    if (text === undefined) return this.forget(id)
    const { drill, runner } = unpackRecord(text)
    const place = placeOf(drill.phase)
    const before = this.drills.get(id)
    if (before !== undefined && place < before.place)
      this.fail(`drill ${id} goes back from ${before.drill.phase.kind} to ${drill.phase.kind}`)
    if (
      before?.place === placeOf({ kind: 'over' }) &&
      JSON.stringify(before.drill.phase) !== JSON.stringify(drill.phase)
    )
      this.fail(`drill ${id} is over, and is over again`)
    const begins = drill.timeline.filter(({ step }) => step === 0).length
    if (begins > 1) this.fail(`drill ${id} has begun ${begins} times`)
    if (before !== undefined && before.runner !== runner) this.takenOver++
    const changed = before === undefined || before.place !== place
    const startedAt = before?.startedAt ?? (drill.phase.kind === 'out' ? time() : undefined)
    if (changed && drill.phase.kind === 'out' && drill.phase.step === 0) this.begun++
    if (changed && drill.phase.kind === 'over') this.over++
    const known = { drill, runner, place, startedAt, changedAt: changed ? time() : before.changedAt }
    this.drills.set(id, known)
    if (drill.plan.kind === 'fault') this.faulty.set(id, known)
  }

  forget(id) {
    this.drills.delete(id)
    this.faulty.delete(id)
  }

  /** @param steadyFor how long some node has been able to carry drills on without a break, ms */
  look(steadyFor, overrides) {
    for (const [id, { drill, startedAt, changedAt }] of this.drills) {
      const { kind } = drill.phase
      if (kind === 'out' || kind === 'back') {
        const late = time() - startedAt - lengthOf(drill.plan) - LONGEST_WAIT_MS - LATE_MS
        if (late > 0 && steadyFor > LONGEST_WAIT_MS + LATE_MS) this.fail(`drill ${id} has no end`)
      }
      if (kind !== 'over' || time() - changedAt < LATE_MS || steadyFor < LATE_MS) continue
      const left = [...overrides.there.values()].find(({ override }) => override.origin === `drill:${id}`)
      if (left !== undefined) this.fail(`drill ${id} is over, and its override is there`)
    }
  }

  /** Whether a drill has to do with the checks of a region, or had lately. */
  faults(region, withinMs) {
    const isGoing = [...this.faulty.values()].some(
      ({ drill, changedAt }) =>
        drill.plan.targets.includes(region) &&
        drill.phase.kind !== 'planned' &&
        (drill.phase.kind !== 'over' || time() - changedAt < withinMs),
    )
    return isGoing || this.orphans.some(({ targets, endsAt }) => targets.includes(region) && time() < endsAt + withinMs)
  }

  wiped() {
    for (const { drill, startedAt } of this.faulty.values())
      if (drill.phase.kind !== 'planned')
        this.orphans.push({ targets: drill.plan.targets, endsAt: (startedAt ?? time()) + lengthOf(drill.plan) })
    this.drills.clear()
    this.faulty.clear()
  }
}

const placeOf = ({ kind, step = 0 }) => KINDS.indexOf(kind) * 100 + step
