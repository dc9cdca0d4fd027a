// Balancing as a transportation problem: what each group brings is carried to regions, at the least cost in latency, within
// their targets as far as these reach, and without moving more clients at once than is wanted.
import { type Column, type LinearProgram, linearProgram, type Row } from './linear-program.js'
import type { Group, Problem, Room, Shares } from './problem.js'

export interface Wishes {
  /** What must be gained before a client is moved, ms. */
  readonly inertiaMs: number
  /** Of all demand, the part that may be moved, 0 to 1. Clients whose region no longer serves them do not count. */
  readonly mostMoved: number
}

/** A program, and how what solves it is read. */
export interface Transport {
  readonly program: LinearProgram
  read(values: Float64Array): ReadonlyMap<string, Shares>
}

/** What is above the target is carried only where nothing else helps, and evenly; far more so above the capacity. */
const ABOVE_TARGET = [1, 1.5, 2, 2.5].map(price => ({ part: 0.25, price: price * 10 }))
const ABOVE_CAPACITY = [
  { part: 0.1, price: 100 },
  { part: 0.15, price: 130 },
  { part: 0.25, price: 160 },
  { part: Infinity, price: 200 },
]

/** A share that is smaller than this is not worth an answer of its own. */
const LEAST_SHARE = 0.005

interface Flow {
  readonly group: number
  readonly region: string
  readonly column: number
}

/** @param present where clients are now */
export function transport({ groups, rooms }: Problem, present: (group: Group) => Shares, wishes: Wishes): Transport {
  const total = groups.reduce((sum, { demand }) => sum + demand, 0)
  // So that tolerances mean the same whatever the unit of loads is.
  const scale = total > 0 ? groups.length / total : 1
  const dearest = Math.max(1, ...groups.flatMap(({ options }) => options.map(({ ms }) => ms)))
  const columns: Column[] = []
  const column = (cost: number, most: number): number => columns.push({ cost, most }) - 1
  const flows: Flow[] = []
  const moving: number[] = []
  let displaced = 0
  const groupRows = groups.map((group, number): Row => {
    const demand = group.demand * scale
    const now = present(group)
    let staying = 0
    const own = group.options.flatMap(({ region, ms }) => {
      const stays = demand * (now.get(region) ?? 0)
      staying += stays
      const more = column(ms, demand)
      moving.push(more)
      return stays === 0
        ? [{ region, column: more }]
        : [
            { region, column: more },
            { region, column: column(ms - wishes.inertiaMs, stays) },
          ]
    })
    displaced += Math.max(0, demand - staying)
    flows.push(...own.map(flow => ({ group: number, ...flow })))
    return { least: demand, most: demand, entries: own.map(({ column }) => [column, 1] as const) }
  })
  const rows = [...groupRows, ...rooms.map(room => roomRow(room, flows, column, { scale, dearest }))]
  const budget = wishes.mostMoved * total * scale + displaced
  rows.push({ least: 0, most: budget, entries: moving.map(column => [column, 1] as const) })
  return { program: linearProgram(columns, rows), read: values => read(groups, flows, values) }
}

/** What a region gets, less what it carries above its target at a price, is no more than the target. */
function roomRow(
  { region, target, capacity, fixed }: Room,
  flows: readonly Flow[],
  column: (cost: number, most: number) => number,
  { scale, dearest }: { readonly scale: number; readonly dearest: number },
): Row {
  const own = flows.flatMap(flow => (flow.region === region ? [[flow.column, 1] as const] : []))
  const above = [
    ...ABOVE_TARGET.map(({ part, price }) => column(price * dearest, Math.max(0, capacity - target) * part * scale)),
    ...ABOVE_CAPACITY.map(({ part, price }) =>
      column(price * dearest, part === Infinity ? Infinity : capacity * part * scale),
    ),
  ]
  return {
    least: -Infinity,
    most: (target - fixed) * scale,
    entries: [...own, ...above.map(column => [column, -1] as const)],
  }
}

function read(groups: readonly Group[], flows: readonly Flow[], values: Float64Array): ReadonlyMap<string, Shares> {
  const sums = groups.map(() => new Map<string, number>())
  for (const { group, region, column } of flows) {
    const sum = sums[group]!
    sum.set(region, (sum.get(region) ?? 0) + Math.max(0, values[column]!))
  }
  return new Map(groups.map(({ key }, i) => [key, worthwhile(sums[i]!)]))
}

/** As shares, without those that are too small; none where a group brings nothing. */
function worthwhile(flows: ReadonlyMap<string, number>): Shares {
  const all = [...flows.values()].reduce((sum, flow) => sum + flow, 0)
  const kept = [...flows].filter(([, flow]) => flow > all * LEAST_SHARE)
  const sum = kept.reduce((total, [, flow]) => total + flow, 0)
  return new Map(kept.map(([region, flow]) => [region, flow / sum]))
}
