// From one value to another as a merge patch (RFC 7396): what is the same is not in it, what is gone is null. Pure.
import { isMap } from './shape.js'

/** @param after undefined where it is to be gone */
export function mergePatch(before: unknown, after: unknown): unknown {
  if (after === undefined) return null
  if (!isMap(before) || !isMap(after)) return after
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const other = keys.filter(key => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
  return Object.fromEntries(other.map(key => [key, mergePatch(before[key], after[key])]))
}
