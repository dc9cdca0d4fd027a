// What a revision says of its difference to the one before. Pure.
import type { Change } from './diff.js'
import type { NewRevision } from './revisions.js'

export function told(changes: readonly Change[], sameText: boolean): Pick<NewRevision, 'changes' | 'note'> {
  if (changes.length > 0) return { changes }
  return { changes, note: sameText ? 'a zone file has changed' : 'comments, layout or order have changed' }
}
