// A field for YAML: numbered lines, marks where something is wrong, and what may stand at the cursor. The text itself is the browser's own.
import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type Completion, completionsAt, type Schema } from './completion.js'

interface EditorProps {
  readonly text: string
  readonly onInput: (text: string) => void
  /** Sentences by line, from 1 on. */
  readonly marks: ReadonlyMap<number, string>
  readonly schema: Schema | undefined
  /** Told how to bring the cursor to a place, once the field is there. */
  readonly onReady: (goTo: (line: number, column: number) => void) => void
  readonly readOnly?: boolean
}

const SHOWN = 8

export function YamlEditor({ text, onInput, marks, schema, onReady, readOnly = false }: EditorProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const gutter = useRef<HTMLPreElement>(null)
  const offer = useSignal<(Completion & { readonly row: number; readonly column: number }) | undefined>(undefined)
  const picked = useSignal(0)
  const scrolled = useSignal(0)
  const shown = useComputed(() => {
    const first = Math.max(0, Math.min(picked.value - SHOWN + 1, (offer.value?.options.length ?? 0) - SHOWN))
    return (offer.value?.options ?? []).slice(first, first + SHOWN).map((option, i) => ({ option, at: first + i }))
  })
  useEffect(() => onReady((line, column) => moveTo(field.current, line, column)), [onReady])

  const look = (asked: boolean) => {
    const { current } = field
    offer.value = undefined
    if (schema === undefined || current === null || current.selectionStart !== current.selectionEnd) return
    const before = current.value.slice(0, current.selectionStart).split('\n')
    const row = before.length - 1
    const column = before[row]!.length
    const found = completionsAt(schema, current.value.split('\n'), row, column)
    const worth = found.options.length > 0 && (asked || found.typed > 0)
    // What is there whole needs no help.
    if (!worth || (found.options.length === 1 && found.options[0]!.text.trimEnd().length === found.typed)) return
    picked.value = 0
    offer.value = { ...found, row, column }
  }
  const take = (at: number) => {
    const option = offer.value?.options[at]
    const { current } = field
    if (option === undefined || current === null) return
    current.setSelectionRange(current.selectionStart - (offer.value?.typed ?? 0), current.selectionStart)
    // The one way by which the browser's own undo goes on working.
    if (!document.execCommand('insertText', false, option.text)) {
      current.setRangeText(option.text, current.selectionStart, current.selectionEnd, 'end')
      onInput(current.value)
    }
    offer.value = undefined
    current.focus()
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault()
      look(true)
      return
    }
    const options = offer.value?.options.length ?? 0
    if (options === 0) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) picked.value = (picked.value + step + options) % options
    else if (event.key === 'Enter' || event.key === 'Tab') take(picked.value)
    else if (event.key === 'Escape') offer.value = undefined
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const count = text.split('\n').length
  return (
    <div class="editor">
      <pre ref={gutter} class="gutter" aria-hidden="true">
        {Array.from({ length: count }, (_, i) => {
          const mark = marks.get(i + 1)
          return (
            <span key={i} class={mark === undefined ? undefined : 'bad'} title={mark}>
              {i + 1}
              {'\n'}
            </span>
          )
        })}
      </pre>
      <textarea
        ref={field}
        aria-label="The document, as YAML"
        aria-autocomplete="list"
        aria-controls="completions"
        aria-activedescendant={offer.value === undefined ? undefined : `completion-${picked.value}`}
        aria-invalid={marks.size > 0}
        spellcheck={false}
        wrap="off"
        readOnly={readOnly}
        value={text}
        onInput={event => {
          onInput(event.currentTarget.value)
          look(false)
        }}
        onKeyDown={onKey}
        onBlur={() => {
          offer.value = undefined
        }}
        onClick={() => {
          offer.value = undefined
        }}
        onScroll={({ currentTarget }) => {
          if (gutter.current !== null) gutter.current.scrollTop = currentTarget.scrollTop
          scrolled.value = currentTarget.scrollTop
        }}
      />
      <div
        id="completions"
        role="listbox"
        aria-label="What may stand here"
        class="completions"
        hidden={offer.value === undefined}
        style={{
          top: `calc(${(offer.value?.row ?? 0) + 1} * var(--line-height) + 0.5rem - ${scrolled.value}px)`,
          left: `calc(4.6rem + ${Math.min(60, (offer.value?.column ?? 0) - (offer.value?.typed ?? 0))}ch)`,
        }}
      >
        {shown.value.map(({ option: { text, means }, at }) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text; it is pointed at from there
          <div
            key={text}
            id={`completion-${at}`}
            role="option"
            aria-selected={at === picked.value}
            onMouseDown={event => {
              event.preventDefault()
              take(at)
            }}
          >
            <code>{text.trimEnd()}</code> <span class="means">{means}</span>
          </div>
        ))}
      </div>
    </div>
  )
}

function moveTo(field: HTMLTextAreaElement | null, line: number, column: number): void {
  if (field === null) return
  const lines = field.value.split('\n')
  const at = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0) + column - 1
  field.focus()
  field.setSelectionRange(at, at)
  // Browsers bring the cursor of a text area into sight only when one types.
  field.scrollTop = (field.scrollHeight / lines.length) * Math.max(0, line - 6)
}
