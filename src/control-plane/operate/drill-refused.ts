// What is answered where something cannot be done with a drill.

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
