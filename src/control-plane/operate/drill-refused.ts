// What is answered where something cannot be done with a drill.
import { wordsOf } from './drill-rules.js'
import { OverrideRefused } from './overrides.js'
import { SafetyRefused } from './safety.js'

/** It cannot begin as things are. */
export class DrillRefused extends Error {
  override readonly name = 'DrillRefused'
  readonly objections: readonly string[]
  constructor(objections: readonly string[]) {
    super(objections.join('\n'))
    this.objections = objections
  }
}

/** It is not where this could be done with it. */
export class DrillElsewhere extends Error {
  override readonly name = 'DrillElsewhere'
}

/** Why the step was not made, where others would not have it. */
export function refusalOf(error: unknown): string | undefined {
  if (error instanceof SafetyRefused) return wordsOf(error.refusals).join('; ')
  return error instanceof OverrideRefused ? error.message : undefined
}
