// Text that somebody will want elsewhere, with a button that takes it there.
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'

/** For so long the button says that it is done, ms. */
const DONE_MS = 3000

/** @param what it is, for those who hear the page */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const said = useSignal('')
  const shown = useRef<HTMLElement>(null)
  const copy = async () => {
    try {
      // Browsers have it where the page comes by TLS, or from this machine.
      await navigator.clipboard.writeText(text)
      said.value = 'copied'
    } catch {
      if (shown.current !== null) getSelection()?.selectAllChildren(shown.current)
      said.value = 'selected: press Ctrl C'
    }
    setTimeout(() => {
      said.value = ''
    }, DONE_MS)
  }
  return (
    <div class="copy">
      <code ref={shown}>{text}</code>
      <button type="button" onClick={() => void copy()}>
        Copy<span class="hidden"> {what}</span>
      </button>
      <span role="status" class="quiet">
        {said}
      </span>
    </div>
  )
}
