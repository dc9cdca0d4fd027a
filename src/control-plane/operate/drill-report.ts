// The report of a drill, for people: Markdown, and a page that needs nothing but itself. Pure.
import { percentOf } from './drill.js'
import { type Comparison, compare, type DrillRecord, type DrillTimes, timesOf } from './drill-record.js'

export function markdownReport(record: DrillRecord): string {
  const { id, plan, timeline } = record.drill
  const lines = [
    `# Drill ${id}: ${plan.targets.join(', ')}`,
    '',
    `**${outcomeOf(record)}**`,
    '',
    `- kind: ${plan.kind}, by ${plan.actor}: ${plan.reason}`,
    `- steps: ${plan.steps.map(({ percent, holdMs }) => `${percent} % for ${seconds(holdMs)}`).join(', ')}`,
    '',
    '## Timeline (UTC)',
    '',
    ...timeline.map(({ at, what }) => `- ${clock(at)} ${what}`),
    '',
    '## Times',
    '',
    ...table(['what', 'after the decision', 'at (UTC)'], timeRows(record)),
    '',
    '## Answers by region',
    '',
    ...table(['region', 'before', 'predicted', 'actual'], compare(record).map(comparisonRow)),
    '',
  ]
  return lines.join('\n')
}

export function htmlReport(record: DrillRecord): string {
  const { id, plan, timeline } = record.drill
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Drill ${safe(id)}</title>
<style>${STYLE}</style></head><body>
<h1>Drill ${safe(id)}: ${safe(plan.targets.join(', '))}</h1>
<p class="outcome">${safe(outcomeOf(record))}</p>
<p>${safe(`${plan.kind}, by ${plan.actor}: ${plan.reason}`)}</p>
<h2>Answers a second by region</h2>
${chart(record)}
<h2>Timeline (UTC)</h2>
<table>${timeline.map(({ at, what }) => `<tr><td>${clock(at)}</td><td>${safe(what)}</td></tr>`).join('')}</table>
<h2>Times</h2>
${htmlTable(['what', 'after the decision', 'at (UTC)'], timeRows(record))}
<h2>Predicted and actual</h2>
${htmlTable(['region', 'before', 'predicted', 'actual'], compare(record).map(comparisonRow))}
</body></html>
`
}

function outcomeOf({ drill }: DrillRecord): string {
  const { phase } = drill
  if (phase.kind !== 'over') return `under way: ${percentOf(drill)} % of the clients are elsewhere`
  return phase.why.length === 0 ? phase.outcome : `${phase.outcome}: ${phase.why.join('; ')}`
}

const WORDS: readonly (readonly [keyof DrillTimes, string])[] = [
  ['decidedAt', 'decided'],
  ['firstNewAnswerAt', 'first answer with another region'],
  ['allOutAt', 'all clients were to be elsewhere'],
  ['lastOldAnswerAt', 'last answer with the target'],
  ['clientsGoneBy', 'no client may hold an answer of before'],
]

function timeRows(record: DrillRecord): readonly (readonly string[])[] {
  const times = timesOf(record)
  const { firstFailureAt, detectedAt } = record
  const start = times.decidedAt
  const row = (what: string, at: number | undefined): readonly string[] => [
    what,
    at === undefined || start === undefined ? '–' : seconds(at - start),
    at === undefined ? '–' : clock(at),
  ]
  const fault = record.drill.plan.kind === 'fault'
  return [
    ...WORDS.slice(0, 1).map(([key, what]) => row(what, times[key])),
    ...(fault ? [row('first failed probe', firstFailureAt), row('detected: the target is out', detectedAt)] : []),
    ...WORDS.slice(1).map(([key, what]) => row(what, times[key])),
  ]
}

const comparisonRow = ({ region, before, predicted, actual }: Comparison): readonly string[] => [
  region,
  percent(before),
  percent(predicted),
  actual === undefined ? '–' : percent(actual),
]

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`
const clock = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ')

/** A bar in a cell would end it. */
const cell = (text: string): string => text.replaceAll('|', '\\|')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `| ${head.map(() => '---').join(' | ')} |`,
  ...rows.map(row => `| ${row.map(cell).join(' | ')} |`),
]

const htmlTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><tr>${head.map(text => `<th>${text}</th>`).join('')}</tr>${rows
    .map(row => `<tr>${row.map(text => `<td>${safe(text)}</td>`).join('')}</tr>`)
    .join('')}</table>`

const safe = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const WIDTH = 900
const HEIGHT = 220
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c6bb1', '#b8a500']

/** Areas one on the other, and a line for each move of the drill. */
function chart({ seconds, drill }: DrillRecord): string {
  const first = seconds[0]
  const last = seconds.at(-1)
  if (first === undefined || last === undefined || first === last) return '<p>Nothing was counted.</p>'
  const ids = [...new Set(seconds.flatMap(({ answers }) => Object.keys(answers)))].sort()
  const sums = seconds.map(({ answers }) => ids.reduce((sum, id) => sum + (answers[id] ?? 0), 0))
  const most = Math.max(1, ...sums)
  const x = (at: number): string => (((at - first.until) / (last.until - first.until)) * WIDTH).toFixed(1)
  const y = (count: number): string => (HEIGHT - (count / most) * HEIGHT).toFixed(1)
  const below = seconds.map(() => 0)
  const areas = ids.map((id, i) => {
    const lower = seconds.map(({ until }, k) => `${x(until)},${y(below[k]!)}`)
    const upper = seconds.map(({ until, answers }, k) => {
      below[k] = below[k]! + (answers[id] ?? 0)
      return `${x(until)},${y(below[k]!)}`
    })
    return `<polygon fill="${COLOURS[i % COLOURS.length]}" points="${[...lower, ...upper.reverse()].join(' ')}"/>`
  })
  const moves = drill.timeline
    .filter(({ at }) => at >= first.until && at <= last.until)
    .map(
      ({ at, what }) => `<line x1="${x(at)}" x2="${x(at)}" y1="0" y2="${HEIGHT}"><title>${safe(what)}</title></line>`,
    )
  const legend = ids.map((id, i) => `<span><i data-n="${i % COLOURS.length}"></i>${safe(id)}</span>`)
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Answers a second by region, at most ${most}">${areas.join('')}${moves.join('')}</svg>
<p class="legend">at most ${most} a second ${legend.join(' ')}</p>`
}

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f23}
h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse}td,th{text-align:left;padding:.3rem 1rem .3rem 0;border-bottom:1px solid #ddd}
.outcome{font-weight:600}svg{width:100%;height:auto;border-bottom:1px solid #888}line{stroke:#1b1f23;stroke-dasharray:4 3}
.legend span{margin-left:1rem}i{display:inline-block;width:.8em;height:.8em;margin-right:.3em}${COLOURS.map((colour, n) => `i[data-n="${n}"]{background:${colour}}`).join('')}`
