// What a drill would do, as things are: what is in its way, who would move where, and what each region would be asked.
import type { OutlookView } from '../control-plane/admin/api.js'
import { Table } from './table.js'
import { amount, percent } from './words.js'

type Foretold = Omit<OutlookView, 'objections'>

export function Outlook({ told }: { readonly told: OutlookView }) {
  return (
    <div class="outlook">
      <Objections objections={told.objections} />
      <Foreseen told={told} />
    </div>
  )
}

function Objections({ objections }: { readonly objections: readonly string[] }) {
  if (objections.length === 0) return <p>Nothing is in its way as things are.</p>
  return (
    <div class="rules">
      <p class="alarm">It could not begin now:</p>
      <ul>
        {objections.map(sentence => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  )
}

export function Foreseen({ told: { moves, load, latency, ttl } }: { readonly told: Foretold }) {
  return (
    <>
      {moves.length === 0 ? (
        <p>No clients would move.</p>
      ) : (
        <Table kind="moves" columns={['From', 'To', '#Of all clients']}>
          {moves.map(({ from, to, share }) => (
            <tr key={`${from} ${to}`}>
              <th scope="row">{from}</th>
              <td>{to}</td>
              <td class="number">{percent(share)}</td>
            </tr>
          ))}
        </Table>
      )}
      <Load load={load} />
      {latency === undefined ? null : <Waits latency={latency} />}
      <p class="quiet">Answers with the regions are kept for {ttl} s at most as things are.</p>
    </>
  )
}

/** Nothing where nobody tells where clients are. */
function Waits({ latency: { before, after } }: Required<Pick<Foretold, 'latency'>>) {
  if (before === undefined || after === undefined) return null
  return (
    <Table kind="waits" columns={['Round trip to expect', '#Now', '#Then']}>
      {(['meanMs', 'p95Ms'] as const).map(key => (
        <tr key={key}>
          <th scope="row">{key === 'meanMs' ? 'In the mean' : 'For 95 of 100 at most'}</th>
          <td class="number">{before[key].toFixed(1)} ms</td>
          <td class="number">{after[key].toFixed(1)} ms</td>
        </tr>
      ))}
    </Table>
  )
}

function Load({ load }: Pick<Foretold, 'load'>) {
  const rows = Object.entries(load)
  if (rows.length === 0) return <p class="quiet">Nothing is asked now, so that no load can be foretold.</p>
  return (
    <Table kind="load" columns={['Answers a second', '#Now', '#Then', '#Capacity']}>
      {rows.map(([id, { now, expected, capacity }]) => (
        <tr key={id}>
          <th scope="row">{id}</th>
          <td class="number">{amount(now)}</td>
          <td class={`number ${expected > (capacity ?? Infinity) ? 'bad' : ''}`}>{amount(expected)}</td>
          <td class="number">
            {capacity === undefined ? '–' : `${amount(capacity)}, ${percent(expected / capacity)} used`}
          </td>
        </tr>
      ))}
    </Table>
  )
}
