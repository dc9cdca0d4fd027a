// Latency tables for people.
import type { LatencyAbout, LatencyTableList, LatencyTableView, TableChangeView } from '../control-plane/admin/api.js'
import { table } from './table.js'

export function formatTables({ tables }: LatencyTableList): string {
  if (tables.length === 0) return 'the traffic document has no latency tables'
  const rows = tables.map(({ name, file = '-', rows, learned, model }) => [
    name,
    file,
    String(rows),
    learned === undefined ? '-' : String(learned.networks),
    modelText(model),
  ])
  return table(
    [['TABLE', 'FILE', 'ROWS', 'LEARNED NETWORKS', 'ELSEWHERE'], ...rows],
    ['left', 'left', 'right', 'right', 'left'],
  ).join('\n')
}

const modelText = ({ endsMs, msPerKm }: LatencyTableView['model']): string =>
  `${endsMs} ms + ${Math.round(msPerKm * 1e5) / 100} ms per 1,000 km`

export function formatTable({ name, file, rows, model, fit, learned, held = [] }: LatencyTableView): string {
  const source =
    fit === undefined
      ? 'the usual one: there is too little to fit a model to'
      : `fitted to ${fit.points} rows, half of which lie within ${fit.errorMs} ms of it`
  return [
    `${name}: ${rows} rows${file === undefined ? '' : `, file ${file}`}`,
    ...(learned === undefined
      ? []
      : [
          `learned: ${learned.networks} networks known, enough of ${learned.rows}; ${learned.samples} samples, ${learned.evicted} networks evicted`,
        ]),
    `where nothing was measured: ${modelText(model)} (${source})`,
    ...held.map(why => `held back: ${why}`),
  ].join('\n')
}

export function formatAbout({ client, row, known }: LatencyAbout): string {
  const inForce = Object.entries(row)
  if (inForce.length === 0 && known.length === 0) return `nothing was measured of ${client} itself`
  const regions = [...new Set([...inForce.map(([id]) => id), ...known.map(({ region }) => region)])]
  const rows = regions.map(id => {
    const learned = known.find(({ region }) => region === id)
    return [
      id,
      row[id] === undefined ? '-' : `${row[id]} ms`,
      learned === undefined ? '-' : `${learned.rttMs} ms of ${learned.samples} samples, the last at ${learned.at}`,
    ]
  })
  return table([['REGION', 'IN FORCE', 'LEARNED'], ...rows], ['left', 'right', 'left']).join('\n')
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`
/** Smaller shares of clients are not worth a line. */
const LEAST_TOLD = 0.0005
/** Moves of one name that are told. */
const MOST_MOVES = 5

export function formatTableChange({
  rows,
  droppedRows,
  names,
  objections,
  rules = [],
  applied,
}: TableChangeView): string {
  const moving = names.filter(({ share }) => share >= LEAST_TOLD)
  const moves = moving.flatMap(({ name, gives, share, moves }) => [
    `${name}${gives === 6 ? ' (AAAA)' : ''} ${percent(share)} of its clients get another region`,
    ...moves.slice(0, MOST_MOVES).map(({ from, to, share }) => `  ${from} -> ${to} ${percent(share)}`),
  ])
  return [
    `${rows.before} rows, ${rows.after} after it: ${rows.dropped} dropped, ${rows.added} added, ${rows.changed} changed`,
    ...droppedRows.map(row => `  dropped: ${row}`),
    ...(moves.length === 0 ? ['hardly any client gets another region'] : moves),
    ...objections.map(text => `to be forced: ${text}`),
    ...rules.map(({ rule, words, remedy }) => `safety rule ${rule}: ${words}; ${remedy}`),
    applied ? 'it is in force' : 'nothing was changed',
  ].join('\n')
}
