// The end of every sheet that changes something: why it is done, what speaks against it, and the buttons.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import type { BrokenRule } from '../control-plane/admin/api.js'
import { sentenceOf } from './api.js'
import { BrokenRules } from './broken-rules.js'

interface ReasonFormProps {
  /** What the button says. */
  readonly verb: string
  readonly danger?: boolean
  /** Stands in the field while nothing is written. */
  readonly hint?: string
  /** Whether it can be done as things are; so unless told. */
  readonly ready?: boolean
  /** The safety rules against it: nothing is done until they are overridden by a tick. */
  readonly rules?: readonly BrokenRule[] | undefined
  /** Fields above the reason. */
  readonly children?: ComponentChildren
  /** Does it; what it throws is told below the reason. */
  readonly onSubmit: (reason: string, overridden: readonly string[]) => Promise<void>
  readonly onClose: () => void
}

const NONE: readonly BrokenRule[] = []
/** As the API takes, less what an undo writes before it. */
const LONGEST = 400

export function ReasonForm({
  verb,
  danger = false,
  hint,
  ready = true,
  rules = NONE,
  children,
  onSubmit,
  onClose,
}: ReasonFormProps) {
  const reason = useSignal('')
  const complaint = useSignal('')
  const busy = useSignal(false)
  const ticked = useSignal(false)
  // A tick was for the rules that were shown.
  useEffect(() => {
    ticked.value = false
  }, [rules, ticked])
  const why = reason.value.trim()
  const against = rules.length > 0 && !ticked.value
  const submit = async (event: Event) => {
    event.preventDefault()
    busy.value = true
    complaint.value = ''
    try {
      await onSubmit(why, ticked.value ? rules.map(({ rule }) => rule) : [])
      onClose()
    } catch (error) {
      complaint.value = sentenceOf(error)
    } finally {
      busy.value = false
    }
  }
  return (
    <form class="reasoned" onSubmit={submit}>
      {children}
      <label for="reason">Reason</label>
      <input
        id="reason"
        required
        maxLength={LONGEST}
        placeholder={hint}
        value={reason}
        onInput={event => {
          reason.value = event.currentTarget.value
        }}
      />
      <BrokenRules rules={rules} ticked={ticked} />
      <p class="complaint" role="alert">
        {complaint}
      </p>
      <div class="buttons">
        <button type="button" onClick={onClose}>
          Leave it
        </button>
        <button
          type="submit"
          class={danger ? 'danger' : 'primary'}
          disabled={busy.value || !ready || against || why === ''}
        >
          {verb}
        </button>
      </div>
    </form>
  )
}
