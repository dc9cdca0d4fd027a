// A temporary word on a region: what it would do, for how long, and why.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { OverrideView, RegionView, Simulation } from '../control-plane/admin/api.js'
import { call } from './api.js'
import { BrokenRules } from './broken-rules.js'
import { refresh } from './live.js'
import { readOverrides, wordOf } from './overrides.js'
import { Waiting } from './parts.js'
import { Moves } from './region-sheet.js'
import { Sheet } from './sheet.js'
import { tell } from './toast.js'

type State = OverrideView['state']

const STATES: readonly (readonly [State, string])[] = [
  ['drain', 'Drain: some of its clients go elsewhere'],
  ['down', 'Down, whatever its checks find'],
  ['up', 'Up, whatever its checks find'],
]
const SPANS = ['10m', '30m', '1h', '2h', '8h', '24h'] as const
/** Time to let go of a slider, ms. */
const PAUSE_MS = 200

export function OverrideSheet({
  region: { id },
  onClose,
}: {
  readonly region: RegionView
  readonly onClose: () => void
}) {
  const state = useSignal<State>('drain')
  const percent = useSignal(50)
  const span = useSignal<string>('30m')
  const reason = useSignal('')
  const complaint = useSignal('')
  const told = useSignal<Simulation | undefined>(undefined)
  const overridden = useSignal(false)
  const rules = told.value?.rules ?? []
  const against = rules.length > 0 && !overridden.value
  useSignalEffect(() => {
    const would = { down: { down: [id] }, up: { up: [id] }, drain: { drain: { [id]: percent.value } } }[state.value]
    const timer = setTimeout(() => {
      call<Simulation>('POST', '/v1/simulate', would)
        .then(simulation => {
          told.value = simulation
          // A tick was for the rules that were shown.
          overridden.value = false
        })
        .catch((error: unknown) => {
          complaint.value = error instanceof Error ? error.message : String(error)
        })
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  })
  const submit = async (event: Event) => {
    event.preventDefault()
    complaint.value = ''
    try {
      const made = await call<OverrideView>('POST', '/v1/overrides', {
        targets: [id],
        state: state.value,
        ...(state.value === 'drain' ? { percent: percent.value } : {}),
        reason: reason.value.trim(),
        for: span.value,
        ...(overridden.value && rules.length > 0 ? { override: rules.map(({ rule }) => rule) } : {}),
      })
      const look = () => Promise.all([readOverrides(), refresh()])
      await look()
      tell(`${id} is ${wordOf(made)}, for ${span.value}.`, async () => {
        await call('DELETE', `/v1/overrides/${made.id}`)
        await look()
      })
      onClose()
    } catch (error) {
      complaint.value = error instanceof Error ? error.message : String(error)
    }
  }
  return (
    <Sheet title={`Override ${id}`} onClose={onClose}>
      <form onSubmit={submit}>
        <fieldset class="choice tall">
          <legend class="hidden">What is said of it</legend>
          {STATES.map(([each, words]) => (
            <label key={each}>
              <input
                type="radio"
                name="state"
                value={each}
                checked={state.value === each}
                onChange={() => {
                  state.value = each
                }}
              />{' '}
              {words}
            </label>
          ))}
        </fieldset>
        {state.value === 'drain' ? (
          <label class="slider">
            Percent of its clients
            <input
              type="range"
              min={1}
              max={100}
              value={percent.value}
              onInput={event => {
                percent.value = Number(event.currentTarget.value)
              }}
            />
            <output>{percent.value} %</output>
          </label>
        ) : null}
        <div class="consequence">
          {told.value === undefined ? <Waiting what="what would happen" /> : <Moves told={told.value} />}
        </div>
        <label for="span">For how long</label>
        <select
          id="span"
          value={span.value}
          onChange={event => {
            span.value = event.currentTarget.value
          }}
        >
          {SPANS.map(each => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
        <label for="reason">Reason</label>
        <input
          id="reason"
          required
          maxLength={500}
          placeholder="what for"
          value={reason.value}
          onInput={event => {
            reason.value = event.currentTarget.value
          }}
        />
        <BrokenRules rules={rules} ticked={overridden} />
        <p class="complaint" role="alert">
          {complaint}
        </p>
        <div class="buttons">
          <button type="button" onClick={onClose}>
            Leave it
          </button>
          <button type="submit" class="danger" disabled={against || reason.value.trim() === ''}>
            Put it in force
          </button>
        </div>
      </form>
    </Sheet>
  )
}
