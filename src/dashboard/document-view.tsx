// The traffic document: what is served, and what is wrong with what is in its place.
import { useSignal, useSignalEffect } from '@preact/signals'
import type { TrafficView } from '../control-plane/admin/api.js'
import { get } from './api.js'
import { status } from './live.js'
import { Panel, Since, Waiting } from './parts.js'

export function DocumentView() {
  const traffic = useSignal<TrafficView | undefined>(undefined)
  const complaint = useSignal('')
  const revision = status.value?.document.revision
  useSignalEffect(() => {
    if (status.value?.document.revision === traffic.peek()?.revision) return
    get<TrafficView>('/v1/traffic')
      .then(found => {
        traffic.value = found
      })
      .catch((error: unknown) => {
        complaint.value = error instanceof Error ? error.message : String(error)
      })
  })
  const refused = status.value?.document.refused
  if (traffic.value === undefined) return <Waiting what="the document" error={complaint.value} />
  const { name, loadedAt, document } = traffic.value
  return (
    <>
      <h1>The traffic document</h1>
      <p>
        <code>{name}</code>, revision <code>{revision}</code>, read <Since at={loadedAt} /> ago
      </p>
      {refused === undefined ? null : (
        <Panel title="What is wrong with it">
          <ul class="problems">
            {refused.problems.map(({ path, message, at, suggestion }) => (
              <li key={`${path} ${message}`}>
                <code>
                  {at === undefined ? '' : `${at.line}:${at.column} `}
                  {path}
                </code>{' '}
                {message}
                {suggestion === undefined ? '' : ` (did you mean “${suggestion}”?)`}
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel title="What is served">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <pre class="document" tabIndex={0}>
          {JSON.stringify(document, null, 2)}
        </pre>
      </Panel>
    </>
  )
}
