// A traffic document as plain values that can be compared: names and addresses as text, lists whose order means nothing as sets. Pure.
import { formatAddress, formatPrefix } from '../../dns/address.js'
import { formatName, type Name } from '../../dns/name.js'
import { typeName } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { Steps } from '../threads/steps.js'
import type { StaticRecord, SteeredRecord, Zone } from './document/zone.js'
import type { TrafficDocument } from './document.js'
import { isMap, setOwn } from './edit-value.js'

/** Text, numbers, truth values, lists, maps, and sets of text. */
export type Plain = unknown

/** Keys of lists whose order has no meaning, wherever they stand. */
const SETS: ReadonlySet<string> = new Set(['addresses', 'checks', 'regions', 'expect', 'tags', 'of'])

/** A step for each record. `written` is the same document as people wrote it: what a default is, only it can tell. */
export function* plainDocument({ zones, ...rest }: TrafficDocument, written: unknown): Steps<Plain> {
  const there = isMap(written) && isMap(written['zones']) ? written['zones'] : {}
  const writtenZones = new Map(Object.entries(there).map(([name, zone]) => [absolute(name), zone]))
  const plainZones: [string, Plain][] = []
  for (const [name, zone] of zones) plainZones.push([name, yield* plainZone(zone, writtenZones.get(name))])
  return {
    ...(plain(rest, '') as object), // a map of sections
    zones: Object.fromEntries(plainZones),
  }
}

const absolute = (name: string): string => `${name.toLowerCase()}${name.endsWith('.') ? '' : '.'}`

/** A part of a zone, each time the same object for the same one. */
function plainPart(part: unknown, key: string): Plain {
  if (typeof part !== 'object' || part === null) return part
  const known = parts.get(part) ?? plain(part, key)
  parts.set(part, known)
  return known
}

const parts = new WeakMap<object, Plain>()

/** Whatever a section holds; an id is said by the key it stands under. */
function plain(value: unknown, key: string): Plain {
  if (value instanceof Map) return Object.fromEntries([...value].map(([id, item]) => [id, withoutId(plain(item, id))]))
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (Array.isArray(value)) {
    const items = value.map(item => plain(item, key))
    return SETS.has(key) ? new Set(items.map(item => (typeof item === 'string' ? item : JSON.stringify(item)))) : items
  }
  if (!isMap(value)) return value
  // An address as it is, however it was written.
  if (value['bytes'] instanceof Uint8Array && 'family' in value) return formatAddress(value['bytes'])
  // Whatever has a name in bytes and in text is a host.
  if (value['name'] instanceof Uint8Array && 'text' in value) return lower(value['name'])
  return Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, plain(item, inner)]))
}

function withoutId(value: Plain): Plain {
  if (!isMap(value)) return value
  const { id: _, ...rest } = value
  return rest
}

function* plainZone(zone: Zone, written: unknown): Steps<Plain> {
  const { origin, soa, nameservers, records, steered, aliases, file, ecsTrust, serialFrom: _, ...rest } = zone
  const says = isMap(written) ? written : {}
  // A serial that nobody wrote is the time of reading, and no change.
  const hasSerial = file !== undefined || (isMap(says['soa']) && 'serial' in says['soa'])
  const { serial, mname, rname, ...timers } = soa
  return {
    ...Object.fromEntries(Object.entries(rest).map(([key, part]) => [key, plainPart(part, key)])),
    aliases: Object.fromEntries(
      aliases.map(({ owner, target, ttl }) => [lower(owner), { target: lower(target), ttl }]),
    ),
    soa: {
      ...timers,
      // Elsewhere it is the first of the nameservers.
      ...(file === undefined ? {} : { mname: lower(mname) }),
      rname: lower(rname),
      ...(hasSerial ? { serial } : {}),
    },
    nameservers: new Set(nameservers.map(lower)),
    'ecs-trust': new Set(ecsTrust.map(formatPrefix)),
    ...('file' in says ? { file: says['file'] } : {}),
    ...(file === undefined ? {} : { 'records of the file': file.length }),
    records: yield* plainRecords(records, origin),
    steered: yield* plainSteered(steered, origin),
  }
}

/** RFC 4343: case means nothing in a name. */
const lower = (name: Name): string => formatName(name).toLowerCase()

/** By owner and type, as sets: DNS knows no order among them. */
function* plainRecords(records: readonly StaticRecord[], origin: Name): Steps<Plain> {
  const sets = new Map<string, { ttl: number; data: Set<string> }>()
  const all: Record<string, Plain> = {}
  for (const { owner, type, ttl, rdata, hints } of records) {
    const key = `${relative(owner, origin)} ${typeName(type)}`
    const set = sets.get(key) ?? { ttl, data: new Set() }
    set.data.add(`${formatRdata(type, rdata)}${hints === undefined ? '' : ' with hints: steer'}`)
    if (!sets.has(key)) setOwn(all, key, set)
    sets.set(key, set)
    yield
  }
  return all
}

function* plainSteered(records: readonly SteeredRecord[], origin: Name): Steps<Plain> {
  const all: Record<string, Plain> = {}
  for (const { owner, ...rest } of records) {
    setOwn(all, relative(owner, origin), plain(rest, ''))
    yield
  }
  return all
}

function relative(name: Name, origin: Name): string {
  const [text, zone] = [lower(name), lower(origin)]
  if (text === zone) return '@'
  return zone !== '.' && text.endsWith(`.${zone}`) ? text.slice(0, -zone.length - 1) : text
}
