// Drills: what is to come, what runs, and what came of those that are over.
import { useComputed } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { DrillView } from '../control-plane/admin/api.js'
import { may } from './api.js'
import { DrillCalendar } from './drill-calendar.js'
import { DrillDetail } from './drill-detail.js'
import { Outcome } from './drill-outcome.js'
import { DrillPlan } from './drill-plan.js'
import { isUnderWay } from './drill-weeks.js'
import { happened } from './live.js'
import { Moment } from './moment.js'
import { clock, Panel, Since, Until, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { goTo, linkTo, place } from './router.js'
import { Table } from './table.js'

const LOOK_MS = 10_000
const MINUTE_MS = 60_000

export function Drills() {
  const { query } = place.value
  const drill = query.get('drill')
  if (drill !== null) return <DrillDetail key={drill} id={drill} />
  return query.has('plan') ? <DrillPlan /> : <AllDrills />
}

function AllDrills() {
  const when = useComputed(() => `${happened.drill.value} ${Math.floor(clock.value / LOOK_MS)}`)
  const minute = useComputed(() => Math.floor(clock.value / MINUTE_MS) * MINUTE_MS)
  const { value, complaint } = useReading('/v1/drills', { query: { limit: '200' } }, when.value)
  if (value === undefined) return <Waiting what="the drills" error={complaint} />
  const { drills } = value
  const ahead = drills.filter(({ phase }) => phase === 'planned')
  const over = drills.filter(({ phase }) => phase === 'over')
  return (
    <>
      <div class="bar">
        <h1>Drills</h1>
        {may('operate') ? (
          <button type="button" class="primary" onClick={() => goTo('drills', { plan: 'new' })}>
            Plan a drill …
          </button>
        ) : null}
      </div>
      {drills.filter(isUnderWay).map(drill => (
        <p key={drill.id} class="notice under-way" role="status">
          <a href={linkTo('drills', { drill: drill.id })}>Drill {drill.id}</a> is under way: {drill.percent} % of the
          clients of {drill.regions.join(', ')} are elsewhere.
        </p>
      ))}
      {drills.length === 0 ? (
        <p class="quiet">
          No drill was ever planned here. A drill moves the clients of a region away in steps, and back, under guards;
          what it would do is shown before it is planned.
        </p>
      ) : null}
      <DrillCalendar drills={drills} now={minute.value} />
      {ahead.length === 0 ? null : <Ahead drills={ahead} />}
      {over.length === 0 ? null : <Over drills={over} />}
    </>
  )
}

function DrillTable({
  title,
  columns,
  children,
}: {
  readonly title: string
  readonly columns: readonly string[]
  readonly children: ComponentChildren
}) {
  return (
    <Panel title={title}>
      <Table kind="cards labelled drills" columns={columns}>
        {children}
      </Table>
    </Panel>
  )
}

function Ahead({ drills }: { readonly drills: readonly DrillView[] }) {
  return (
    <DrillTable title="Planned" columns={['Drill', 'Regions', 'Begins (UTC)', 'In', 'By', 'Why']}>
      {drills.map(({ id, regions, startsAt, weekly, actor, reason, waitsFor, kind }) => (
        <tr key={id}>
          <th scope="row">
            <a href={linkTo('drills', { drill: id })}>{id}</a>
          </th>
          <td>
            {regions.join(', ')}
            {kind === 'fault' ? <span class="block quiet">fault</span> : null}
          </td>
          <td>
            {startsAt === undefined ? 'when somebody starts it' : <Moment at={startsAt} to="minute" />}
            {weekly ? ', every week' : ''}
            {waitsFor === undefined ? null : <span class="block bad">waits: {waitsFor.join('; ')}</span>}
          </td>
          <td>
            <Until at={startsAt} />
          </td>
          <td>{actor}</td>
          <td>{reason}</td>
        </tr>
      ))}
    </DrillTable>
  )
}

function Over({ drills }: { readonly drills: readonly DrillView[] }) {
  return (
    <DrillTable title="Over, newest first" columns={['Drill', 'Regions', 'Outcome', 'Ended (UTC)', 'Ago', 'By', 'Why']}>
      {drills.map(drill => (
        <tr key={drill.id}>
          <th scope="row">
            <a href={linkTo('drills', { drill: drill.id })}>{drill.id}</a>
          </th>
          <td>{drill.regions.join(', ')}</td>
          <td>
            <Outcome drill={drill} />
            <span class="block quiet">{drill.why?.join('; ')}</span>
          </td>
          <td class="ago">
            <Moment at={drill.timeline.at(-1)?.at ?? 0} to="minute" />
          </td>
          <td class="ago">
            <Since at={drill.timeline.at(-1)?.at} />
          </td>
          <td>{drill.actor}</td>
          <td>{drill.reason}</td>
        </tr>
      ))}
    </DrillTable>
  )
}
