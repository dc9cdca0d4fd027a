// This node: what runs, since when, where it listens, and by which data.
import { status } from './live.js'
import { Panel, Since, Waiting } from './parts.js'
import { Table } from './table.js'
import { duration } from './words.js'

export function NodeView() {
  const node = status.value
  if (node === undefined) return <Waiting what="the state of the node" />
  const { release, startedAt, snapshot, listeners, databases, waitingFor } = node
  return (
    <>
      <h1>This node</h1>
      <Panel title="What runs">
        <dl class="facts">
          <dt>Release</dt>
          <dd>{release}</dd>
          <dt>Running for</dt>
          <dd>
            <Since at={startedAt} />
          </dd>
          <dt>Ready</dt>
          <dd>{waitingFor.length === 0 ? 'yes' : `no, waiting for ${waitingFor.join(', ')}`}</dd>
          {snapshot === undefined ? null : (
            <>
              <dt>Snapshot</dt>
              <dd>
                {snapshot.version}, published {duration(snapshot.ageSeconds * 1000)} ago;{' '}
                {snapshot.widened ? 'scopes are as wide as they can be' : 'scopes are being widened'}
              </dd>
            </>
          )}
        </dl>
      </Panel>
      <Panel title="Where DNS is answered">
        <Table columns={['Transport', 'Address', '#Port', 'By', '#Threads']}>
          {listeners.map(({ transport, address, port, by, workers }) => (
            <tr key={`${transport} ${address} ${port}`}>
              <th scope="row">{transport}</th>
              <td>
                <code>{address}</code>
              </td>
              <td class="number">{port}</td>
              <td>{by}</td>
              <td class="number">{workers}</td>
            </tr>
          ))}
        </Table>
      </Panel>
      <Panel title="Geo data">
        <Table kind="cards labelled" columns={['Database', 'Kind', 'Families', '#Age, days', 'Remarks']}>
          {databases.map(({ file, type, families, ageDays, warning }) => (
            <tr key={file}>
              <th scope="row">
                <code>{file.split('/').at(-1)}</code>
              </th>
              <td>{type}</td>
              <td>{families.map(family => `IPv${family}`).join(', ')}</td>
              <td class="number">{Math.floor(ageDays)}</td>
              <td>{warning}</td>
            </tr>
          ))}
        </Table>
      </Panel>
    </>
  )
}
