// What was foretold of a drill beside what was counted: a row for each region, with a bar for each of the three.
import type { DrillReport } from '../control-plane/admin/api.js'
import { regions } from './live.js'
import { colourOf } from './palette.js'
import { Panel } from './parts.js'
import { Table } from './table.js'

type Share = DrillReport['shares'][number]

const WIDTH = 300
const BAR = 7
const KINDS = ['before', 'predicted', 'actual'] as const

export function ShareBars({ shares }: { readonly shares: readonly Share[] }) {
  const ids = (regions.value ?? []).map(({ id }) => id)
  if (shares.length === 0) return null
  return (
    <Panel title="Answers by region: before, foretold, counted">
      <Table kind="shares" columns={['Region', '#Before', '#Foretold', '#Counted', '#Off by', '.The same as bars']}>
        {shares.map(share => (
          <tr key={share.region}>
            <th scope="row">{share.region}</th>
            <td class="number">{exact(share.before)}</td>
            <td class="number">{exact(share.predicted)}</td>
            <td class="number">{exact(share.actual)}</td>
            <td class="number">{offBy(share)}</td>
            <td>
              <Bars share={share} colour={colourOf(ids, share.region)} />
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  )
}

function Bars({ share, colour }: { readonly share: Share; readonly colour: string }) {
  return (
    <svg class="bars" viewBox={`0 0 ${WIDTH} ${KINDS.length * (BAR + 1)}`} aria-hidden="true">
      {KINDS.map((kind, i) => (
        <rect key={kind} class={kind} y={i * (BAR + 1)} width={(share[kind] ?? 0) * WIDTH} height={BAR} fill={colour} />
      ))}
    </svg>
  )
}

const exact = (share: number | undefined): string => (share === undefined ? '–' : `${(share * 100).toFixed(1)} %`)

/** In points of a percent. */
const offBy = ({ predicted, actual }: Share): string =>
  actual === undefined ? '–' : `${(Math.abs(actual - predicted) * 100).toFixed(1)}`
