// The records of one name of a zone, each with a form, steered or static.

import { RowButtons } from './field-rows.js'
import { Panel, Waiting } from './parts.js'
import { usePiece } from './piece.js'
import { PieceEditor } from './piece-editor.js'
import { goTo, linkTo } from './router.js'
import { Field } from './schema-field.js'
import { schema } from './schema-read.js'
import { moved } from './shape.js'

const FRESH: readonly unknown[] = []
const STEERED = { steer: 'nearest' }
const STATIC = { type: 'A', data: '' }

/** @param name as the document has it: `@`, or relative to the zone */
export function ZoneName({ zone, name }: { readonly zone: string; readonly name: string }) {
  const piece = usePiece({ zone, name }, FRESH)
  const { draft, base } = piece
  const wasLone = base.value?.value !== undefined && !Array.isArray(base.value.value)
  const records = listOf(draft.value)
  const put = (next: readonly unknown[]): void => {
    draft.value = wasLone && next.length === 1 ? next[0] : next
  }
  const record = recordSchema()
  return (
    <>
      <div class="bar">
        <h1>
          <code>{name}</code> in {zone}
        </h1>
        <a href={linkTo('zones', { zone })}>All names</a>
      </div>
      <PieceEditor
        piece={piece}
        what={`the records of ${name}`}
        patchFor={value => ({ zones: { [zone]: { records: { [name]: value === undefined ? null : listOf(value) } } } })}
        onDone={() => goTo('zones', { zone })}
      >
        {record === undefined ? (
          <Waiting what="what records there are" />
        ) : (
          <ol class="steps">
            {records.map((value, i) => (
              <li key={i}>
                <Panel
                  title={`Record ${i + 1}`}
                  aside={
                    <RowButtons
                      what={`record ${i + 1}`}
                      onMove={by => put(moved(records, i, by))}
                      onDrop={() => put(records.toSpliced(i, 1))}
                    />
                  }
                >
                  <Field
                    bare
                    label={`record ${i + 1}`}
                    schema={record}
                    value={value}
                    onChange={next => put(records.with(i, next))}
                  />
                </Panel>
              </li>
            ))}
          </ol>
        )}
        <div class="row">
          <button type="button" onClick={() => put([...records, STEERED])}>
            Add a steered record
          </button>
          <button type="button" onClick={() => put([...records, STATIC])}>
            Add a static record
          </button>
        </div>
      </PieceEditor>
    </>
  )
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

function recordSchema() {
  const zone = schema.value?.properties?.['zones']?.additionalProperties
  const owner = typeof zone === 'object' ? zone.properties?.['records']?.additionalProperties : undefined
  return typeof owner === 'object' ? owner.else : undefined
}
