// What a run has shown, as text: every row, its ratio to Meridian, the single measures, the budgets.
import { judge } from './budgets.mjs'
import { SLOWEST } from './histogram.mjs'
import { columns, markdownTable } from './table.mjs'

/** `table` writes rows of cells, `title` a heading: `columns` and `markdownTable` fit. */
function report({ machine, rows, measures, notes }, table, title) {
  const parts = [machine]
  const add = (text, cells) => {
    if (cells.length > 1) parts.push(`${title(text)}${table(cells)}`)
  }
  add('CPU time, saturation and latency', rowCells(rows))
  add('Single measures', measureCells(measures))
  add('Budgets', budgetCells(judge({ rows, measures })))
  if (notes.length > 0) parts.push(notes.map(note => `* ${note}`).join('\n'))
  return `${parts.join('\n\n')}\n`
}

export const plainReport = run => report(run, columns, text => `${text}\n\n`)
export const markdownReport = run => report(run, markdownTable, text => `## ${text}\n\n`)

const HEADING = [
  'case',
  'server',
  'CPU µs',
  'Meridian is',
  'answers/s',
  'p50 µs',
  'p99 µs',
  'p99.9 µs',
  'lost',
  'wrong',
]

function rowCells(rows) {
  const cells = rows.map(row => {
    const ours = rows.find(one => one.case === row.case && one.server === 'meridian')
    const ratio =
      ours === undefined || ours === row ? '' : `${fixed(ours.cpu_us_per_answer / row.cpu_us_per_answer, 2)} ×`
    const limited = row.busy < SATURATED ? '*' : ''
    return [
      ...[row.case, row.server, fixed(row.cpu_us_per_answer, 2), ratio, `${fixed(row.qps, 0)}${limited}`],
      ...[latency(row.p50_us), latency(row.p99_us), latency(row.p999_us), String(row.lost), String(row.wrong)],
    ]
  })
  return [HEADING, ...cells]
}

/** The share of its core that a server has to use before its rate is called its own limit. */
export const SATURATED = 0.9

const measureCells = measures => [
  ['case', 'server', 'what', 'value'],
  ...measures.map(({ case: name, server, what, value, unit }) => [
    name,
    server,
    what,
    `${value >= 100 || Number.isInteger(value) ? fixed(value, 0) : fixed(value, 2)} ${unit}`.trimEnd(),
  ]),
]

const budgetCells = verdicts => [
  ['what', 'budget', 'value', ''],
  ...verdicts.map(({ what, budget, value, met, distance }) => [
    what,
    budget,
    value,
    met ? 'met' : Number.isFinite(distance) ? `missed by ${Math.ceil(distance * 100)} %` : 'missed',
  ]),
]

const fixed = (value, digits) => (value === undefined ? '–' : value.toFixed(digits))

/** Queries that were lost are counted as slower than any answer. */
const latency = value => (value === SLOWEST ? 'lost' : fixed(value, 0))
