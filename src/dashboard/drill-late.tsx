// Which clients of a drilled region asked again only when none of its answers counted any more.
import type { DrillReport } from '../control-plane/admin/api.js'
import { Panel } from './parts.js'
import { Table } from './table.js'
import { isoSecond } from './words.js'

export function DrillLate({ report: { late, times } }: { readonly report: DrillReport }) {
  if (late === undefined || late.followed === 0 || times.clientsGoneBy === undefined) return null
  const { followed, inTime, notAgain, oneIn, clients } = late
  return (
    <Panel title="Clients that asked late">
      <p class="quiet">
        Of {followed} client networks that were answered with a drilled region, {inTime} asked again by{' '}
        {isoSecond(times.clientsGoneBy).slice(11)}, {late.late} later, and {notAgain} not while all were to be
        elsewhere.
        {oneIn === 1 ? null : ` One query in ${oneIn} or fewer was looked at.`}
      </p>
      {clients.length === 0 ? null : (
        <Table kind="late" columns={['Client', 'Asked for', 'Last answer with the region', 'Asked again', '#Late by']}>
          {clients.map(({ client, name, type, heldAt, againAt, lateSeconds }) => (
            <tr key={`${client} ${name} ${type}`}>
              <th scope="row">{client}</th>
              <td>
                {name} {type}
              </td>
              <td>{isoSecond(heldAt).slice(11)}</td>
              <td>{isoSecond(againAt).slice(11)}</td>
              <td class="number">{lateSeconds.toFixed(1)} s</td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  )
}
