// What operators have said of regions for the time being, as settling and explaining see it.

/** The word that holds for a region. */
export interface Forced {
  readonly id: string
  readonly state: 'up' | 'down' | 'drain'
  /** Percent of its clients that go elsewhere; 0 unless the state is `drain`. */
  readonly drain: number
  /** Epoch ms at which it ends; Infinity where it ends when somebody takes it away. */
  readonly until: number
  readonly actor: string
  readonly reason: string
}

/** By region id; the others are as their checks find them. */
export type ForcedRegions = ReadonlyMap<string, Forced>

export const NOTHING_FORCED: ForcedRegions = new Map()
