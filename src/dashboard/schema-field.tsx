// A field for any value of the document, made from its schema: what it does, in which units, and what holds where nothing is written.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { FieldMap } from './field-map.js'
import type { FieldProps } from './field-props.js'
import { FieldRows, FieldTable } from './field-rows.js'
import { chosen, numbersFrom, otherWay, scalarFrom, shapeOf, wordsFrom, wordsIn } from './shape.js'

export function Field(props: FieldProps) {
  const { label, schema, value, onChange } = props
  const side = chosen(schema, value)
  const shape = shapeOf(side)
  const inner = { ...props, schema: { ...side, description: side.description ?? schema.description ?? '' } }
  const other = otherWay(schema, value)
  return (
    <>
      {shape.kind === 'map' ? (
        <Group {...inner}>
          <FieldMap Inner={Field} {...inner} properties={shape.properties} />
        </Group>
      ) : shape.kind === 'rows' ? (
        <Group {...inner}>
          <FieldRows Inner={Field} label={label} schema={shape.item} value={value} onChange={onChange} />
        </Group>
      ) : shape.kind === 'table' ? (
        <Group {...inner}>
          <FieldTable Inner={Field} label={label} schema={shape.entry} value={value} onChange={onChange} />
        </Group>
      ) : shape.kind === 'nothing' ? (
        <p class="quiet">{side.description}</p>
      ) : (
        <Line {...inner} />
      )}
      {other === 'map' ? (
        <button type="button" class="more" onClick={() => onChange({})}>
          {label}: more options
        </button>
      ) : other === 'plain' ? (
        <button type="button" class="more" onClick={() => onChange(undefined)}>
          {label}: fewer options
        </button>
      ) : null}
    </>
  )
}

function Group({ label, schema, bare = false, children }: FieldProps & { readonly children: ComponentChildren }) {
  return (
    <fieldset class={bare ? 'group bare' : 'group'}>
      <legend class={bare ? 'hidden' : undefined}>{label}</legend>
      <p class="quiet">{schema.description}</p>
      {children}
    </fieldset>
  )
}

/** A field of one line, with its words beneath. */
function Line(props: FieldProps) {
  const { label, schema } = props
  const id = useId()
  const { description = '', default: usual, title } = schema
  const hints = [description, usual === undefined ? '' : `Unless told, ${wordsIn(usual) || 'none'}.`]
  return (
    <div class="form-field">
      <label for={id}>{label}</label>
      <Control {...props} id={id} hint={title} />
      <p id={`${id}-hint`} class="quiet">
        {hints.filter(text => text !== '').join(' ')}
      </p>
    </div>
  )
}

function Control({
  schema,
  value,
  onChange,
  id,
  hint,
}: FieldProps & { readonly id: string; readonly hint: string | undefined }) {
  const shape = shapeOf(schema)
  if (shape.kind === 'word')
    return (
      <select
        id={id}
        aria-describedby={`${id}-hint`}
        value={wordsIn(value)}
        onChange={event => onChange(scalarFrom(event.currentTarget.value, schema))}
      >
        <option value="">–</option>
        {shape.words.map(word => (
          <option key={word}>{word}</option>
        ))}
      </select>
    )
  if (shape.kind === 'tick')
    return (
      <input
        id={id}
        type="checkbox"
        aria-describedby={`${id}-hint`}
        checked={(value ?? schema.default) === true}
        onChange={event =>
          onChange(event.currentTarget.checked === schema.default ? undefined : event.currentTarget.checked)
        }
      />
    )
  const ways =
    shape.kind === 'words'
      ? { show: wordsIn, read: (text: string) => wordsFrom(text, schema) }
      : shape.kind === 'numbers'
        ? { show: wordsIn, read: numbersFrom }
        : shape.kind === 'json'
          ? { show: jsonOf, read: jsonFrom }
          : { show: wordsIn, read: (text: string) => scalarFrom(text, schema) }
  return <Typed id={id} hint={hint} value={value} onChange={onChange} {...ways} />
}

const jsonOf = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value))

/** What is no JSON yet is text, of which the server says what is wrong. */
function jsonFrom(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** What is typed stays as it is typed while it means what is there. */
function Typed({
  id,
  hint,
  value,
  onChange,
  show,
  read,
}: {
  readonly id: string
  readonly hint: string | undefined
  readonly value: unknown
  readonly onChange: (value: unknown) => void
  readonly show: (value: unknown) => string
  readonly read: (text: string) => unknown
}) {
  const typed = useSignal(show(value))
  const means = JSON.stringify(read(typed.value)) === JSON.stringify(value)
  return (
    <input
      id={id}
      aria-describedby={`${id}-hint`}
      placeholder={hint}
      spellcheck={false}
      value={means ? typed.value : show(value)}
      onInput={event => {
        typed.value = event.currentTarget.value
        onChange(read(typed.value))
      }}
    />
  )
}
