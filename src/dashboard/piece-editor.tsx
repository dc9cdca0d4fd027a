// Around the form for one thing of the document: what the gate says of it as one writes, and the sheets that save it or take it away.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { AppliedView } from '../control-plane/admin/api.js'
import { may } from './api.js'
import { Consequence } from './consequence.js'
import { refresh } from './live.js'
import { Panel, Waiting } from './parts.js'
import { type Piece, put, putBack } from './piece.js'
import { ReasonForm } from './reason-form.js'
import { readSchema } from './schema-read.js'
import { Sheet } from './sheet.js'
import { useSimulation } from './simulation.js'
import { tell } from './toast.js'
import { Differences, judge, Told } from './verdict.js'

type Patch = Readonly<Record<string, unknown>>

interface EditorProps {
  readonly piece: Piece
  /** `the policy api` */
  readonly what: string
  /** A merge patch of the document that says the same as the draft; undefined where it is to be gone. */
  readonly patchFor: (value: unknown) => Patch
  /** Called when it is saved or gone. */
  readonly onDone: () => void
  readonly children: ComponentChildren
}

type Wish = 'save' | 'remove'

export function PieceEditor({ piece, what, patchFor, onDone, children }: EditorProps) {
  const { base, verdict, complaint, outdated, draft, load } = piece
  const wish = useSignal<Wish | undefined>(undefined)
  useEffect(() => void readSchema(), [])
  if (base.value === undefined) return <Waiting what={what} error={complaint.value} />
  const isNew = base.value.value === undefined
  const editable = may('edit')
  const close = (): void => {
    wish.value = undefined
  }
  return (
    <>
      {outdated.value ? (
        <p class="alarm" role="alert">
          Somebody else has changed {what} since you began.{' '}
          <button type="button" onClick={() => void load(true)}>
            Drop what I wrote and read the new one
          </button>
        </p>
      ) : null}
      <fieldset class="piece" disabled={!editable}>
        <legend class="hidden">{what}</legend>
        {children}
      </fieldset>
      <Panel
        title="What it would come to"
        aside={
          editable ? (
            <div class="buttons">
              {isNew ? null : (
                <button
                  type="button"
                  onClick={() => {
                    wish.value = 'remove'
                  }}
                >
                  Take it away …
                </button>
              )}
              <button
                type="button"
                disabled={verdict.value.kind === 'same' || isNew}
                onClick={() => {
                  draft.value = base.peek()?.value
                }}
              >
                Drop changes
              </button>
              <button
                type="button"
                class="primary"
                disabled={verdict.value.kind !== 'sound' || outdated.value}
                onClick={() => {
                  wish.value = 'save'
                }}
              >
                Save …
              </button>
            </div>
          ) : null
        }
      >
        <div class="judgement" role="status">
          <Told verdict={verdict.value} />
        </div>
      </Panel>
      {wish.value === undefined ? null : (
        <PieceSheet
          piece={piece}
          what={what}
          value={wish.value === 'save' ? draft.value : undefined}
          patch={patchFor(wish.value === 'save' ? draft.value : undefined)}
          onDone={onDone}
          onClose={close}
        />
      )}
    </>
  )
}

/** Differences, what would become of clients, the rules against it, and why it is done. */
function PieceSheet({
  piece: { at, base },
  what,
  value,
  patch,
  onDone,
  onClose,
}: {
  readonly piece: Piece
  readonly what: string
  readonly value: unknown
  readonly patch: Patch
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const { revision = '', value: was } = base.value ?? {}
  const outlook = useSimulation({ patch })
  const found = useSignal<AppliedView | undefined>(undefined)
  const complaint = useSignal('')
  useEffect(() => {
    void judge(put(at, { value, revision, dryRun: true })).then(verdict => {
      if (verdict.kind === 'sound') found.value = verdict.applied
      else if (verdict.kind === 'wrong')
        complaint.value = [verdict.sentence, ...verdict.faults.map(({ message }) => message)].join('\n')
    })
  }, [at, revision, found, complaint])
  const submit = async (reason: string, overridden: readonly string[]) => {
    await put(at, { value, revision, reason, overridden })
    await refresh()
    tell(`${what} is ${value === undefined ? 'gone' : 'saved'}.`, () => putBack(at, was, reason))
    onDone()
  }
  const verb = value === undefined ? 'Take it away' : 'Save'
  return (
    <Sheet title={`${verb}: ${what}`} onClose={onClose}>
      {found.value === undefined ? (
        <Waiting what="what would change" error={complaint.value} />
      ) : (
        <>
          <Differences applied={found.value} />
          <Consequence outlook={outlook} />
        </>
      )}
      <ReasonForm
        verb={verb}
        danger={value === undefined}
        ready={found.value !== undefined}
        rules={found.value?.rules}
        onSubmit={submit}
        onClose={onClose}
      />
    </Sheet>
  )
}
