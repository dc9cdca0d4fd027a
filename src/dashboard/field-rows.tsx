// Fields one below the other, of a list or of a map whose keys are chosen by whoever writes them: added, moved, left out.
import { useSignal } from '@preact/signals'
import type { Schema } from './completion.js'
import type { SeveralProps } from './field-props.js'
import { isMap, moved, withKey } from './shape.js'

export function FieldRows({ Inner, label, schema, value, onChange }: SeveralProps) {
  const rows: readonly unknown[] = Array.isArray(value) ? value : []
  const put = (next: readonly unknown[]): void => onChange(next.length === 0 ? undefined : next)
  return (
    <>
      {rows.map((row, i) => (
        <div key={i} class="row">
          <Inner
            label={`${label} ${i + 1}`}
            schema={schema}
            value={row}
            onChange={next => put(rows.with(i, next ?? emptyOf(schema)))}
          />
          <RowButtons
            what={`${label} ${i + 1}`}
            onMove={by => put(moved(rows, i, by))}
            onDrop={() => put(rows.toSpliced(i, 1))}
          />
        </div>
      ))}
      <button type="button" onClick={() => put([...rows, emptyOf(schema)])}>
        Add to {label}
      </button>
    </>
  )
}

export function RowButtons({
  what,
  onMove,
  onDrop,
}: {
  readonly what: string
  readonly onMove?: (by: -1 | 1) => void
  readonly onDrop: () => void
}) {
  return (
    <span class="buttons">
      {onMove === undefined ? null : (
        <>
          <button type="button" aria-label={`Move ${what} up`} onClick={() => onMove(-1)}>
            ↑
          </button>
          <button type="button" aria-label={`Move ${what} down`} onClick={() => onMove(1)}>
            ↓
          </button>
        </>
      )}
      <button type="button" aria-label={`Leave out ${what}`} onClick={onDrop}>
        Leave out
      </button>
    </span>
  )
}

/** What a new row begins as. */
const emptyOf = ({ type, properties }: Schema): unknown =>
  properties !== undefined ? {} : type === 'number' || type === 'integer' ? 0 : ''

export function FieldTable({ Inner, label, schema, value, onChange }: SeveralProps) {
  const fresh = useSignal('')
  const rows = Object.entries(isMap(value) ? value : {})
  const add = (): void => {
    const key = fresh.value.trim()
    if (key === '') return
    onChange(withKey(value, key, (isMap(value) ? value[key] : undefined) ?? emptyOf(schema)))
    fresh.value = ''
  }
  return (
    <>
      {rows.map(([key, row]) => (
        <div key={key} class="row">
          <Inner
            label={key}
            schema={schema}
            value={row}
            onChange={next => onChange(withKey(value, key, next ?? emptyOf(schema)))}
          />
          <RowButtons what={`${label} of ${key}`} onDrop={() => onChange(emptied(withKey(value, key, undefined)))} />
        </div>
      ))}
      <div class="row">
        <input
          aria-label={`For whom ${label} is to be added`}
          placeholder="name"
          value={fresh.value}
          onInput={event => {
            fresh.value = event.currentTarget.value
          }}
        />
        <button type="button" disabled={fresh.value.trim() === ''} onClick={add}>
          Add to {label}
        </button>
      </div>
    </>
  )
}

const emptied = (map: Readonly<Record<string, unknown>>): unknown => (Object.keys(map).length === 0 ? undefined : map)
