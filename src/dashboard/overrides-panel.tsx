// Temporary words on regions that are in force: who said what, why and until when; made longer, or ended.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { OverrideView } from '../control-plane/admin/api.js'
import { call, may, sentenceOf } from './api.js'
import { EndSheet } from './back-sheet.js'
import { change, refresh } from './live.js'
import { overrides, readOverrides, wordOf } from './overrides.js'
import { Panel, Until } from './parts.js'
import { Table } from './table.js'
import { tell } from './toast.js'
import { list } from './words.js'

const MORE_MS = 30 * 60_000

export function Overrides() {
  const complaint = useSignal('')
  const ending = useSignal<OverrideView | undefined>(undefined)
  useSignalEffect(() => {
    void change.value
    readOverrides().catch((error: unknown) => {
      complaint.value = sentenceOf(error)
    })
  })
  const attempt = (deed: Promise<void>) => {
    complaint.value = ''
    deed.catch((error: unknown) => {
      complaint.value = sentenceOf(error)
    })
  }
  if (overrides.value.length === 0 && complaint.value === '') return null
  return (
    <Panel title="Overrides in force">
      <Table kind="cards labelled overrides" columns={['Regions', 'Are', 'By', 'Why', 'Ends in', '.Actions']}>
        {overrides.value.map(override => (
          <OverrideRow
            key={override.id}
            override={override}
            onProlong={() => attempt(prolong(override))}
            onEnd={() => {
              ending.value = override
            }}
          />
        ))}
      </Table>
      <p class="complaint" role="alert">
        {complaint}
      </p>
      {ending.value === undefined ? null : (
        <EndSheet
          override={ending.value}
          verb="End the override"
          onClose={() => {
            ending.value = undefined
          }}
        />
      )}
    </Panel>
  )
}

function OverrideRow({
  override,
  onProlong,
  onEnd,
}: {
  readonly override: OverrideView
  readonly onProlong: () => void
  readonly onEnd: () => void
}) {
  const { regions, addresses = [], targets, holdsFor, actor, origin, reason, expiresAt } = override
  const meant = [...regions, ...addresses]
  return (
    <tr>
      <th scope="row">
        {list(meant)}
        {targets.join() === meant.join() ? null : <code class="block quiet">{targets.join(', ')}</code>}
      </th>
      <td>
        {wordOf(override)}
        {holdsFor.length === regions.length ? null : (
          <span class="block quiet">
            {holdsFor.length === 0 ? 'newer ones hold instead' : `holds for ${list(holdsFor)}`}
          </span>
        )}
      </td>
      <td>
        {actor}
        {origin === 'operator' ? null : <span class="block quiet">{origin}</span>}
      </td>
      <td>{reason}</td>
      <td>
        <Until at={expiresAt} />
      </td>
      <td class="actions">
        {expiresAt === undefined ? (
          <span class="quiet">ends in its file</span>
        ) : may('operate') ? (
          <div class="buttons">
            <button type="button" onClick={onProlong}>
              30 min more <span class="hidden">for {list(meant)}</span>
            </button>
            <button type="button" onClick={onEnd}>
              End … <span class="hidden">the override of {list(meant)}</span>
            </button>
          </div>
        ) : null}
      </td>
    </tr>
  )
}

/** Moves nobody now, and can be taken back. */
async function prolong({ id, expiresAt }: OverrideView): Promise<void> {
  if (expiresAt === undefined) return
  const setEnd = async (until: string) => {
    await call('PATCH', '/v1/overrides/{id}', { path: { id }, body: { until } })
    await Promise.all([readOverrides(), refresh()])
  }
  await setEnd(new Date(Date.parse(expiresAt) + MORE_MS).toISOString())
  tell('The override lasts 30 minutes longer.', () => setEnd(expiresAt))
}
