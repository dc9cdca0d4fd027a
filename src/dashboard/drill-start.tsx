// A drill that is planned: what it would do now, and the buttons that start and cancel it.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { DrillView, OutlookView } from '../control-plane/admin/api.js'
import { call, may, sentenceOf } from './api.js'
import { Outlook } from './drill-outlook.js'
import { change, refresh } from './live.js'
import { Panel, Waiting } from './parts.js'
import { tell } from './toast.js'

export function DrillStart({ drill, onDone }: { readonly drill: DrillView; readonly onDone: () => void }) {
  const told = useSignal<OutlookView | undefined>(undefined)
  const untold = useSignal('')
  const complaint = useSignal('')
  const busy = useSignal(false)
  const path = { id: drill.id }
  useSignalEffect(() => {
    void change.value
    call('POST', '/v1/drills/{id}/plan', { path })
      .then(outlook => {
        told.value = outlook
        untold.value = ''
      })
      .catch((error: unknown) => {
        untold.value = sentenceOf(error)
      })
  })
  const start = (body: { readonly in?: string }) => call('POST', '/v1/drills/{id}/start', { path, body })
  const attempt = async (deed: () => Promise<unknown>, words: string) => {
    busy.value = true
    complaint.value = ''
    try {
      await deed()
      await refresh()
      tell(words)
    } catch (error) {
      complaint.value = sentenceOf(error)
    } finally {
      busy.value = false
      onDone()
    }
  }
  const disabled = busy.value
  return (
    <Panel title="As things are now">
      {told.value === undefined || untold.value !== '' ? (
        <Waiting what="what it would do" error={untold.value} />
      ) : (
        <Outlook told={told.value} />
      )}
      <p class="complaint" role="alert">
        {complaint}
      </p>
      {may('operate') ? (
        <div class="buttons">
          <button
            type="button"
            disabled={disabled}
            onClick={() =>
              void attempt(
                () => call('POST', '/v1/drills/{id}/abort', { path }),
                `Drill ${drill.id} is cancelled: nothing has moved.`,
              )
            }
          >
            Cancel it{drill.weekly ? ', and all that follow' : ''}
          </button>
          <button
            type="button"
            disabled={disabled}
            title="Until then the TTL of answers falls, so that clients move within seconds"
            onClick={() => void attempt(() => start({ in: '60s' }), `Drill ${drill.id} begins in a minute.`)}
          >
            Start in a minute
          </button>
          <button
            type="button"
            class="danger"
            disabled={disabled}
            onClick={() => void attempt(() => start({}), `Drill ${drill.id} has begun.`)}
          >
            Start now
          </button>
        </div>
      ) : null}
    </Panel>
  )
}
