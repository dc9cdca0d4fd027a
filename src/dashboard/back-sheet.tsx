// Before a region is brought back: what it would do, and why. Its end is that of what kept it out.
import type { OverrideView, RegionView } from '../control-plane/admin/api.js'
import { call, headersOf } from './api.js'
import { Consequence } from './consequence.js'
import { refresh } from './live.js'
import { overrides, readOverrides, wordOf } from './overrides.js'
import { Until, Waiting } from './parts.js'
import { ReasonForm } from './reason-form.js'
import { setEnabled } from './region-enabled.js'
import { Sheet } from './sheet.js'
import { useSimulation } from './simulation.js'
import { tell } from './toast.js'
import { list } from './words.js'

interface BackProps {
  readonly region: RegionView
  readonly onClose: () => void
}

/** Out by the document, or by a word for the time being. */
export function BackSheet({ region, onClose }: BackProps) {
  const { enabled, override, id } = region
  if (!enabled) return <EnableSheet id={id} onClose={onClose} />
  const word = overrides.value.find(each => each.id === override?.id)
  if (word !== undefined) return <EndSheet override={word} verb={`Enable ${id}`} onClose={onClose} />
  return (
    <Sheet title={`Enable ${id}`} onClose={onClose}>
      <Waiting what="what was said of it" />
    </Sheet>
  )
}

function EnableSheet({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const outlook = useSimulation({ enable: [id] })
  const submit = async (reason: string, overridden: readonly string[]) => {
    await setEnabled(id, true, reason, overridden)
    tell(`${id} is enabled.`, () => setEnabled(id, false, `undo: ${reason}`))
  }
  return (
    <Sheet title={`Enable ${id}`} onClose={onClose}>
      <Consequence outlook={outlook}>
        <p>Clients are sent to it again as soon as it is up. The document then says nothing against it.</p>
      </Consequence>
      <ReasonForm
        verb={`Enable ${id}`}
        hint="what for"
        rules={outlook.told.value?.rules}
        onSubmit={submit}
        onClose={onClose}
      />
    </Sheet>
  )
}

/** A word for the time being ends before its time. */
export function EndSheet({
  override,
  verb,
  onClose,
}: {
  readonly override: OverrideView
  readonly verb: string
  readonly onClose: () => void
}) {
  const { id, regions, actor, reason: why, expiresAt, origin } = override
  const outlook = useSimulation({ end: [id] })
  const submit = async (reason: string, overridden: readonly string[]) => {
    await call('DELETE', '/v1/overrides/{id}', { path: { id }, header: headersOf({ reason, overridden }) })
    await look()
    tell('The override is ended.', () => sayAgain(override))
  }
  return (
    <Sheet title={verb} onClose={onClose}>
      <Consequence outlook={outlook}>
        <p>
          That {list(regions)} {regions.length === 1 ? 'is' : 'are'} {wordOf(override)} ends now, and not in{' '}
          <Until at={expiresAt} />. {actor} said so: {why}.
        </p>
        {origin === 'operator' ? null : <p class="alarm">It is a part of {origin.replace(':', ' ')}.</p>}
      </Consequence>
      <ReasonForm verb={verb} hint="what for" rules={outlook.told.value?.rules} onSubmit={submit} onClose={onClose} />
    </Sheet>
  )
}

const look = () => Promise.all([readOverrides(), refresh()])

/** With the end that it had. */
async function sayAgain({ targets, state, percent, reason, expiresAt }: OverrideView): Promise<void> {
  await call('POST', '/v1/overrides', {
    body: {
      targets,
      state,
      reason,
      ...(percent === undefined ? {} : { percent }),
      ...(expiresAt === undefined ? {} : { until: expiresAt }),
    },
  })
  await look()
}
