// The fleet as this node sees it: who is here, whether all answer alike, and how far each is behind.
import { useComputed } from '@preact/signals'
import type { FleetView } from '../control-plane/admin/api.js'
import { change } from './live.js'
import { clock, Panel, Since, Waiting } from './parts.js'
import { useReading } from './reading.js'
import { list } from './words.js'

const LOOK_MS = 5000

export function Fleet() {
  const when = useComputed(() => `${change.value} ${Math.floor(clock.value / LOOK_MS)}`)
  const { value: fleet, complaint } = useReading<FleetView>('/v1/fleet', when.value)
  if (fleet === undefined) return <Waiting what="the fleet" error={complaint} />
  return (
    <>
      <div class="bar">
        <h1>Fleet</h1>
        {fleet.store === undefined ? null : <Agreement fleet={fleet} />}
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
      {agreed ? `all ${nodes.length} give the same answers` : 'not all give the same answers'}
    </span>
  )
}

function Together({ fleet: { store, nodes } }: { readonly fleet: FleetView }) {
  return (
    <>
      {store?.state === 'away' ? (
        <p class="alarm away" role="alert">
          The store cannot be reached since <Since at={store.since} />: {store.why}. All goes on being answered as
          before; who is here is what was known then, and nothing can be changed.
        </p>
      ) : null}
      <div class="scroll">
        <table class="fleet">
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Release</th>
              <th scope="col">Running for</th>
              <th scope="col">Version</th>
              <th scope="col">Differs in</th>
              <th scope="col" class="number">
                Lag
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.map(({ node, self, release, startedAt, version, differs, lagMs }) => (
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
                <td class={differs.length === 0 ? 'quiet' : 'bad'}>
                  {differs.length === 0 ? 'nothing' : list(differs)}
                </td>
                <td class="number">{lagMs.toFixed(0)} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet">
        Nodes with the same version give the same answers. The lag is how long the last change of the store took to be
        known to the node.
      </p>
    </>
  )
}
