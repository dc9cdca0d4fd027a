// Edits of a YAML text that keep comments and layout: only the bytes of what changes are touched.
import { isDeepStrictEqual } from 'node:util'
import { type Edit, EditError, refine, withEdit } from './edit-value.js'
import { patch } from './patch.js'
import { parseYaml, rewrite } from './yaml.js'
import { AliasError, plainValue } from './yaml-tree.js'

export type { Edit } from './edit-value.js'
export { EditError } from './edit-value.js'

/**
 * The text after the edits, one after the other. What cannot be patched in place is written anew by the YAML library,
 * which keeps comments but not columns.
 * @throws EditError where the text is no YAML, or a path leads nowhere
 */
export function editText(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, { path, value: written }) => {
    const value = read(before)
    return refine(value, withEdit(value, { path, value: asJson(written) }), []).reduce(editOne, before)
  }, text)
}

/** A plain copy: no other prototypes, no `undefined` inside, no `-0`, which would read back as something else. */
const asJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

function editOne(text: string, edit: Edit): string {
  const intended = withEdit(read(text), edit)
  const fits = (candidate: string): boolean => isDeepStrictEqual(tryRead(candidate), intended)
  const patched = patch(text, edit)
  if (patched !== undefined && fits(patched)) return patched
  const anew = rewrite(text, edit.path, edit.value)
  if (fits(anew)) return anew
  // Both change every use of an anchor where only one was meant.
  throw new EditError('the value is shared by an anchor; write it out by hand first')
}

function read(text: string): unknown {
  const value = tryRead(text)
  if (value === undefined) throw new EditError('the text is no sound YAML')
  return value
}

/** Undefined where the text is not sound; an empty one is an empty map. */
function tryRead(text: string): unknown {
  const { root, faults } = parseYaml(text)
  if (faults.length > 0) return undefined
  try {
    return root === undefined ? {} : plainValue(root)
  } catch (error) {
    if (!(error instanceof AliasError)) throw error
    return undefined
  }
}
