// What came of a drill, also while it is under way: answers over time, the timeline, and what was foretold beside what was counted.
import { useComputed } from '@preact/signals'
import type { DrillView, DrillReport as Report } from '../control-plane/admin/api.js'
import { Chart } from './chart.js'
import { lengthOf } from './drill-course.js'
import { DrillLate } from './drill-late.js'
import { ShareBars } from './drill-shares.js'
import { isUnderWay } from './drill-weeks.js'
import { regions } from './live.js'
import { colourOf } from './palette.js'
import { clock, Panel, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { isoSecond } from './words.js'

/** The longer it goes on, the more there is to read, and the less each second adds, ms. */
const paceOf = ({ steps, back }: DrillView): number => Math.max(3000, lengthOf([...steps, ...back]) * 10)
/** What is counted before and after. */
const BESIDE_MS = 60_000

export function DrillReport({ drill }: { readonly drill: DrillView }) {
  const pace = paceOf(drill)
  const when = useComputed(() => Math.floor(clock.value / pace))
  // It goes on being counted for a minute after the end.
  const ended = drill.outcome === undefined ? 0 : Date.parse(drill.timeline.at(-1)?.at ?? '')
  const still = isUnderWay(drill) || clock.value - ended < BESIDE_MS + pace
  const path = `/v1/drills/${encodeURIComponent(drill.id)}/report`
  const { value: report, complaint } = useReading(
    '/v1/drills/{id}/report',
    { path: { id: drill.id } },
    `${drill.timeline.length} ${still ? when.value : 'over'}`,
  )
  if (report === undefined) return <Waiting what="the report" error={complaint} />
  return (
    <>
      <Answers report={report} />
      <div class="columns">
        <Panel title="Timeline (UTC)">
          <ol class="timeline">
            {report.drill.timeline.map(({ at, what }) => (
              <li key={`${at} ${what}`}>
                <time dateTime={at}>{isoSecond(at)}</time> {what}
              </li>
            ))}
          </ol>
        </Panel>
        <Times report={report} />
      </div>
      <ShareBars shares={report.shares} />
      <DrillLate report={report} />
      <p class="quiet">
        The same <a href={`${path}?as=html`}>as a page</a> to be kept, or{' '}
        <a href={`${path}?as=markdown`}>as Markdown</a>.
      </p>
    </>
  )
}

function Answers({ report: { seconds, drill } }: { readonly report: Report }) {
  const [first, last] = [seconds[0], seconds.at(-1)]
  if (first === undefined || last === undefined) return <p class="quiet">Nothing has been counted.</p>
  const ids = (regions.value ?? []).map(({ id }) => id)
  const names = [...new Set(seconds.flatMap(({ answers }) => Object.keys(answers)))].sort()
  const planned = lengthOf([...drill.steps, ...drill.back]) * 1000 + BESIDE_MS
  const counted = Date.parse(last.until) - Date.parse(first.until)
  return (
    <Chart
      title="Answers by region"
      unit="a second; a line is a move of the drill"
      times={seconds.map(({ until }) => Date.parse(until))}
      spanMs={drill.phase === 'over' ? Math.max(1000, counted) : planned}
      marks={drill.timeline.map(({ at }) => Date.parse(at))}
      lines={names.map(name => ({
        label: name,
        colour: colourOf(ids, name),
        values: seconds.map(({ answers }) => answers[name] ?? 0),
      }))}
    />
  )
}

const WORDS: Readonly<Record<keyof Report['times'], string>> = {
  firstFailureAt: 'detected: the first probe that failed',
  detectedAt: 'the checks took the regions out',
  decidedAt: 'decided: the first step was published',
  firstNewAnswerAt: 'first answer with a region that was to gain',
  allOutAt: 'all clients were to be elsewhere',
  lastOldAnswerAt: 'last answer with a drilled region',
  clientsGoneBy: 'no client may hold an answer of before: the last one and its TTL',
  endedAt: 'the end',
  returnedAt: 'the checks had the regions back',
}

function Times({ report: { times, drill, ttlAtCut } }: { readonly report: Report }) {
  const start = Date.parse(drill.startsAt ?? times.decidedAt ?? '')
  const rows = Object.entries(times).sort(([, a], [, b]) => Date.parse(a) - Date.parse(b))
  return (
    <Panel title="Times">
      {rows.length === 0 ? <p class="quiet">It did not come to anything that has a time.</p> : null}
      <table class="times">
        <tbody>
          {rows.map(([key, at]) => (
            <tr key={key}>
              <th scope="row">{WORDS[key as keyof Report['times']] /* its own keys */}</th>
              <td class="number">{((Date.parse(at) - start) / 1000).toFixed(1)} s</td>
              <td class="number">{isoSecond(at).slice(11)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {ttlAtCut === undefined ? null : (
        <p class="quiet">Answers were kept for {ttlAtCut} s at most when the last step began.</p>
      )}
    </Panel>
  )
}
