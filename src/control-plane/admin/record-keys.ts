// Under which keys the names of a zone stand in its records: a name can be written in many ways, and a zone can have many names.
import { type Name, nameKey } from '../../dns/name.js'
import { maps } from '../descent/descent.js'
import { nameOf } from './lookup.js'

/** Whether two texts mean the same name, or are the same where they mean none. */
export const sameName = (a: string, b: string): boolean => nameWord(a) === nameWord(b)

/** The same for two texts that mean the same name. */
function nameWord(text: string, origin?: Name): string {
  const name = nameOf(text, origin)
  // The key of a name begins with a length, which is no letter.
  return name === undefined ? `text ${text}` : nameKey(name)
}

type RecordMap = Readonly<Record<string, unknown>>

interface KeysByName {
  readonly zone: string
  readonly keys: ReadonlyMap<string, readonly string[]>
}

/** The keys under which a name stands in the records of a zone. */
export const keysOfName = (records: RecordMap, zone: string, name: string): readonly string[] =>
  keysByName(records, zone).get(nameWord(name, nameOf(zone))) ?? []

/** They stay as they are while no key comes or goes. */
function keysByName(records: RecordMap, zone: string): KeysByName['keys'] {
  const known = indexes.get(records) ?? indexBefore(records)
  const index = known?.zone === zone ? known : { zone, keys: groupedByName(records, zone) }
  indexes.set(records, index)
  return index.keys
}

function indexBefore(records: RecordMap): KeysByName | undefined {
  const { from, difference: key } = maps.parentOf(records) ?? {}
  const sameKeys = from !== undefined && key !== undefined && Object.hasOwn(from, key) && Object.hasOwn(records, key)
  return sameKeys ? indexes.get(from) : undefined
}

function groupedByName(records: RecordMap, zone: string): KeysByName['keys'] {
  const origin = nameOf(zone)
  const keys = new Map<string, string[]>()
  for (const key of Object.keys(records)) {
    const word = nameWord(key, origin)
    const same = keys.get(word)
    if (same === undefined) keys.set(word, [key])
    else same.push(key)
  }
  return keys
}

const indexes = new WeakMap<RecordMap, KeysByName>()
