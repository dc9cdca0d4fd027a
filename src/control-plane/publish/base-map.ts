// What of a map stays when latencies of networks change. Rows of networks are learned anew every minute, and say nothing of
// anybody outside of them: a map is made without them once, and they are laid over it.
import { createHash } from 'node:crypto'
import type { Family } from '../../dns/address.js'
import { type ClientKey, namesNetwork } from '../geo/client-key.js'
import type { LatencyTable, LatencyTables } from '../geo/latency-table.js'
import type { MapSpec } from './steerings.js'

/** The same without rows of networks; undefined where there are none. Two that are the same have one `mapKey`. */
export function baseSpec({ tables, ...rest }: MapSpec): MapSpec | undefined {
  if (tables === undefined || ![...tables.values()].some(hasNetworks)) return undefined
  return { ...rest, tables: new Map([...tables].map(([name, table]) => [name, withoutNetworks(table)])) }
}

/** The networks of a family that tables have rows for; canonical texts. */
export function networksIn(tables: LatencyTables, family: Family): ReadonlySet<ClientKey> {
  const isOwn = (key: ClientKey): boolean => namesNetwork(key) && key.includes(':') === (family === 6)
  return new Set([...tables.values()].flatMap(({ rows }) => [...rows.keys()].filter(isOwn)))
}

const hasNetworks = ({ rows }: LatencyTable): boolean => [...rows.keys()].some(namesNetwork)

function withoutNetworks({ rows: all, ...table }: LatencyTable): LatencyTable {
  const rows = new Map([...all].filter(([key]) => !namesNetwork(key)))
  const told = JSON.stringify([table.model, [...rows].map(([key, row]) => [key, [...row]])])
  return { ...table, rows, digest: createHash('sha256').update(told).digest('hex') }
}
