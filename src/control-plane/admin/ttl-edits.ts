// From a patch of a steered record's TTL to edits of the document: only what would be different afterwards is written. Pure.
import type { SteeredRecord } from '../traffic/document/zone.js'
import { parseDuration } from '../traffic/duration.js'
import type { Edit } from '../traffic/edit.js'
import { isMap } from '../traffic/edit-value.js'
import type { RecordPatch } from './api-zone.js'

type TtlPatch = NonNullable<RecordPatch['ttl']> | null
type Bounds = SteeredRecord['ttl']

/**
 * `path` is where the TTL stands or would stand, `written` what stands there, and `now` what it comes to, in seconds.
 * A fixed TTL of which one bound is changed becomes two bounds.
 */
export function ttlEdits(path: Edit['path'], written: unknown, now: Bounds, patch: TtlPatch): readonly Edit[] {
  if (patch === null) return written === undefined ? [] : [{ path, value: undefined }]
  if (typeof patch !== 'object')
    return now.min === secondsIn(patch) && now.max === secondsIn(patch) ? [] : [{ path, value: patch }]
  const old: Readonly<Record<string, unknown>> = isMap(written) ? written : bothBounds(written)
  const changes = Object.entries(patch).filter(
    ([bound, value]) => (value === null ? bound in old : secondsIn(value) !== now[bound as keyof Bounds]), // the schema admits no other keys
  )
  if (changes.length === 0) return []
  const entries = Object.entries({ ...old, ...Object.fromEntries(changes) }).filter(([, value]) => value !== null)
  return [{ path, value: entries.length === 0 ? undefined : Object.fromEntries(entries) }]
}

const bothBounds = (written: unknown) => (written === undefined ? {} : { max: written, min: written })

/** NaN where it is no duration. */
export const secondsIn = (written: string | number): number => (parseDuration(written) ?? Number.NaN) / 1000
