// The report of a drill, for people: Markdown, and a page that needs nothing but itself. Pure.
import { percentOf } from './drill.js'
import { CHART_STYLE, safe, sharesChart, trafficChart } from './drill-chart.js'
import type { Promptness } from './drill-late.js'
import {
  type Comparison,
  compare,
  type DrillRecord,
  type DrillTimes,
  latenessOf,
  timesOf,
  whyNoLastAnswer,
} from './drill-record.js'
import { trafficTable } from './drill-traffic.js'
import type { Wait } from './latency-change.js'

export function markdownReport(record: DrillRecord): string {
  const { id, plan, timeline } = record.drill
  const lines = [
    `# Drill ${id}: ${plan.targets.join(', ')}`,
    '',
    `**${outcomeOf(record)}**`,
    '',
    ...summaryOf(record).map(line => `- ${line}`),
    '',
    '## Timeline (UTC)',
    '',
    ...timeline.map(({ at, what }) => `- ${clock(at)} ${what}`),
    '',
    '## Times',
    '',
    ...table(TIME_HEAD, timeRows(record)),
    ...timeWords(record).flatMap(words => ['', words]),
    '',
    '## Clients that asked late',
    '',
    ...lateWords(record),
    '',
    ...table(LATE_HEAD, lateRows(record)),
    '',
    '## Answers by region over time',
    '',
    ...trafficWords(record),
    '',
    '## Foretold and counted',
    '',
    ...table(SHARE_HEAD, compare(record).map(comparisonRow)),
    '',
    '## Who was to move',
    '',
    ...table(MOVE_HEAD, moveRows(record)),
    '',
  ]
  return lines.join('\n')
}

