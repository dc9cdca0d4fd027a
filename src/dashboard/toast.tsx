// What was just done, and the way back.
import { signal } from '@preact/signals'
import { sentenceOf } from './api.js'

interface Done {
  readonly text: string
  readonly undo?: () => Promise<void>
}

const done = signal<Done | undefined>(undefined)
let timer: ReturnType<typeof setTimeout> | undefined

const SHOWN_MS = 20_000
/** Long enough to see what it did, change one's mind and find the button. */
const OFFERED_MS = 60_000

export function tell(text: string, undo?: () => Promise<void>): void {
  done.value = undo === undefined ? { text } : { text, undo }
  leaveSoon()
}

/** It does not go while someone points at it, or has come to its button by keys. */
const stay = (): void => clearTimeout(timer)

function leaveSoon(): void {
  clearTimeout(timer)
  timer = setTimeout(
    () => {
      done.value = undefined
    },
    done.peek()?.undo === undefined ? SHOWN_MS : OFFERED_MS,
  )
}

/** Takes back what was just done, while that is offered. */
export function undoLast(): void {
  const { undo } = done.peek() ?? {}
  if (undo === undefined) return
  done.value = undefined
  undo().catch((error: unknown) => tell(`It could not be undone: ${sentenceOf(error)}`))
}

export function Toast() {
  const { text, undo } = done.value ?? {}
  return (
    <div
      class="toast"
      role="status"
      data-shown={text !== undefined}
      onPointerEnter={stay}
      onPointerLeave={leaveSoon}
      onFocusIn={stay}
      onFocusOut={leaveSoon}
    >
      {text}
      {undo === undefined ? null : (
        <button type="button" aria-keyshortcuts="u" onClick={undoLast}>
          Undo
        </button>
      )}
    </div>
  )
}
