// A temporary word on a region: what it would do, for how long, and why.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { OverrideView, RegionView, Simulation } from '../control-plane/admin/api.js'
import { call, sentenceOf } from './api.js'
import { refresh } from './live.js'
import { readOverrides, wordOf } from './overrides.js'
import { Waiting } from './parts.js'
import { ReasonForm } from './reason-form.js'
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
  const complaint = useSignal('')
  const told = useSignal<Simulation | undefined>(undefined)
  useSignalEffect(() => {
    const would = { down: { down: [id] }, up: { up: [id] }, drain: { drain: { [id]: percent.value } } }[state.value]
    const timer = setTimeout(() => {
      call<Simulation>('POST', '/v1/simulate', would)
        .then(simulation => {
          told.value = simulation
          complaint.value = ''
        })
        .catch((error: unknown) => {
          complaint.value = sentenceOf(error)
        })
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  })
  const submit = async (reason: string, override: readonly string[]) => {
    const made = await call<OverrideView>('POST', '/v1/overrides', {
      targets: [id],
      state: state.value,
      ...(state.value === 'drain' ? { percent: percent.value } : {}),
      reason,
      for: span.value,
      ...(override.length === 0 ? {} : { override }),
    })
    const look = () => Promise.all([readOverrides(), refresh()])
    await look()
    tell(`${id} is ${wordOf(made)}, for ${span.value}.`, async () => {
      await call('DELETE', `/v1/overrides/${made.id}`)
      await look()
    })
  }
  return (
    <Sheet title={`Override ${id}`} onClose={onClose}>
      <ReasonForm
        verb="Put it in force"
        danger
        hint="what for"
        rules={told.value?.rules}
        onSubmit={submit}
        onClose={onClose}
      >
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
          {told.value === undefined || complaint.value !== '' ? (
            <Waiting what="what would happen" error={complaint.value} />
          ) : (
            <Moves told={told.value} />
          )}
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
      </ReasonForm>
    </Sheet>
  )
}
