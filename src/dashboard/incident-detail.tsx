// One incident, step by step: when each came after the one before, drawn as a waterfall.
import { useComputed } from '@preact/signals'
import type { IncidentView } from '../control-plane/admin/api.js'
import { type Chapter, chaptersOf, harmOf, sentenceOfStep } from './incident-chapters.js'
import { happened } from './live.js'
import { clock, Panel, Since, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { linkTo } from './router.js'
import { Table } from './table.js'
import { duration, isoSecond } from './words.js'

const LOOK_MS = 5000
const WIDTH = 300
/** What takes no time is seen as well. */
const LEAST = 2

export function IncidentDetail({ id }: { readonly id: string }) {
  const when = useComputed(() => `${happened.incident.value} ${Math.floor(clock.value / LOOK_MS)}`)
  const { value: incident, complaint } = useReading('/v1/incidents/{id}', { path: { id } }, when.value)
  if (incident === undefined) return <Waiting what={`incident ${id}`} error={complaint} />
  const { region, state, startedAt, endedAt, cause, steps, more } = incident
  return (
    <>
      <div class="bar">
        <h1>
          Incident {id}: <a href={linkTo('regions', { region })}>{region}</a>
        </h1>
        <span class={`state ${state === 'open' ? 'down' : 'up'}`}>{state}</span>
        <span class="quiet">{cause}</span>
      </div>
      {complaint === '' ? null : <Waiting what="the incident" error={complaint} />}
      <p>
        It began {isoSecond(startedAt)} UTC, <Since at={startedAt} /> ago
        {endedAt === undefined
          ? ', and lasts.'
          : `, and lasted ${duration(Date.parse(endedAt) - Date.parse(startedAt))}.`}{' '}
        <Harm incident={incident} />
      </p>
      {chaptersOf(steps).map(chapter => (
        <Waterfall key={chapter.begins} chapter={chapter} />
      ))}
      {more === undefined ? null : <p class="quiet">{more} further steps are not kept.</p>}
      <p>
        <a href={linkTo('incidents', { region })}>All incidents of {region}</a>
      </p>
    </>
  )
}

/** What clients had of it. */
function Harm({ incident }: { readonly incident: IncidentView }) {
  const { sentMs, heldMs } = harmOf(incident)
  if (sentMs === undefined) return <>When the last answer with it was given is not known yet.</>
  return (
    <>
      Clients were sent to it for <strong>{seconds(sentMs)}</strong> after the first failure
      {heldMs === undefined ? (
        '.'
      ) : (
        <>
          , and may have held such an answer until <strong>{seconds(heldMs)}</strong> after it.
        </>
      )}
    </>
  )
}

function Waterfall({ chapter: { direction, steps, begins, ends } }: { readonly chapter: Chapter }) {
  const scale = WIDTH / Math.max(1, ends - begins)
  const times = steps.map(({ at }) => Date.parse(at))
  return (
    <Panel
      title={direction === 'down' ? 'The way down' : 'The way back'}
      aside={<span class="quiet">{isoSecond(begins)} UTC and on</span>}
    >
      <Table kind="waterfall" columns={['#After', '#Later', '.The same as bars', 'What']}>
        {steps.map((step, i) => {
          const at = times[i]!
          const before = times[i - 1] ?? begins
          const width = Math.max(LEAST, (at - before) * scale)
          return (
            // Two steps may be alike: their place tells them apart.
            <tr key={`${i} ${step.step}`}>
              <td class="number">{seconds(at - begins)}</td>
              <td class="number quiet">{i === 0 ? '' : `+ ${seconds(at - before)}`}</td>
              <td>
                <svg class="fall" viewBox={`0 0 ${WIDTH} 10`} aria-hidden="true">
                  <rect
                    class={step.step}
                    x={Math.min(WIDTH - width, (before - begins) * scale)}
                    width={width}
                    height="10"
                  />
                </svg>
              </td>
              <td>{sentenceOfStep(step)}</td>
            </tr>
          )
        })}
      </Table>
    </Panel>
  )
}

/** `0.04 s`, `11.7 s`, `3 min` */
const seconds = (ms: number): string => (ms >= 120_000 ? duration(ms) : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`)
