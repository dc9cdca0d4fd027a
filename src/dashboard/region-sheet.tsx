// Before a region is taken out or brought back: what will happen, and why it is done.
import { useSignal } from '@preact/signals'
import type { RegionView } from '../control-plane/admin/api.js'
import { call } from './api.js'
import { heirs, landShares } from './catchment.js'
import { refresh, regions } from './live.js'
import { rateOf } from './rates.js'
import { Sheet } from './sheet.js'
import { name } from './steered-names.js'
import { tell } from './toast.js'
import { amount, percent } from './words.js'

export function RegionSheet({
  region: { id, enabled },
  onClose,
}: {
  readonly region: RegionView
  readonly onClose: () => void
}) {
  const reason = useSignal('')
  const complaint = useSignal('')
  const busy = useSignal(false)
  const verb = enabled ? 'Disable' : 'Enable'
  const submit = async (event: Event) => {
    event.preventDefault()
    busy.value = true
    complaint.value = ''
    try {
      await setEnabled(id, !enabled, reason.value.trim())
      tell(`${id} is ${enabled ? 'disabled' : 'enabled'}.`, () =>
        setEnabled(id, enabled, `undo: ${reason.value.trim()}`),
      )
      onClose()
    } catch (error) {
      complaint.value = error instanceof Error ? error.message : String(error)
    } finally {
      busy.value = false
    }
  }
  return (
    <Sheet title={`${verb} ${id}`} onClose={onClose}>
      {enabled ? <Consequence id={id} /> : <p>Clients are sent to it again as soon as it is up.</p>}
      <form onSubmit={submit}>
        <label for="reason">Reason</label>
        <input
          id="reason"
          required
          maxLength={500}
          placeholder="what for, and until when"
          value={reason}
          onInput={event => {
            reason.value = event.currentTarget.value
          }}
        />
        <p class="complaint" role="alert">
          {complaint}
        </p>
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Leave it
          </button>
          <button
            type="submit"
            class={enabled ? 'danger' : 'primary'}
            disabled={busy.value || reason.value.trim() === ''}
          >
            {verb} {id}
          </button>
        </div>
      </form>
    </Sheet>
  )
}

async function setEnabled(id: string, enabled: boolean, reason: string): Promise<void> {
  await call('POST', `/v1/regions/${encodeURIComponent(id)}/${enabled ? 'enable' : 'disable'}`, { reason })
  await refresh()
}

/** Who would take its clients, and what is left. */
function Consequence({ id }: { readonly id: string }) {
  const left = (regions.value ?? []).filter(region => region.state === 'up' && region.id !== id)
  const share = landShares.value.get(id) ?? 0
  return (
    <div class="consequence">
      {left.length === 0 ? (
        <p class="alarm">No other region is up: names steered to it will climb down their ladder.</p>
      ) : (
        <p>
          It serves {percent(share)} of the land’s cells at <code>{name.value}</code> and {amount(rateOf(id))} answers a
          second.
          {left.length === 1 ? ' One other region is up.' : ` ${left.length} other regions are up.`}
        </p>
      )}
      {heirs(id).length === 0 ? null : (
        <table>
          <thead>
            <tr>
              <th scope="col">Its clients go to</th>
              <th scope="col" class="number">
                of its land
              </th>
            </tr>
          </thead>
          <tbody>
            {heirs(id).map(({ region, share }) => (
              <tr key={region}>
                <th scope="row">{region ?? 'nothing'}</th>
                <td class="number">{percent(share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="quiet">New answers change at once; clients follow as the TTL of what they hold runs out.</p>
    </div>
  )
}
