// Where a steered record stands in the document as written, so that an edit can reach it.
import { type Name, NameError, nameKey, parseName } from '../../dns/name.js'
import { isMap } from './edit-value.js'
import type { Path } from './path.js'

/** The path of the record that steers `owner` in the zone `origin`; undefined where nothing steers it. */
export function steeredPath(written: unknown, origin: Name, owner: Name): Path | undefined {
  for (const [zone, { records = {} }] of zoneEntries(written, origin))
    for (const [key, entry] of entriesNamed(records, owner, origin)) {
      const path = ['zones', zone, 'records', key]
      if (!Array.isArray(entry)) {
        if (isMap(entry) && 'steer' in entry) return path
        continue
      }
      const index = entry.findIndex(record => isMap(record) && 'steer' in record)
      if (index >= 0) return [...path, index]
    }
  return undefined
}

const child = (value: unknown, key: string): unknown => (isMap(value) ? value[key] : undefined)

/** The entry of a zone in the document as written: its key, and what it says. */
export const zoneEntries = (written: unknown, origin: Name): ReturnType<typeof entriesNamed> =>
  entriesNamed(child(written, 'zones'), origin)

/** The entries whose key is this name, however it is written. */
export function entriesNamed(
  map: unknown,
  name: Name,
  origin?: Name,
): readonly [string, Readonly<Record<string, unknown>>][] {
  if (!isMap(map)) return []
  // A document that has passed the gate holds nothing but maps and lists here.
  return Object.entries(map).filter(([key]) => means(key, name, origin)) as [
    string,
    Readonly<Record<string, unknown>>,
  ][]
}

function means(text: string, name: Name, origin?: Name): boolean {
  try {
    return nameKey(parseName(text, origin)) === nameKey(name)
  } catch (error) {
    if (error instanceof NameError) return false
    throw error
  }
}
