// The regions as a table that reads at a glance; taking one out and bringing it back.
import { useSignal } from '@preact/signals'
import type { RegionView } from '../control-plane/admin/api.js'
import { may } from './api.js'
import { BackSheet } from './back-sheet.js'
import { regions } from './live.js'
import { useLoads } from './loads.js'
import { Overrides } from './overrides-panel.js'
import { Waiting } from './parts.js'
import type { Deed } from './region-deeds.js'
import { RegionRow } from './region-row.js'
import { linkTo, place } from './router.js'
import { Table } from './table.js'
import { WordSheet } from './word-sheet.js'

interface Asked {
  readonly region: RegionView
  readonly deed: Deed
}

export function Regions() {
  const asked = useSignal<Asked | undefined>(undefined)
  const all = regions.value
  const shown = place.value.query.get('region')
  const loads = useLoads()
  if (all === undefined) return <Waiting what="the regions" />
  const hasLoads = loads.size > 0 || all.some(({ capacity }) => capacity !== undefined)
  return (
    <>
      <h1>Regions</h1>
      <Overrides />
      {all.length === 0 ? (
        <NoRegion />
      ) : (
        <Table
          kind="cards regions"
          columns={[
            'Region',
            'State',
            'Since',
            'Why',
            'Addresses and checks',
            '#Answers/s',
            '#Of land',
            ...(hasLoads ? ['Load'] : []),
            '.Actions',
          ]}
        >
          {all.map(region => (
            <RegionRow
              key={region.id}
              region={region}
              isShown={region.id === shown}
              load={hasLoads ? { reported: loads.get(region.id) } : undefined}
              onAsk={deed => {
                asked.value = { region, deed }
              }}
            />
          ))}
        </Table>
      )}
      {asked.value === undefined ? null : (
        <DeedSheet
          {...asked.value}
          onClose={() => {
            asked.value = undefined
          }}
        />
      )}
    </>
  )
}

const NoRegion = () => (
  <p class="quiet">
    The traffic document has no regions yet. One is a deployment behind its own load balancer; it is written{' '}
    {may('edit') ? <a href={linkTo('document', { section: 'regions' })}>in the document</a> : 'in the document'}.
  </p>
)

const DeedSheet = ({ region, deed, onClose }: Asked & { readonly onClose: () => void }) =>
  deed === 'enable' ? (
    <BackSheet region={region} onClose={onClose} />
  ) : (
    <WordSheet region={region} deed={deed} onClose={onClose} />
  )
