// What the keyboard does besides moving about: letters that go to views, and a sheet that lists them.
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { remembered } from './remembered.js'
import { goTo } from './router.js'
import { Sheet } from './sheet.js'
import { undoLast } from './toast.js'

/** After g. */
const VIEW_KEYS: Readonly<Record<string, string>> = {
  w: 'world',
  r: 'regions',
  i: 'incidents',
  d: 'drills',
  e: 'explain',
  t: 'traffic',
  z: 'zones',
  k: 'dnssec',
  p: 'policies',
  y: 'document',
  h: 'history',
  a: 'audit',
  f: 'fleet',
  n: 'node',
}

const DEEDS = [
  ['?', 'shows this list'],
  ['/', 'goes to the first field of the page'],
  ['u', 'undoes what was just done, while that is offered'],
  ['Esc', 'closes a sheet; nothing has happened then'],
  ['Ctrl Space', 'shows what may stand at the cursor, in the document'],
] as const

/** From g to the letter of a view, ms. */
const PAUSE_MS = 1500

const shown = signal(false)
/** Letters are in the way of those who speak to their computer: they can be turned off. */
const letters = remembered('letters', 'on')

export const showShortcuts = (): void => {
  shown.value = true
}

/** Past the head of the page. */
export function focusContent(): void {
  document.getElementById('content')?.focus()
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input:not([type=checkbox], [type=radio]), textarea, select')

function follow(): () => void {
  let awaits = 0
  const onKey = (event: KeyboardEvent): void => {
    const { key, ctrlKey, metaKey, altKey, target, timeStamp } = event
    if (letters.peek() !== 'on' || ctrlKey || metaKey || altKey || isField(target)) return
    // A sheet wants an answer first.
    if (document.querySelector('dialog[open]') !== null) return
    const view = timeStamp < awaits ? VIEW_KEYS[key] : undefined
    awaits = key === 'g' ? timeStamp + PAUSE_MS : 0
    if (view !== undefined) {
      goTo(view)
      focusContent()
    } else if (key === '?') showShortcuts()
    else if (key === '/') document.querySelector<HTMLElement>('main :is(input, select, textarea)')?.focus()
    else if (key === 'u') undoLast()
    else return
    event.preventDefault()
  }
  addEventListener('keydown', onKey)
  return () => removeEventListener('keydown', onKey)
}

export function Shortcuts({ titleOf }: { readonly titleOf: (view: string) => string }) {
  useEffect(follow, [])
  if (!shown.value) return null
  const close = (): void => {
    shown.value = false
  }
  return (
    <Sheet title="Keys" onClose={close}>
      <dl class="keys">
        {DEEDS.map(([key, words]) => (
          <Key key={key} keys={key} words={words} />
        ))}
        {Object.entries(VIEW_KEYS).map(([key, view]) => (
          <Key key={key} keys={`g ${key}`} words={titleOf(view)} />
        ))}
      </dl>
      <label class="tick">
        <input
          type="checkbox"
          checked={letters.value === 'on'}
          onChange={event => {
            letters.value = event.currentTarget.checked ? 'on' : 'off'
          }}
        />{' '}
        Letters do something
      </label>
      <div class="buttons">
        <button type="button" class="primary" onClick={close}>
          Close
        </button>
      </div>
    </Sheet>
  )
}

function Key({ keys, words }: { readonly keys: string; readonly words: string }) {
  return (
    <>
      <dt>
        {keys.split(' ').map(key => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{words}</dd>
    </>
  )
}
