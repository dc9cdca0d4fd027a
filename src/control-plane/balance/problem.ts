// What is to be balanced: groups of clients, the regions that may serve them, and what these should and can carry.
// All loads are in one unit, that of the regions' capacities.

/** By region id, parts of a group's clients; they add up to 1. */
export type Shares = ReadonlyMap<string, number>

/** Clients whom a policy ranks alike. */
export interface Group {
  readonly key: string
  /** What they bring to whoever serves them. */
  readonly demand: number
  /** What each region that could serve them costs their clients, ms; best first, never empty. */
  readonly options: readonly Option[]
  /** Where their policy alone would send them. */
  readonly natural: Shares
  /** What really comes of shares: a network is not divided, and one that asks a great deal is a share of its own. */
  lands(shares: Shares): Shares
}

export interface Option {
  readonly region: string
  readonly ms: number
}

/** A region that says what it carries. */
export interface Room {
  readonly region: string
  /** What it should carry at most. */
  readonly target: number
  readonly capacity: number
  /** What it carries of clients that are in no group. */
  readonly fixed: number
}

export interface Problem {
  readonly groups: readonly Group[]
  /** Regions that are not among these carry whatever they get. */
  readonly rooms: readonly Room[]
}

/** By key of the group, where its clients go. */
export type Assignment = ReadonlyMap<string, Shares>

/** What each region carries of the groups. */
export function loadsOf(groups: readonly Group[], of: (group: Group) => Shares): ReadonlyMap<string, number> {
  const loads = new Map<string, number>()
  for (const group of groups)
    for (const [region, share] of of(group)) loads.set(region, (loads.get(region) ?? 0) + share * group.demand)
  return loads
}

/** What clients wait in all: load × ms. */
export function costOf(groups: readonly Group[], of: (group: Group) => Shares): number {
  let cost = 0
  for (const group of groups) {
    const shares = of(group)
    for (const { region, ms } of group.options) cost += (shares.get(region) ?? 0) * ms * group.demand
  }
  return cost
}
