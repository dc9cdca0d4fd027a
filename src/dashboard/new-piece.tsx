// The name of something new, before its form is opened.
import { useSignal } from '@preact/signals'

export function NewPiece({
  label,
  pattern,
  hint,
  taken,
  onWrite,
}: {
  readonly label: string
  readonly pattern?: string
  readonly hint: string
  readonly taken: readonly string[]
  readonly onWrite: (name: string) => void
}) {
  const name = useSignal('')
  const isTaken = taken.includes(name.value)
  return (
    <form
      class="new"
      onSubmit={event => {
        event.preventDefault()
        onWrite(name.peek().trim())
      }}
    >
      <label>
        {label}{' '}
        <input
          required
          pattern={pattern}
          placeholder={hint}
          spellcheck={false}
          value={name}
          onInput={event => {
            name.value = event.currentTarget.value
          }}
        />
      </label>
      <button type="submit" disabled={name.value.trim() === '' || isTaken}>
        Write it
      </button>
      {isTaken ? <span class="quiet">There is one of that name.</span> : null}
    </form>
  )
}
