// Before a region is disabled, drained or forced up: what it would do, until when, and why it is done.
import { useSignal } from '@preact/signals'
import type { RegionView } from '../control-plane/admin/api.js'
import { call, headersOf, may } from './api.js'
import { Consequence } from './consequence.js'
import { EndingField, endOf, isForGood, isReady, useEnding } from './ending.js'
import { refresh, regions } from './live.js'
import { readOverrides } from './overrides.js'
import { rateOf } from './rates.js'
import { ReasonForm } from './reason-form.js'
import { type Deed, VERBS } from './region-deeds.js'
import { setEnabled } from './region-enabled.js'
import { linkTo } from './router.js'
import { Sheet } from './sheet.js'
import { useSimulation } from './simulation.js'
import { serves } from './standing.js'
import { tell } from './toast.js'
import { amount, isoMinute } from './words.js'

interface WordSheetProps {
  readonly region: RegionView
  readonly deed: Exclude<Deed, 'enable'>
  readonly onClose: () => void
}

const DONE = { disable: 'disabled', drain: 'drained', raise: 'forced up' } as const

const STATE = { disable: 'down', drain: 'drain', raise: 'up' } as const

export function WordSheet({ region, deed, onClose }: WordSheetProps) {
  const { id } = region
  const percent = useSignal(region.override?.percent ?? 50)
  const ending = useEnding()
  const forGood = deed === 'disable' && isForGood(ending)
  const outlook = useSimulation(
    {
      disable: forGood ? { disable: [id] } : { down: [id] },
      drain: { drain: { [id]: percent.value } },
      raise: { up: [id] },
    }[deed],
  )
  const submit = async (reason: string, overridden: readonly string[]) => {
    if (forGood) {
      await setEnabled(id, false, reason, overridden)
      tell(`${id} is disabled until somebody enables it.`, () => setEnabled(id, true, `undo: ${reason}`))
      return
    }
    const made = await call('POST', '/v1/overrides', {
      body: {
        targets: [id],
        state: STATE[deed],
        ...(deed === 'drain' ? { percent: percent.value } : {}),
        reason,
        ...endOf(ending),
        ...(overridden.length === 0 ? {} : { override: overridden }),
      },
    })
    const look = () => Promise.all([readOverrides(), refresh()])
    await look()
    tell(`${id} is ${DONE[deed]} until ${isoMinute(made.expiresAt ?? 0)} UTC.`, async () => {
      await call('DELETE', '/v1/overrides/{id}', {
        path: { id: made.id },
        header: headersOf({ reason: `undo: ${reason}` }),
      })
      await look()
    })
  }
  return (
    <Sheet title={`${VERBS[deed]} ${id}`} onClose={onClose}>
      <ReasonForm
        verb={`${VERBS[deed]} ${id}`}
        danger
        hint="what for"
        ready={isReady(ending)}
        rules={outlook.told.value?.rules}
        onSubmit={submit}
        onClose={onClose}
      >
        {deed === 'drain' ? (
          <label class="slider">
            Percent of its clients that go elsewhere
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
        <Consequence outlook={outlook}>{deed === 'raise' ? <Raised region={region} /> : <Left id={id} />}</Consequence>
        <p class="quiet">
          New answers change at once; clients follow as the TTL of what they hold runs out.{' '}
          <a href={linkTo('incidents', { region: id })}>What befell it before</a>
        </p>
        <EndingField
          ending={ending}
          forGood={
            deed === 'disable' && may('edit') ? 'written into the document: until somebody enables it' : undefined
          }
        />
      </ReasonForm>
    </Sheet>
  )
}

/** What it gives now, and who is left without it. */
function Left({ id }: { readonly id: string }) {
  const left = (regions.value ?? []).filter(region => serves(region) && region.id !== id)
  if (left.length === 0)
    return <p class="alarm">No other region is up: names steered to it will climb down their ladder.</p>
  return (
    <p>
      It gives {amount(rateOf(id))} answers a second.
      {left.length === 1 ? ' One other region is up.' : ` ${left.length} other regions are up.`}
    </p>
  )
}

function Raised({ region: { cause } }: { readonly region: RegionView }) {
  return (
    <p class="alarm">
      Clients will be sent to it although its checks fail{cause === undefined ? '' : ` (${cause})`}, as long as this
      lasts.
    </p>
  )
}
