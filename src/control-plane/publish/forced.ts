// What operators have said of regions for the time being, as settling and explaining see it.

/** What an operator says of one address, whatever its checks find. */
export interface SaidAddress {
  /** Absent where it is as its checks find it. */
  readonly up?: boolean
  /** It was so, and is to stay so: nobody took it out, or brought it back. */
  readonly observed?: boolean
  /** Percent of the clients of its region that go without it, 1 to 100. */
  readonly drain?: number
}

/** The word that holds for a region. */
export interface Forced {
  readonly id: string
  /** `observe`: it is as it was when that was said. `some`: only some of its addresses are spoken of. */
  readonly state: 'up' | 'down' | 'drain' | 'observe' | 'some'
  /** Percent of its clients that go elsewhere; 0 unless the state is `drain`. */
  readonly drain: number
  /** Epoch ms at which it ends; Infinity where it ends when somebody takes it away. */
  readonly until: number
  readonly actor: string
  readonly reason: string
  /** By the address as the document writes it; the others are as their checks find them. */
  readonly addresses?: ReadonlyMap<string, SaidAddress>
}

/** By region id; the others are as their checks find them. */
export type ForcedRegions = ReadonlyMap<string, Forced>

export const NOTHING_FORCED: ForcedRegions = new Map()
