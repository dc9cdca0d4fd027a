// A new latency table beside the one that is in use: which rows are gone, new or other, and whether that is too much.
import type { ClientKey } from '../geo/client-key.js'
import type { LatencyRow, RefuseBeyond } from '../geo/latency-table.js'
import type { NameMoved } from './world-change.js'

export interface TableChange {
  /** Rows: a client set and a region. */
  readonly rows: {
    readonly before: number
    readonly after: number
    readonly dropped: number
    readonly added: number
    readonly changed: number
  }
  /** Some of what is gone: `203.0.113.0/24 eu-central`. */
  readonly droppedRows: readonly string[]
  readonly names: readonly NameMoved[]
  /** Why it is not taken unless forced, in sentences; empty where it is. */
  readonly objections: readonly string[]
}

type Rows = ReadonlyMap<ClientKey, LatencyRow>

const MOST_TOLD = 10

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`

export function tableChange(
  before: Rows,
  after: Rows,
  names: readonly NameMoved[],
  { dropped: mostDropped, moved: mostMoved }: RefuseBeyond,
): TableChange {
  const [dropped, common] = parted(before, after)
  const [added] = parted(after, before)
  const rows = {
    before: sizeOf(before),
    after: sizeOf(after),
    dropped: dropped.length,
    added: added.length,
    changed: common.filter(([key, region]) => before.get(key)!.get(region) !== after.get(key)!.get(region)).length,
  }
  const lost = rows.before === 0 ? 0 : rows.dropped / rows.before
  const objections = [
    ...(lost > mostDropped
      ? [`${rows.dropped} of ${rows.before} rows (${percent(lost)}) would be gone; the most is ${percent(mostDropped)}`]
      : []),
    ...names
      .filter(({ share }) => share > mostMoved)
      .map(
        ({ name, share }) =>
          `${percent(share)} of the clients of ${name} would get another region; the most is ${percent(mostMoved)}`,
      ),
  ]
  const droppedRows = dropped.slice(0, MOST_TOLD).map(([key, region]) => `${key} ${region}`)
  return { rows, droppedRows, names, objections: [...new Set(objections)] }
}

type Cell = readonly [key: ClientKey, region: string]

/** The rows that the other table has not, and those that it has. */
function parted(rows: Rows, other: Rows): readonly [readonly Cell[], readonly Cell[]] {
  const [missing, there]: [Cell[], Cell[]] = [[], []]
  for (const [key, row] of rows)
    for (const region of row.keys()) (other.get(key)?.has(region) ? there : missing).push([key, region])
  return [missing, there]
}

const sizeOf = (rows: Rows): number => [...rows.values()].reduce((sum, { size }) => sum + size, 0)
