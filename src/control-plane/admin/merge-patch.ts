// A merge patch (RFC 7396) of the whole document as edits, so that what it does not name stays as it stands. Pure.
import type { Edit } from '../traffic/edit.js'
import { isMap, refine } from '../traffic/edit-value.js'

export const mergeEdits = (written: unknown, patch: unknown): readonly Edit[] =>
  refine(written, merged(written, patch), [])

/** RFC 7396 §2. */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch
  const before = isMap(target) ? target : {}
  const kept = Object.entries(before).filter(([key]) => patch[key] !== null || !Object.hasOwn(patch, key))
  const named = Object.entries(patch).flatMap(([key, value]) =>
    value === null ? [] : [[key, merged(Object.hasOwn(before, key) ? before[key] : undefined, value)] as const],
  )
  return Object.fromEntries([...new Map<string, unknown>([...kept, ...named])])
}
