// What of a map stays when latencies of networks change. Rows of networks are learned anew every minute, and say nothing of
// anybody outside of them: a map is made without them once, before there are any, and they are laid over it.
import { createHash } from 'node:crypto'
import type { Family } from '../../dns/address.js'
import { keysOfRows, type LatencyTable, type LatencyTables } from '../geo/latency-table.js'
import type { StepSpec } from '../traffic/document/policy.js'
import type { MapSpec } from './steerings.js'

/**
 * The same without what is of no account to clients outside of all networks with rows; undefined where no table is read. Two
 * that are the same have one `mapKey`.
 */
export function baseSpec({ tables, ...rest }: MapSpec): MapSpec | undefined {
  if (tables === undefined) return undefined
  const { steps } = rest.policy
  const around = ([name, table]: readonly [string, LatencyTable]) =>
    [name, outside(table, isWeighed(steps, name))] as const
  return { ...rest, tables: new Map([...tables].map(around)) }
}

/** Whether tables have rows of networks of a family. */
export const haveNetworks = (tables: LatencyTables, family: Family): boolean =>
  [...tables.values()].some(({ rows }) => keysOfRows(rows).networks[family].length > 0)

/** By any line over distance the nearer region is the faster; a line counts where it is asked by how much. */
const isWeighed = (steps: readonly StepSpec[], name: string): boolean =>
  steps.some(step =>
    step.step === 'groups'
      ? step.groups.some(group => isWeighed(group.steps, name))
      : step.step === 'latency' && step.table === name && step.missing === 'distance' && step.withinMs > 0,
  )

function outside({ rows: all, model, ...table }: LatencyTable, weighed: boolean): LatencyTable {
  const rows = new Map(keysOfRows(all).others.map(key => [key, all.get(key)!]))
  // What is modelled is also compared with what is measured, in rows of countries and the like.
  const line = (weighed || rows.size > 0) && model !== undefined ? { model } : {}
  const told = JSON.stringify([line, [...rows].map(([key, row]) => [key, [...row]])])
  return { ...table, ...line, rows, digest: createHash('sha256').update(told).digest('hex') }
}
