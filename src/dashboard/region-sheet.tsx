// Before a region is taken out or brought back: what will happen, and why it is done.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { RegionView, Simulation } from '../control-plane/admin/api.js'
import { call, sentenceOf } from './api.js'
import { refresh, regions } from './live.js'
import { Waiting } from './parts.js'
import { rateOf } from './rates.js'
import { ReasonForm } from './reason-form.js'
import { linkTo } from './router.js'
import { Sheet } from './sheet.js'
import { tell } from './toast.js'
import { amount, list, percent } from './words.js'

export function RegionSheet({
  region: { id, enabled },
  onClose,
}: {
  readonly region: RegionView
  readonly onClose: () => void
}) {
  const told = useSignal<Simulation | undefined>(undefined)
  const untold = useSignal('')
  useEffect(() => {
    call<Simulation>('POST', '/v1/simulate', enabled ? { disable: [id] } : { enable: [id] })
      .then(simulation => {
        told.value = simulation
      })
      .catch((error: unknown) => {
        untold.value = sentenceOf(error)
      })
  }, [id, enabled, told, untold])
  const verb = enabled ? 'Disable' : 'Enable'
  const submit = async (reason: string, override: readonly string[]) => {
    await setEnabled(id, !enabled, reason, override)
    tell(`${id} is ${enabled ? 'disabled' : 'enabled'}.`, () => setEnabled(id, enabled, `undo: ${reason}`))
  }
  return (
    <Sheet title={`${verb} ${id}`} onClose={onClose}>
      {enabled ? (
        <Consequence id={id} told={told.value} complaint={untold.value} />
      ) : (
        <p>Clients are sent to it again as soon as it is up.</p>
      )}
      <p>
        <a href={linkTo('incidents', { region: id })}>What befell it before</a>
      </p>
      <ReasonForm
        verb={`${verb} ${id}`}
        danger={enabled}
        hint="what for, and until when"
        rules={told.value?.rules}
        onSubmit={submit}
        onClose={onClose}
      />
    </Sheet>
  )
}

async function setEnabled(
  id: string,
  enabled: boolean,
  reason: string,
  override: readonly string[] = [],
): Promise<void> {
  const path = `/v1/regions/${encodeURIComponent(id)}/${enabled ? 'enable' : 'disable'}`
  await call('POST', path, { reason, ...(override.length === 0 ? {} : { override }) })
  await refresh()
}

/** Who would take its clients, and what is left: told by the server, for all names. */
function Consequence({
  id,
  told,
  complaint,
}: {
  readonly id: string
  readonly told: Simulation | undefined
  readonly complaint: string
}) {
  const left = (regions.value ?? []).filter(region => region.state === 'up' && region.id !== id)
  return (
    <div class="consequence">
      {left.length === 0 ? (
        <p class="alarm">No other region is up: names steered to it will climb down their ladder.</p>
      ) : (
        <p>
          It gives {amount(rateOf(id))} answers a second.
          {left.length === 1 ? ' One other region is up.' : ` ${left.length} other regions are up.`}
        </p>
      )}
      {told === undefined ? <Waiting what="what would happen" error={complaint} /> : <Moves told={told} />}
      <p class="quiet">New answers change at once; clients follow as the TTL of what they hold runs out.</p>
    </div>
  )
}

export function Moves({ told: { names, load } }: { readonly told: Simulation }) {
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
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Its clients go to</th>
                <th scope="col" class="number">
                  of all
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, type, from, to, share }) => (
                <tr key={`${name} ${type} ${from} ${to}`}>
                  <th scope="row">
                    {name} {type}
                  </th>
                  <td>{to}</td>
                  <td class="number">{percent(share)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
