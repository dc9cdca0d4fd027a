// Incidents: what befell regions, from the first failure to the last answer that was kept somewhere.
import { useComputed } from '@preact/signals'
import type { IncidentList } from '../control-plane/admin/api.js'
import { IncidentDetail } from './incident-detail.js'
import { happened, regions } from './live.js'
import { Moment } from './moment.js'
import { clock, Since, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { goTo, linkTo, place } from './router.js'
import { Table } from './table.js'
import { duration } from './words.js'

const LOOK_MS = 10_000
const STATES = ['open', 'over'] as const

export function Incidents() {
  const incident = place.value.query.get('incident')
  return incident === null ? <AllIncidents /> : <IncidentDetail key={incident} id={incident} />
}

function AllIncidents() {
  const { query } = place.value
  const chosen = { region: query.get('region') ?? '', state: query.get('state') ?? '' }
  const state = STATES.find(state => state === chosen.state)
  const when = useComputed(() => `${happened.incident.value} ${Math.floor(clock.value / LOOK_MS)}`)
  const { value, complaint } = useReading('/v1/incidents', { query: { ...chosen, state } }, when.value)
  return (
    <>
      <div class="bar">
        <h1>Incidents</h1>
        <label>
          of{' '}
          <select
            value={chosen.region}
            onChange={event => goTo('incidents', { ...chosen, region: event.currentTarget.value })}
          >
            <option value="">all regions</option>
            {(regions.value ?? []).map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        <label>
          that are{' '}
          <select
            value={chosen.state}
            onChange={event => goTo('incidents', { ...chosen, state: event.currentTarget.value })}
          >
            <option value="">open or over</option>
            {STATES.map(state => (
              <option key={state}>{state}</option>
            ))}
          </select>
        </label>
      </div>
      {value === undefined || complaint !== '' ? (
        <Waiting what="the incidents" error={complaint} />
      ) : value.incidents.length === 0 ? (
        <p class="quiet">
          Nothing of this kind is kept here: the last 200 incidents are, from the first failure of a region to the last
          answer that a resolver may have held.
        </p>
      ) : (
        <IncidentTable incidents={value.incidents} />
      )}
    </>
  )
}

function IncidentTable({ incidents }: IncidentList) {
  return (
    <Table
      kind="cards labelled incidents"
      columns={['Incident', 'Region', 'State', 'First failure (UTC)', 'Ago', 'Lasted', 'Cause']}
    >
      {incidents.map(({ id, region, state, startedAt, endedAt, cause, down }) => (
        <tr key={id}>
          <th scope="row">
            <a href={linkTo('incidents', { incident: id })}>{id}</a>
          </th>
          <td>{region}</td>
          <td>
            <Standing state={state} />
            {down.length === 0 ? null : <code class="block">{down.join(', ')}</code>}
          </td>
          <td class="ago">
            <Moment at={startedAt} />
          </td>
          <td class="ago">
            <Since at={startedAt} />
          </td>
          <td class="ago">
            {endedAt === undefined ? <Since at={startedAt} /> : duration(Date.parse(endedAt) - Date.parse(startedAt))}
          </td>
          <td>{cause}</td>
        </tr>
      ))}
    </Table>
  )
}

function Standing({ state }: { readonly state: 'open' | 'over' }) {
  return (
    <span class={`state ${state === 'open' ? 'down' : 'up'}`}>
      <span aria-hidden="true">{state === 'open' ? '▼' : '●'}</span> {state}
    </span>
  )
}
