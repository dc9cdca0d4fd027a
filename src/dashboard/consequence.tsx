// What would become of clients, told before anything is done: who would go where, and which region would be asked too much.
import type { ComponentChildren } from 'preact'
import type { Simulation } from '../control-plane/admin/api.js'
import { Waiting } from './parts.js'
import type { Outlook } from './simulation.js'
import { Table } from './table.js'
import { amount, list, percent } from './words.js'

export function Consequence({
  outlook: { told, complaint },
  children,
}: {
  readonly outlook: Outlook
  readonly children?: ComponentChildren
}) {
  return (
    <div class="consequence">
      {children}
      {told.value === undefined || complaint.value !== '' ? (
        <Waiting what="what would become of clients" error={complaint.value} />
      ) : (
        <Moves told={told.value} />
      )}
    </div>
  )
}

function Moves({ told: { names, load } }: { readonly told: Simulation }) {
  const rows = names.flatMap(({ name, type, moves }) => moves.map(move => ({ name, type, ...move })))
  const fallen = names.filter(({ ladder }) => Object.keys(ladder).length > 0)
  const over = Object.entries(load).filter(([, { expected, capacity = Infinity }]) => expected > capacity)
  return (
    <>
      {fallen.map(({ name, type, ladder }) => (
        <p key={`${name} ${type}`} class="alarm">
          {name} {type}: {list(Object.entries(ladder).map(([rung, share]) => `${percent(share)} by ${rung}`))}
        </p>
      ))}
      {over.map(([region, { expected, capacity }]) => (
        <p key={region} class="alarm">
          {region} would be asked {amount(expected)} a second, above its capacity of {capacity}.
        </p>
      ))}
      {rows.length === 0 ? (
        <p>No clients would move.</p>
      ) : (
        <Table kind="cards labelled moves" columns={['Name', 'From', 'Its clients go to', '#of all']}>
          {rows.map(({ name, type, from, to, share }) => (
            <tr key={`${name} ${type} ${from} ${to}`}>
              <th scope="row">
                {name} {type}
              </th>
              <td>{from}</td>
              <td>{to}</td>
              <td class="number">{percent(share)}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  )
}
