// One drill: planned, it can be started; under way, it is followed, and ended by one press; over, there is its report.
import { useComputed, useSignal } from '@preact/signals'
import type { DrillView } from '../control-plane/admin/api.js'
import { Course } from './drill-course.js'
import { Outcome } from './drill-outcome.js'
import { DrillReport } from './drill-report.js'
import { DrillRun } from './drill-run.js'
import { DrillStart } from './drill-start.js'
import { isUnderWay } from './drill-weeks.js'
import { happened } from './live.js'
import { clock, Panel, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { isoMinute, list } from './words.js'

const SECOND_MS = 1000
const LOOK_MS = 10_000

export function DrillDetail({ id }: { readonly id: string }) {
  const pace = useSignal(LOOK_MS)
  const when = useComputed(() => `${happened.drill.value} ${Math.floor(clock.value / pace.value)}`)
  const { value: drill, complaint, again } = useReading('/v1/drills/{id}', { path: { id } }, when.value)
  if (drill === undefined) return <Waiting what={`drill ${id}`} error={complaint} />
  const running = isUnderWay(drill)
  pace.value = running ? SECOND_MS : LOOK_MS
  return (
    <>
      <div class="bar">
        <h1>
          Drill {drill.id}: {drill.regions.join(', ')}
        </h1>
        <Outcome drill={drill} />
        <span class="quiet">
          {drill.why === undefined || drill.why.length === 0
            ? `by ${drill.actor}: ${drill.reason}`
            : drill.why.join('; ')}
        </span>
      </div>
      {complaint === '' ? null : <Waiting what="the drill" error={complaint} />}
      {running ? <DrillRun drill={drill} onDone={again} /> : null}
      {drill.phase === 'planned' ? <DrillStart drill={drill} onDone={again} /> : null}
      <Plan drill={drill} />
      {drill.phase === 'planned' || drill.outcome === 'cancelled' ? null : <DrillReport drill={drill} />}
    </>
  )
}

function Plan({ drill }: { readonly drill: DrillView }) {
  const { kind, steps, back, guards, actor, reason, startsAt, windowSeconds, weekly } = drill
  const begins = startsAt === undefined ? 'when somebody starts it' : `${isoMinute(startsAt)} UTC`
  const later = windowSeconds === 0 ? '' : `, or later within ${windowSeconds / 60} min`
  return (
    <Panel title="The plan">
      {isUnderWay(drill) ? null : <Course steps={[...steps, ...back]} />}
      <dl class="facts">
        <dt>Why</dt>
        <dd>
          {reason}, by {actor}
        </dd>
        <dt>How</dt>
        <dd>{kind === 'switch' ? 'switch: clients are moved' : 'fault: checks are made to fail'}</dd>
        <dt>Begins</dt>
        <dd>
          {begins}
          {later}
          {weekly ? ', and every week' : ''}
        </dd>
        <dt>Has to hold</dt>
        <dd>
          {list([
            `${guards.minHealthy} other ${guards.minHealthy === 1 ? 'region is' : 'regions are'} up`,
            `at most ${guards.maxLoad} % of a capacity are asked`,
            `at most ${guards.maxErrors} % of all answers are errors`,
            ...(guards.maxLatencyMs === undefined ? [] : [`checks take ${guards.maxLatencyMs} ms at most`]),
          ])}
        </dd>
      </dl>
    </Panel>
  )
}
