// The fleet as this node sees it: who is here, whether all answer alike, and how far each is behind.
import { useComputed } from '@preact/signals'
import type { FleetView } from '../control-plane/admin/api.js'
import { change } from './live.js'
import { clock, Panel, Since, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { linkTo } from './router.js'
import { Table } from './table.js'
import { list } from './words.js'

const LOOK_MS = 5000

export function Fleet() {
  const when = useComputed(() => `${change.value} ${Math.floor(clock.value / LOOK_MS)}`)
  const { value: fleet, complaint } = useReading('/v1/fleet', {}, when.value)
  if (fleet === undefined) return <Waiting what="the fleet" error={complaint} />
  return (
    <>
      <div class="bar">
        <h1>Fleet</h1>
        {fleet.store?.state === 'live' ? <Agreement fleet={fleet} /> : null}
      </div>
      {complaint === '' ? null : <Waiting what="the fleet" error={complaint} />}
      {fleet.store === undefined ? <Alone /> : <Together fleet={fleet} />}
    </>
  )
}

function Alone() {
  return (
    <Panel title="This node is alone">
      <p>
        It has its traffic document in a file. Nodes become a fleet by a store that they share, <code>fleet.etcd</code>{' '}
        in the settings of each: all of them then serve the same document and the same overrides, and this page shows
        who is here, whether all answer alike, and how far behind each is.
      </p>
    </Panel>
  )
}

function Agreement({ fleet: { agreed, nodes } }: { readonly fleet: FleetView }) {
  return (
    <span class={agreed ? 'state up' : 'state down'}>
      <span aria-hidden="true">{agreed ? '●' : '▼'}</span>{' '}
      {agreed ? inAgreement(nodes.length) : 'not all give the same answers'}
    </span>
  )
}

const inAgreement = (nodes: number): string =>
  nodes === 1 ? 'no other node is here' : `all ${nodes} give the same answers`

function Together({ fleet: { store, nodes } }: { readonly fleet: FleetView }) {
  return (
    <>
      {store?.state === 'away' ? (
        <p class="alarm away" role="alert">
          The store cannot be reached since <Since at={store.since} />: {store.why}. All goes on being answered as
          before; who is here is what was known then, and nothing can be changed.
        </p>
      ) : null}
      <Table
        kind="cards labelled fleet"
        columns={['Node', 'Release', 'Running for', 'Version', 'Differs in', 'Votes', '#Lag']}
      >
        {nodes.map(({ node, self, release, startedAt, version, differs, lagMs, ...voter }) => (
          <tr key={node}>
            <th scope="row">
              {node} {self ? <span class="quiet">this one</span> : null}
            </th>
            <td>{release}</td>
            <td>
              <Since at={startedAt} />
            </td>
            <td>
              <code>{version}</code>
            </td>
            <td class={differs.length === 0 ? 'quiet' : 'bad'}>{differs.length === 0 ? 'nothing' : list(differs)}</td>
            <td>
              <Votes voter={voter} />
            </td>
            <td class="number">{lagMs.toFixed(0)} ms</td>
          </tr>
        ))}
      </Table>
      <p class="quiet">
        Nodes with the same version give the same answers. The lag is how long the last change of the store took to be
        known to the node. Votes are on whether targets are up; what each node says of a target is in{' '}
        <a href={linkTo('regions')}>Regions</a>.
      </p>
    </>
  )
}

type Node = FleetView['nodes'][number]

/** How a node sees the targets that are voted on, and whether it is heard. */
function Votes({ voter: { group, votes } }: { readonly voter: Pick<Node, 'group' | 'votes'> }) {
  if (votes === undefined) return <span class="quiet">none</span>
  const { targets, down, trusted } = votes
  return (
    <>
      {down === 0 ? `all ${targets} up` : `${down} of ${targets} down`}
      {group === undefined ? null : <span class="quiet block">looks from {group}</span>}
      {trusted ? null : <span class="bad block">not heard: it sees most down, and others do not</span>}
    </>
  )
}
