// What there is most of, for people: one table for each way of telling queries apart.
import type { TopView } from '../control-plane/admin/api.js'
import { printable, table } from './table.js'

const HEADS: Readonly<Record<TopView['by'], string>> = {
  name: 'NAME',
  client: 'CLIENT',
  region: 'REGION',
  rcode: 'RCODE',
  type: 'TYPE',
  reason: 'REASON',
  transport: 'TRANSPORT',
  zone: 'ZONE',
}

const COLUMNS = ['right', 'right', 'left'] as const

/** All of them cover the same time. */
export function formatTop(tops: readonly TopView[]): string {
  const [first] = tops
  if (first === undefined || tops.every(({ queries }) => queries === 0))
    return `nothing was asked within the last ${first?.window ?? '1m'}`
  const all = Math.max(...tops.map(({ queries }) => queries))
  const head = `about ${rate(all, first.seconds)} queries a second over the last ${lasting(first.seconds)}`
  return [head, ...tops.flatMap(top => (top.rows.length === 0 ? [] : ['', ...tableOf(top)]))].join('\n')
}

function tableOf({ by, seconds, rows }: TopView): readonly string[] {
  const lines = rows.map(({ key, queries, share }) => [rate(queries, seconds), percent(share), printable(key)])
  return table([['A SECOND', 'SHARE', HEADS[by]], ...lines], COLUMNS)
}

/** Seldom is not never: `0.03`, `4.2`, `150`. */
function rate(queries: number, seconds: number): string {
  const value = queries / seconds
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toPrecision(1)
}

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`

const lasting = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`
