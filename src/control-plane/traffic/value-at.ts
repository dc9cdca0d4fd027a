// What stands at a path of a document as it is written. Pure.
import type { Edit } from './edit.js'
import { isMap } from './edit-value.js'

/** Undefined where nothing stands. */
export function valueAt(written: unknown, path: Edit['path']): unknown {
  return path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)]
    return isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined
  }, written)
}
