// Latency tables: how many milliseconds away each region is from sets of clients, as measured; and what to expect where
// nothing was measured.
import type { Family } from '../../dns/address.js'
import { type ClientKey, namesNetwork } from './client-key.js'
import type { LatencyModel } from './latency-model.js'

/** Round-trip times, ms, by region. */
export type LatencyRow = ReadonlyMap<string, number>

export interface LatencyTable {
  /** Two tables with one digest hold the same. */
  readonly digest: string
  readonly rows: ReadonlyMap<ClientKey, LatencyRow>
  /** What to expect where nothing was measured, as this table suggests; what is usual where it is absent. */
  readonly model?: LatencyModel
  /** The path of its file as the document has it; absent where it has none. */
  readonly file?: string
  /** How it is learned from what is reported; absent where it is not. */
  readonly learned?: LearnedSpec
  /** How much a new table may change without anybody insisting. */
  readonly refuse?: RefuseBeyond
}

/** How a table is learned. */
export interface LearnedSpec {
  /** Fewer samples of a network and region say nothing yet. */
  readonly minimumSamples: number
  /** What was not heard of for so long is forgotten, ms. */
  readonly expireMs: number
  /** The most client networks that are remembered; the one that was not heard of for longest goes first. */
  readonly networks: number
  /** How often what is known comes into force, ms. */
  readonly refreshMs: number
}

/** Shares, 0 to 1. */
export interface RefuseBeyond {
  /** Of the rows that were there, those that are gone. */
  readonly dropped: number
  /** Of all clients, those that get another region. */
  readonly moved: number
}

/** By name. */
export type LatencyTables = ReadonlyMap<string, LatencyTable>

/** Whom rows are about. */
export interface RowKeys {
  /** Those that name networks. */
  readonly networks: Readonly<Record<Family, readonly ClientKey[]>>
  /** Countries, systems, and the like. */
  readonly others: readonly ClientKey[]
}

/** Sorted out once for the same rows, of which there may be a hundred thousand. */
export function keysOfRows(rows: LatencyTable['rows']): RowKeys {
  let keys = sortedOut.get(rows)
  if (keys === undefined) {
    const found = { networks: { 4: [] as ClientKey[], 6: [] as ClientKey[] }, others: [] as ClientKey[] }
    for (const key of rows.keys())
      if (!namesNetwork(key)) found.others.push(key)
      else found.networks[key.includes(':') ? 6 : 4].push(key)
    sortedOut.set(rows, (keys = found))
  }
  return keys
}

const sortedOut = new WeakMap<LatencyTable['rows'], RowKeys>()

/** The rows that are about a client. @param keys of the client, the most specific first */
export function rowsAbout({ rows }: LatencyTable, keys: readonly ClientKey[]): readonly LatencyRow[] {
  let found = NO_ROWS
  for (const key of keys) {
    const row = rows.get(key)
    if (row !== undefined) found = found.length === 0 ? [row] : [...found, row]
  }
  return found
}

const NO_ROWS: readonly LatencyRow[] = []

/** What rows say of a region: the first one that has it, ms. */
export const measured =
  (rows: readonly LatencyRow[]) =>
  (region: string): number | undefined => {
    for (const row of rows) {
      const ms = row.get(region)
      if (ms !== undefined) return ms
    }
    return undefined
  }
