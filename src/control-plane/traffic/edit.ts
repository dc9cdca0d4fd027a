// Edits of a YAML text that keep comments and layout: only the bytes of what changes are touched.
import { type Edit, EditError } from './edit-value.js'
import { editSheet, readSheet } from './sheet.js'

export type { Edit } from './edit-value.js'
export { EditError } from './edit-value.js'

/**
 * The text after the edits, one after the other; see `editSheet`.
 * @throws EditError where the text is no YAML, or a path leads nowhere
 */
export function editText(text: string, edits: readonly Edit[]): string {
  const read = readSheet(text, '')
  if ('problems' in read) throw new EditError('the text is no sound YAML')
  return editSheet(read.sheet, edits).text
}
