// What a change would do: every ranking settled as things are and as they would be, weighed by the addresses that have it.
import type { Family } from '../../dns/address.js'
import { formatName } from '../../dns/name.js'
import type { Rung } from '../../snapshot/choices.js'
import type { RegionState } from '../publish/ladder.js'
import { rankingShares } from '../publish/map-weights.js'
import type { Published } from '../publish/publisher.js'
import { regionStates } from '../publish/region-states.js'
import { type Choice, settle } from '../publish/settle.js'
import { sharesOf } from '../publish/shares.js'
import { standings } from '../publish/standing.js'
import { recordFor, type SteeringSpec } from '../publish/steerings.js'
import type { SteeredRecord } from '../traffic/document.js'

/** Where clients go that get no address at all. */
export const NOWHERE = 'nowhere'

export interface Move {
  readonly from: string
  readonly to: string
  /** Of all located clients of the name, 0 to 1. */
  readonly share: number
}

/** What becomes of one steered name, for one family of addresses. */
export interface NameChange {
  readonly name: string
  /** CNAME where its regions have host names instead of addresses. */
  readonly type: 'A' | 'AAAA' | 'CNAME'
  readonly before: Readonly<Record<string, number>>
  readonly after: Readonly<Record<string, number>>
  /** Greatest share first. */
  readonly moves: readonly Move[]
  /** Share of the clients whose answers would come from each lower rung, and do not now. */
  readonly ladder: Readonly<Partial<Record<Rung, number>>>
}

export interface Simulation {
  readonly names: readonly NameChange[]
  /** By region, answers a second as they are and as they would be; only where the present ones are known. */
  readonly load: Readonly<
    Record<string, { readonly now: number; readonly expected: number; readonly capacity?: number }>
  >
}

/**
 * @param change what would be of a region
 * @param rates answers a second by region, as counted
 */
export function simulate(
  published: Published,
  change: (state: RegionState) => RegionState,
  rates: Readonly<Record<string, number>> = {},
): Simulation {
  const { document, names } = published.world
  const changes = [...document.zones.values()].flatMap(({ steered }) =>
    steered.flatMap(record => {
      const own = names.steerings.filter(spec => isOf(spec, record))
      return own.map(spec => nameChange(published, spec, formatName(record.owner), change))
    }),
  )
  return { names: changes, load: loadOf(changes, rates, document.regions) }
}

/** Steerings are interned without their owners. */
function isOf({ record, gives }: SteeringSpec, steered: SteeredRecord): boolean {
  return JSON.stringify(record) === JSON.stringify(recordFor(steered, gives))
}

function nameChange(
  { world, health, forced, planned, at }: Published,
  spec: SteeringSpec,
  name: string,
  change: (state: RegionState) => RegionState,
): NameChange {
  const now = regionStates(world.document, health, spec.gives, forced, at, planned)
  const then = new Map([...now].map(([id, state]) => [id, change(state)]))
  const settler = (states: ReadonlyMap<string, RegionState>) => {
    const own = spec.map.candidates.map(({ id }) => states.get(id)!) // regions of the same document
    const candidates = standings(own, spec.sharing)
    const fallback = spec.record.fallback.map(id => states.get(id)!)
    return (ranking: Parameters<typeof settle>[0]) => settle(ranking, candidates, fallback, spec.record, spec.sharing)
  }
  const [settleNow, settleThen] = [settler(now), settler(then)]
  const tally = new Tally()
  const pair = world.maps.get(spec.mapKey)! // the world has a map for each of its steerings
  for (const family of FAMILIES) {
    const { map, rankings } = pair[family]
    const shares = rankingShares(map, rankings.length)
    rankings.forEach((ranking, number) => {
      const share = shares[number]! / FAMILIES.length
      if (share > 0) tally.add(share, settleNow(ranking), settleThen(ranking))
    })
  }
  return { name, type: TYPES[spec.gives], ...tally.result() }
}

const TYPES = { 4: 'A', 6: 'AAAA', target: 'CNAME' } as const

/** Clients of both families count the same: how many there are of each is not known. */
const FAMILIES: readonly Family[] = [4, 6]

class Tally {
  private readonly before = new Map<string, number>()
  private readonly after = new Map<string, number>()
  private readonly moves = new Map<string, Move>()
  private readonly ladder = new Map<Rung, number>()

  add(share: number, now: Choice, then: Choice): void {
    const [a, b] = [sharesOrNowhere(now), sharesOrNowhere(then)]
    for (const [id, part] of a) increase(this.before, id, share * part)
    for (const [id, part] of b) increase(this.after, id, share * part)
    if (then.rung !== 'healthy' && then.rung !== now.rung) increase(this.ladder, then.rung, share)
    // Clients are drawn by rendezvous hashing: none moves that need not.
    const gains = [...b].map(([id, part]) => [id, Math.max(0, part - (a.get(id) ?? 0))] as const)
    const gained = gains.reduce((sum, [, gain]) => sum + gain, 0)
    if (gained === 0) return
    for (const [from, part] of a) {
      const lost = part - (b.get(from) ?? 0)
      if (lost <= 0) continue
      for (const [to, gain] of gains) {
        if (gain === 0) continue
        const key = `${from} ${to}`
        const before = this.moves.get(key)?.share ?? 0
        this.moves.set(key, { from, to, share: before + (share * lost * gain) / gained })
      }
    }
  }

  result(): Omit<NameChange, 'name' | 'type'> {
    return {
      before: Object.fromEntries(this.before),
      after: Object.fromEntries(this.after),
      moves: [...this.moves.values()].sort((a, b) => b.share - a.share),
      ladder: Object.fromEntries(this.ladder),
    }
  }
}

function sharesOrNowhere(choice: Choice): ReadonlyMap<string, number> {
  const shares = sharesOf(choice)
  return shares.size === 0 ? new Map([[NOWHERE, 1]]) : shares
}

function increase<K>(sums: Map<K, number>, key: K, by: number): void {
  sums.set(key, (sums.get(key) ?? 0) + by)
}

/** What each region is asked now goes where its clients go, by the mean of all names. */
function loadOf(
  changes: readonly NameChange[],
  rates: Readonly<Record<string, number>>,
  regions: ReadonlyMap<string, { readonly capacity?: number }>,
): Simulation['load'] {
  const before = new Map<string, number>()
  const moved = new Map<string, Map<string, number>>()
  for (const { before: shares, moves } of changes) {
    for (const [id, share] of Object.entries(shares)) increase(before, id, share)
    for (const { from, to, share } of moves) {
      const own = moved.get(from) ?? new Map<string, number>()
      increase(own, to, share)
      moved.set(from, own)
    }
  }
  const expected = new Map<string, number>()
  for (const [from, rate] of Object.entries(rates)) {
    let stays = rate
    for (const [to, share] of moved.get(from) ?? []) {
      const goes = rate * Math.min(1, share / (before.get(from) || 1))
      stays -= goes
      increase(expected, to, goes)
    }
    increase(expected, from, Math.max(0, stays))
  }
  const ids = [...regions.keys(), NOWHERE].filter(id => (rates[id] ?? 0) > 0 || (expected.get(id) ?? 0) > 0)
  return Object.fromEntries(
    ids.map(id => {
      const capacity = regions.get(id)?.capacity
      return [
        id,
        { now: rates[id] ?? 0, expected: expected.get(id) ?? 0, ...(capacity === undefined ? {} : { capacity }) },
      ]
    }),
  )
}
