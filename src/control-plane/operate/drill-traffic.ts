// Traffic by region over the time of a drill as a few rows, for whoever reads no chart. Pure.
import { type DrillRecord, regionsIn } from './drill-record.js'

export interface TrafficTable {
  /** Ids, in order. */
  readonly regions: readonly string[]
  /** Oldest first. `until`: epoch ms; `rates`: answers a second since the row before, in the order of the regions. */
  readonly rows: readonly { readonly until: number; readonly rates: readonly number[] }[]
}

const MOST_ROWS = 24

/** What was counted, in slices of the same length. */
export function trafficTable(record: DrillRecord): TrafficTable {
  const { seconds } = record
  const regions = regionsIn(record)
  const size = Math.max(1, Math.ceil(seconds.length / MOST_ROWS))
  const slices = Array.from({ length: Math.ceil(seconds.length / size) }, (_, i) =>
    seconds.slice(i * size, (i + 1) * size),
  )
  let since = (seconds[0]?.until ?? 0) - SECOND_MS
  const rows = slices.map(slice => {
    const { until } = slice.at(-1)! // no slice is empty
    const passed = Math.max(1, until - since) / SECOND_MS
    since = until
    const rates = regions.map(id => slice.reduce((sum, { answers }) => sum + (answers[id] ?? 0), 0) / passed)
    return { until, rates }
  })
  return { regions, rows }
}

const SECOND_MS = 1000
