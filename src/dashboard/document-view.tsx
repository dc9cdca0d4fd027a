// The traffic document: what is served, what is wrong with what is in its place, and a way to change it that shows what it would come to.
import { useSignal, useSignalEffect } from '@preact/signals'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import schemaUrl from '../../config/traffic.schema.json?url'
import type { AppliedView, ProblemDocument, RevisionList } from '../control-plane/admin/api.js'
import { ApiError, call, get, getText, may, putText, sentenceOf } from './api.js'
import type { Schema } from './completion.js'
import { refresh, status } from './live.js'
import { Panel, Since, Waiting } from './parts.js'
import { ReasonForm } from './reason-form.js'
import { Sheet } from './sheet.js'
import { tell } from './toast.js'
import { YamlEditor } from './yaml-editor.js'

type Fault = NonNullable<ProblemDocument['errors']>[number]

/** The document that the text was made from. */
interface Base {
  readonly number: number
  readonly revision: string
  readonly text: string
}

/** What the server makes of the text. */
type Verdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'sound'; readonly applied: AppliedView }
  | { readonly kind: 'wrong'; readonly sentence: string; readonly faults: readonly Fault[] }

/** Time to finish a word, ms. */
const PAUSE_MS = 500

async function readBase(): Promise<Base> {
  const [newest] = (await get<RevisionList>('/v1/revisions?limit=1')).revisions
  if (newest === undefined) throw new Error('no revision of the document is kept, so that there is no text to edit')
  const { number, revision } = newest
  return { number, revision, text: await getText(`/v1/revisions/${number}/text`) }
}

export function DocumentView() {
  const base = useSignal<Base | undefined>(undefined)
  const text = useSignal('')
  const verdict = useSignal<Verdict>({ kind: 'same' })
  const schema = useSignal<Schema | undefined>(undefined)
  const complaint = useSignal('')
  const saving = useSignal(false)
  const goTo = useRef<(line: number, column: number) => void>(() => {})
  const edited = text.value !== base.value?.text
  const inForce = status.value?.document.revision
  const touched = useCallback(() => base.peek() !== undefined && text.peek() !== base.peek()?.text, [base, text])
  /** `dropping`: what was typed goes, as somebody has said. */
  const load = useCallback(
    async (dropping = false) => {
      try {
        const read = await readBase()
        // Somebody may have begun to type meanwhile.
        if (touched() && !dropping) return
        base.value = read
        text.value = read.text
        complaint.value = ''
      } catch (error) {
        complaint.value = sentenceOf(error)
      }
    },
    [base, text, complaint, touched],
  )
  useEffect(() => {
    void fetch(schemaUrl)
      .then(async response => {
        schema.value = (await response.json()) as Schema // our own file
      })
      .catch(() => {}) // the document can be edited without help
  }, [schema])
  // What nobody has touched follows what is served.
  useSignalEffect(() => {
    const current = status.value?.document.revision
    if (current === undefined || current === base.peek()?.revision) return
    if (!touched()) void load()
  })
  useSignalEffect(() => {
    const typed = text.value
    const { revision, text: was } = base.value ?? {}
    if (revision === undefined || typed === was) {
      verdict.value = { kind: 'same' }
      return
    }
    verdict.value = { kind: 'looking' }
    const timer = setTimeout(() => {
      void judge(typed, revision).then(found => {
        if (text.peek() === typed) verdict.value = found
      })
    }, PAUSE_MS)
    return () => clearTimeout(timer)
  })
  const onReady = useCallback((move: (line: number, column: number) => void) => {
    goTo.current = move
  }, [])
  if (base.value === undefined) return <Waiting what="the document" error={complaint.value} />
  const refused = status.value?.document.refused
  const faults = verdict.value.kind === 'wrong' ? verdict.value.faults : []
  const outdated = edited && inForce !== undefined && inForce !== base.value.revision
  return (
    <>
      <h1>The traffic document</h1>
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
          <Told verdict={verdict.value} onGoTo={(line, column) => goTo.current(line, column)} />
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

/** What would come of it, found out by the same gate that a save goes through. */
async function judge(text: string, revision: string): Promise<Verdict> {
  try {
    return { kind: 'sound', applied: await putText<AppliedView>('/v1/traffic?dryRun=true', { text, revision }) }
  } catch (error) {
    const faults = error instanceof ApiError ? (error.problem?.errors ?? []) : []
    const sentence = error instanceof ApiError ? (error.problem?.detail ?? error.message) : sentenceOf(error)
    return { kind: 'wrong', sentence, faults }
  }
}

function Told({
  verdict,
  onGoTo,
}: {
  readonly verdict: Verdict
  readonly onGoTo: (line: number, column: number) => void
}) {
  if (verdict.kind === 'same')
    return (
      <p class="quiet">
        Nothing is changed. <kbd>Ctrl</kbd> <kbd>Space</kbd> shows what may stand at the cursor.
      </p>
    )
  if (verdict.kind === 'looking') return <p class="quiet">Checking …</p>
  if (verdict.kind === 'sound') return <Differences applied={verdict.applied} />
  return (
    <>
      <p class="complaint">{verdict.sentence}</p>
      <Faults faults={verdict.faults} onGoTo={onGoTo} />
    </>
  )
}

function Differences({ applied: { changes } }: { readonly applied: AppliedView }) {
  if (changes.length === 0) return <p>Sound. Only comments, layout or order would change.</p>
  return (
    <>
      <p>Sound. This would change:</p>
      <ul class="changes">
        {changes.map(({ text }) => (
          <li key={text}>
            <code>{text}</code>
          </li>
        ))}
      </ul>
    </>
  )
}

function Faults({
  faults,
  onGoTo,
}: {
  readonly faults: readonly Fault[]
  readonly onGoTo?: (line: number, column: number) => void
}) {
  return (
    <ul class="problems">
      {faults.map(({ path, message, at, suggestion }) => (
        <li key={`${path} ${message}`}>
          {at === undefined ? null : onGoTo === undefined ? (
            <code>
              {at.line}:{at.column}
            </code>
          ) : (
            <button type="button" class="plain" onClick={() => onGoTo(at.line, at.column)}>
              line {at.line}
            </button>
          )}{' '}
          <code>{path}</code> {message}
          {suggestion === undefined ? '' : ` (did you mean “${suggestion}”?)`}
        </li>
      ))}
    </ul>
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
    const { number } = await putText<AppliedView>('/v1/traffic', { text, revision: base.revision, reason })
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
  await call('POST', `/v1/revisions/${number}/rollback`, { reason: `undo: ${why}` })
  await refresh()
}
