// From the static records that a name has to those that it is to have, as edits of the document as written. What stays
// keeps the words in which it was written.
import { equalNames, formatName, isWithin, type Name } from '../../dns/name.js'
import { typeName, typeNumber } from '../../dns/numbers.js'
import { encodeRdata, formatRdata, RdataError } from '../../dns/rdata.js'
import type { StaticRecord } from './document/zone.js'
import type { Edit } from './edit.js'
import { isMap } from './edit-value.js'
import { entriesNamed, zoneEntries } from './steered-path.js'

/** The edits after which the static records of `owner` are `after`; `before` is what they are now. */
export function recordEdits(
  written: unknown,
  origin: Name,
  owner: Name,
  before: readonly StaticRecord[],
  after: readonly StaticRecord[],
): readonly Edit[] {
  const [zone] = zoneEntries(written, origin)
  if (zone === undefined) throw new Error(`the document has no zone ${formatName(origin)}`)
  const [zoneKey, { records = {} }] = zone
  const path = ['zones', zoneKey, 'records']
  const fresh = after.filter(record => !before.some(known => isSame(known, record))).map(writtenForm)
  const entries = entriesNamed(records, owner, origin)
  if (entries.length === 0) {
    return fresh.length === 0
      ? []
      : [{ path: [...path, relativeOwner(owner, origin)], value: inShape(fresh, undefined) }]
  }
  return entries.map(([key, entry], i) => {
    const items: readonly unknown[] = Array.isArray(entry) ? entry : [entry]
    const kept = items.flatMap(item => keptItem(item, origin, before, after))
    // New records go where the first ones of their name are.
    const value = inShape(i === 0 ? [...kept, ...fresh] : kept, entry)
    return { path: [...path, key], value }
  })
}

/** The item as it is to be: as it was, with another TTL, or not at all. */
function keptItem(
  item: unknown,
  origin: Name,
  before: readonly StaticRecord[],
  after: readonly StaticRecord[],
): readonly unknown[] {
  const data = dataOf(item, origin)
  if (data === undefined) return [item]
  const now = after.find(record => isSame(record, data))
  if (now === undefined) return []
  const then = before.find(record => isSame(record, data))
  return then?.ttl === now.ttl ? [item] : [{ ...(item as object), ttl: now.ttl }] // dataOf has seen that it is a map
}

type Data = Pick<StaticRecord, 'type' | 'rdata'>

/** Type and data of a static record as written; undefined for anything else. */
function dataOf(item: unknown, origin: Name): Data | undefined {
  if (!isMap(item) || typeof item['type'] !== 'string' || typeof item['data'] !== 'string') return undefined
  // Its data are no more than a part of it.
  if ('hints' in item) return undefined
  const type = typeNumber(item['type'])
  if (type === undefined) return undefined
  try {
    return { type, rdata: encodeRdata(type, item['data'], origin) }
  } catch (error) {
    if (error instanceof RdataError) return undefined
    throw error
  }
}

const isSame = (a: Data, b: Data): boolean => a.type === b.type && Buffer.compare(a.rdata, b.rdata) === 0

const writtenForm = ({ type, rdata, ttl }: StaticRecord) => ({
  type: typeName(type),
  data: formatRdata(type, rdata),
  ttl,
})

/** A lone record stands alone where it did before, or where nothing was; nothing at all takes the name out. */
function inShape(items: readonly unknown[], before: unknown): unknown {
  if (items.length === 0) return undefined
  return items.length === 1 && !Array.isArray(before) ? items[0] : items
}

/** As people write an owner in its zone. */
export function relativeOwner(name: Name, origin: Name): string {
  if (equalNames(name, origin)) return '@'
  const text = formatName(name)
  if (!isWithin(name, origin) || origin.length === 1) return text
  return text.slice(0, -formatName(origin).length - 1)
}
