// What is known of regions beforehand: that their clients will be moved, when, and by what. No answer is kept beyond it.

export interface PlannedMove {
  /** Epoch ms. */
  readonly at: number
  /** Whose plan it is: `drill 7`. */
  readonly by: string
}

/** By region id, the next move of each. */
export type PlannedMoves = ReadonlyMap<string, PlannedMove>

export const NOTHING_PLANNED: PlannedMoves = new Map()
