// Temporary words on regions that are in force: who said what, why and until when; made longer, or ended.
import { signal, useSignal, useSignalEffect } from '@preact/signals'
import type { OverrideList, OverrideView } from '../control-plane/admin/api.js'
import { call, get, may, sentenceOf } from './api.js'
import { change, refresh } from './live.js'
import { Panel, Until } from './parts.js'
import { tell } from './toast.js'
import { list } from './words.js'

export const overrides = signal<readonly OverrideView[]>([])

export async function readOverrides(): Promise<void> {
  overrides.value = (await get<OverrideList>('/v1/overrides')).overrides
}

/** `down`, `drained by 40 %`, `up, whatever its checks find` */
export const wordOf = ({ state, percent }: Pick<OverrideView, 'state' | 'percent'>): string =>
  state === 'drain' ? `drained by ${percent} %` : state === 'up' ? 'up, whatever its checks find' : 'down'

export function Overrides() {
  const complaint = useSignal('')
  useSignalEffect(() => {
    void change.value
    readOverrides().catch((error: unknown) => {
      complaint.value = sentenceOf(error)
    })
  })
  const attempt = (deed: () => Promise<void>) => {
    complaint.value = ''
    deed()
      .then(() => Promise.all([readOverrides(), refresh()]))
      .catch((error: unknown) => {
        complaint.value = sentenceOf(error)
      })
  }
  if (overrides.value.length === 0 && complaint.value === '') return null
  return (
    <Panel title="Overrides in force">
      <div class="scroll">
        <table class="overrides">
          <thead>
            <tr>
              <th scope="col">Regions</th>
              <th scope="col">Are</th>
              <th scope="col">By</th>
              <th scope="col">Why</th>
              <th scope="col">Ends in</th>
              <th scope="col">
                <span class="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {overrides.value.map(override => (
              <tr key={override.id}>
                <th scope="row">
                  {list(override.regions)}
                  {override.targets.join() === override.regions.join() ? null : (
                    <code class="block quiet">{override.targets.join(', ')}</code>
                  )}
                </th>
                <td>
                  {wordOf(override)}
                  {override.holdsFor.length === override.regions.length ? null : (
                    <span class="block quiet">
                      {override.holdsFor.length === 0
                        ? 'newer ones hold instead'
                        : `holds for ${list(override.holdsFor)}`}
                    </span>
                  )}
                </td>
                <td>
                  {override.actor}
                  {override.origin === 'operator' ? null : <span class="block quiet">{override.origin}</span>}
                </td>
                <td>{override.reason}</td>
                <td>
                  <Until at={override.expiresAt} />
                </td>
                <td class="actions">
                  {override.expiresAt === undefined ? (
                    <span class="quiet">ends in its file</span>
                  ) : (
                    <div class="buttons">
                      <button type="button" disabled={!may('operate')} onClick={() => attempt(() => prolong(override))}>
                        30 min more
                      </button>
                      <button type="button" disabled={!may('operate')} onClick={() => attempt(() => end(override))}>
                        End <span class="hidden">the override of {list(override.regions)}</span>
                      </button>
                    </div>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="complaint" role="alert">
        {complaint}
      </p>
    </Panel>
  )
}

async function prolong({ id, expiresAt }: OverrideView): Promise<void> {
  if (expiresAt === undefined) return
  const until = new Date(new Date(expiresAt).getTime() + 30 * 60_000).toISOString()
  await call('PATCH', `/v1/overrides/${id}`, { until })
}

async function end({ id, targets, state, percent, reason, expiresAt }: OverrideView): Promise<void> {
  await call('DELETE', `/v1/overrides/${id}`)
  tell('The override is ended.', async () => {
    await call('POST', '/v1/overrides', { targets, state, percent, reason, until: expiresAt })
    await Promise.all([readOverrides(), refresh()])
  })
}