export function htmlReport(record: DrillRecord): string {
  const { id, plan, timeline } = record.drill
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Drill ${safe(id)}</title>
<style>${REPORT_STYLE}</style></head><body>
<h1>Drill ${safe(id)}: ${safe(plan.targets.join(', '))}</h1>
<p class="outcome">${safe(outcomeOf(record))}</p>
<ul>${summaryOf(record)
    .map(line => `<li>${safe(line)}</li>`)
    .join('')}</ul>
<h2>Answers by region over time</h2>
${trafficChart(record)}
<h2>Timeline (UTC)</h2>
<table>${timeline.map(({ at, what }) => `<tr><td>${clock(at)}</td><td>${safe(what)}</td></tr>`).join('')}</table>
<h2>Times</h2>
${htmlTable(TIME_HEAD, timeRows(record))}
${timeWords(record)
  .map(words => `<p>${safe(words)}</p>`)
  .join('')}
<h2>Clients that asked late</h2>
${lateWords(record)
  .map(words => `<p>${safe(words)}</p>`)
  .join('')}
${htmlTable(LATE_HEAD, lateRows(record))}
<h2>Foretold and counted</h2>
${sharesChart(record)}
${htmlTable(SHARE_HEAD, compare(record).map(comparisonRow))}
<h2>Who was to move</h2>
${htmlTable(MOVE_HEAD, moveRows(record))}
</body></html>
`
}

function outcomeOf({ drill }: DrillRecord): string {
  const { phase } = drill
  if (phase.kind === 'planned') return 'planned'
  if (phase.kind !== 'over') return `under way: ${percentOf(drill)} % of the clients are elsewhere`
  return phase.why.length === 0 ? phase.outcome : `${phase.outcome}: ${phase.why.join('; ')}`
}

function summaryOf({ drill: { plan }, foretold, ttlAtCut }: DrillRecord): readonly string[] {
  const steps = [...plan.steps, ...plan.back].map(({ percent, holdMs }) => `${percent} % for ${seconds(holdMs)}`)
  const { minHealthy, maxLoad, maxErrors, maxLatencyMs } = plan.guards
  const checks = maxLatencyMs === undefined ? '' : `, checks within ${maxLatencyMs} ms`
  const { before, after } = foretold.latency ?? {}
  return [
    `kind: ${plan.kind === 'switch' ? 'switch (clients are moved)' : 'fault (checks are made to fail)'}, by ${plan.actor}: ${plan.reason}`,
    `steps: ${steps.join(', ')}`,
    `guards: ${minHealthy} other regions up, at most ${Math.round(maxLoad * 100)} % of a capacity, at most ${Math.round(maxErrors * 100)} % errors${checks}`,
    ...(before === undefined || after === undefined
      ? []
      : [`round trips to be expected: ${waitWords(before)}; at its height ${waitWords(after)}`]),
    `answers with a target were kept for ${foretold.ttl} s at most when it was foretold${ttlAtCut === undefined ? '' : `, and for ${ttlAtCut} s when the last step began`}`,
  ]
}

const waitWords = ({ meanMs, p95Ms }: Wait): string =>
  `${meanMs.toFixed(1)} ms in the mean, ${p95Ms.toFixed(1)} ms for 95 of 100`

const TIME_HEAD = ['what', 'after the beginning', 'at (UTC)']
const SHARE_HEAD = ['region', 'before', 'foretold', 'counted']
const LATE_HEAD = ['client', 'asked for', 'last answer with a target', 'asked again', 'late by']
const MOVE_HEAD = ['from', 'to', 'share of all clients']

const WORDS: readonly (readonly [keyof DrillTimes, string])[] = [
  ['firstNewAnswerAt', 'first answer with a region that was to gain'],
  ['allOutAt', 'all clients were to be elsewhere'],
  ['lastOldAnswerAt', 'last answer with a target'],
  ['clientsGoneBy', 'no client may hold an answer of before: the last one and its TTL'],
  ['endedAt', 'the end'],
]

function timeRows(record: DrillRecord): readonly (readonly string[])[] {
  const times = timesOf(record)
  const { firstFailureAt, detectedAt, returnedAt, drill } = record
  const start = drill.timeline.find(({ step }) => step === 0)?.at
  const row = (what: string, at: number | undefined): readonly string[] => [
    what,
    at === undefined || start === undefined ? '–' : seconds(at - start),
    at === undefined ? '–' : clock(at),
  ]
  const isFault = drill.plan.kind === 'fault'
  return [
    row(isFault ? 'the fault' : 'decided: the first step', start),
    ...(isFault
      ? [
          row('detected: the first probe that failed', firstFailureAt),
          row('decided: the checks took the targets out', detectedAt),
        ]
      : []),
    ...WORDS.map(([key, what]) => row(what, times[key])),
    ...(isFault ? [row('the checks had the targets back', returnedAt)] : []),
  ]
}

function timeWords({ drill }: DrillRecord): readonly string[] {
  const why = whyNoLastAnswer(drill)
  return why === undefined ? [] : [why]
}

function trafficWords(record: DrillRecord): readonly string[] {
  const { regions, rows } = trafficTable(record)
  if (rows.length === 0) return ['Nothing was counted.']
  const cells = rows.map(({ until, rates }) => [clock(until), ...rates.map(rate => rate.toFixed(1))])
  return ['Answers a second, up to then.', '', ...table(['until (UTC)', ...regions], cells)]
}

const comparisonRow = ({ region, before, predicted, actual }: Comparison): readonly string[] => [
  region,
  percent(before),
  percent(predicted),
  actual === undefined ? '–' : percent(actual),
]

const moveRows = ({ foretold }: DrillRecord): readonly (readonly string[])[] =>
  foretold.moves.map(({ from, to, share }) => [from, to, percent(share)])

function lateWords(record: DrillRecord): readonly string[] {
  const promptness = latenessOf(record)
  const goneBy = timesOf(record).clientsGoneBy
  if (promptness === undefined || goneBy === undefined) return ['It did not come to all clients being elsewhere.']
  return promptness.followed === 0 ? ['Of no client it is known that it had a target.'] : wordsOf(promptness, goneBy)
}

const wordsOf = ({ followed, inTime, late, notAgain, oneIn }: Promptness, goneBy: number): readonly string[] => [
  `Of ${followed} client networks (for one name and type each) that were answered with a target, ${inTime} asked again by ${clock(goneBy).slice(11)}, when no such answer counted any more, ${late} later, and ${notAgain} not while all were to be elsewhere. Who comes later had nothing to ask until then, or went by an answer that was over.`,
  ...(oneIn === 1 ? [] : [`One query in ${oneIn} or fewer was looked at, so that a client may have asked sooner.`]),
]

const lateRows = (record: DrillRecord): readonly (readonly string[])[] =>
  (latenessOf(record)?.latest ?? []).map(({ client, name, type, heldAt, againAt, lateMs }) => [
    client,
    `${name} ${type}`,
    clock(heldAt),
    clock(againAt),
    seconds(lateMs),
  ])

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

export const REPORT_STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f23}
h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse}td,th{text-align:left;padding:.3rem 1rem .3rem 0;border-bottom:1px solid #ddd}
.outcome{font-weight:600}${CHART_STYLE}`
