// The traffic document: what is served, what is wrong with what is in its place, and a way to change it that shows what it would come to.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import type { AppliedView } from '../control-plane/admin/api.js'
import { call, may } from './api.js'
import { type Base, putDocument, useDocumentDraft } from './document-draft.js'
import { refresh, status } from './live.js'
import { Panel, Since, Waiting } from './parts.js'
import { ReasonForm } from './reason-form.js'
import { readSchema, schema } from './schema-read.js'
import { Sheet } from './sheet.js'
import { tell } from './toast.js'
import { Differences, Faults, Told } from './verdict.js'
import { YamlEditor } from './yaml-editor.js'

export function DocumentView({ tabs }: { readonly tabs: ComponentChildren }) {
  const { base, text, verdict, complaint, load } = useDocumentDraft()
  const saving = useSignal(false)
  const goTo = useRef<(line: number, column: number) => void>(() => {})
  const edited = text.value !== base.value?.text
  const inForce = status.value?.document.revision
  useEffect(() => void readSchema(), [])
  const onReady = useCallback((move: (line: number, column: number) => void) => {
    goTo.current = move
  }, [])
  if (base.value === undefined) return <Waiting what="the document" error={complaint.value} />
  const refused = status.value?.document.refused
  const faults = verdict.value.kind === 'wrong' ? verdict.value.faults : []
  const outdated = edited && inForce !== undefined && inForce !== base.value.revision
  return (
    <>
      <div class="bar">
        <h1>The traffic document</h1>
        {tabs}
      </div>
      <p>
        <code>{status.value?.document.name}</code>, revision {base.value.number} (<code>{base.value.revision}</code>),
        in force for <Since at={status.value?.document.loadedAt} />
      </p>
      {refused === undefined ? null : (
        <Panel title="What is wrong with what is in its place">
          <Faults faults={refused.problems} />
        </Panel>
      )}
      {outdated ? (
        <p class="alarm" role="alert">
          The document has changed since you began. What you have typed can be saved only on top of what is there now:{' '}
          <button type="button" onClick={() => void load(true)}>
            Drop it and read the new one
          </button>
        </p>
      ) : null}
      <Panel
        title={may('edit') ? 'What is served, to be edited' : 'What is served'}
        aside={
          may('edit') ? (
            <div class="buttons">
              <button
                type="button"
                disabled={!edited}
                onClick={() => {
                  text.value = base.peek()?.text ?? ''
                }}
              >
                Drop changes
              </button>
              <button
                type="button"
                class="primary"
                disabled={verdict.value.kind !== 'sound' || outdated}
                onClick={() => {
                  saving.value = true
                }}
              >
                Save …
              </button>
            </div>
          ) : null
        }
      >
        <YamlEditor
          text={text.value}
          onInput={typed => {
            text.value = typed
          }}
          marks={new Map(faults.flatMap(({ at, message }) => (at === undefined ? [] : [[at.line, message]])))}
          schema={schema.value}
          onReady={onReady}
          readOnly={!may('edit')}
        />
        <div class="judgement" role="status">
          <Told
            verdict={verdict.value}
            hint="Ctrl Space shows what may stand at the cursor."
            onGoTo={(line, column) => goTo.current(line, column)}
          />
        </div>
      </Panel>
      {saving.value && verdict.value.kind === 'sound' ? (
        <SaveSheet
          base={base.value}
          text={text.value}
          applied={verdict.value.applied}
          onSaved={() => void refresh().then(() => load(true))}
          onClose={() => {
            saving.value = false
          }}
        />
      ) : null}
    </>
  )
}

function SaveSheet({
  base,
  text,
  applied,
  onSaved,
  onClose,
}: {
  readonly base: Base
  readonly text: string
  readonly applied: AppliedView
  readonly onSaved: () => void
  readonly onClose: () => void
}) {
  const submit = async (reason: string) => {
    const { number } = await putDocument(text, { revision: base.revision, reason })
    tell(`Saved${number === undefined ? '' : ` as revision ${number}`}.`, () => rollBack(base.number, reason))
    onSaved()
  }
  return (
    <Sheet title="Save the document" onClose={onClose}>
      <Differences applied={applied} />
      <ReasonForm verb="Save" onSubmit={submit} onClose={onClose} />
    </Sheet>
  )
}

async function rollBack(number: number, why: string): Promise<void> {
  await call('POST', '/v1/revisions/{number}/rollback', {
    path: { number: String(number) },
    body: { reason: `undo: ${why}` },
  })
  await refresh()
}
