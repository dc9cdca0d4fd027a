// One thing of a section of the document, with a form made from the schema.

import { mergePatch } from './merge-patch.js'
import { Waiting } from './parts.js'
import { usePiece } from './piece.js'
import { PieceEditor } from './piece-editor.js'
import { goTo } from './router.js'
import { Field } from './schema-field.js'
import { schema } from './schema-read.js'
import { SECTIONS, type SectionId, schemaOf } from './sections.js'

interface ThingProps {
  readonly section: SectionId
  /** As it is written in the document. */
  readonly id: string
  /** What is edited elsewhere. */
  readonly without?: readonly string[]
  /** Where one goes when it is saved or gone. */
  readonly back: { readonly view: string; readonly query: Readonly<Record<string, string>> }
}

export function Thing({ section, id, without = [], back }: ThingProps) {
  const { one, fresh } = SECTIONS[section]
  const piece = usePiece({ section, id }, fresh)
  const { draft, base } = piece
  const shape = schemaOf(schema.value, section)
  return (
    <PieceEditor
      piece={piece}
      what={`${one} ${id}`}
      patchFor={value => ({ [section]: { [id]: mergePatch(base.value?.value, value) } })}
      onDone={() => goTo(back.view, back.query)}
    >
      {shape === undefined ? (
        <Waiting what="what can be said of it" />
      ) : (
        <div class="panel">
          <Field
            bare
            label={id}
            schema={shape}
            value={draft.value}
            without={without}
            onChange={next => {
              draft.value = next ?? {}
            }}
          />
        </div>
      )}
    </PieceEditor>
  )
}
