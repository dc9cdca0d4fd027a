// The records of a zone as the document writes them, name by name; what has not changed is not read again.
import { formatName, type Name } from '../../dns/name.js'
import type { Steps } from '../threads/steps.js'
import { amendedRecords } from './amended-records.js'
import type { Report } from './finding.js'
import { isAlias, parseAlias } from './parse-alias.js'
import { readOwner } from './parse-name.js'
import { parseStatic, type WrittenStatic } from './parse-static.js'
import { type KnownToZone, parseSteered, type WrittenSteered } from './parse-steered.js'
import type { Path } from './path.js'
import type { PlacedAlias, PlacedStatic, PlacedSteered } from './placed.js'
import type { PlacedEntry, RememberedZone } from './remembered.js'
import type { WrittenZone } from './written.js'

type Written = NonNullable<WrittenZone['records']>
type WrittenOwner = NonNullable<Written[string]>

/** Where what was read before is kept, and what says all that records can refer to. */
export interface Before {
  readonly memory: RememberedZone | undefined
  readonly context: string
}

export function* readRecords(
  written: Written,
  zone: { readonly origin: Name; readonly ttl: number },
  known: KnownToZone & Before,
  path: Path,
  report: Report,
): Steps<PlacedEntry> {
  const { memory, context } = known
  memory?.begin(`${formatName(zone.origin)} ${zone.ttl}`)
  let sound = true
  const told: Report = finding => {
    sound = false
    report(finding)
  }
  const placedAt = (key: string, report: Report): PlacedEntry =>
    placedEntry(key, written[key], zone, known, [...path, key], report)
  const placed =
    amendedRecords(memory, { written, context }, placedAt) ?? (yield* together(written, key => placedAt(key, told)))
  if (memory !== undefined) memory.records = sound ? { written, context, placed } : undefined
  return placed
}

/** All entries, a step for each. */
function* together(written: Written, placedAt: (key: string) => PlacedEntry): Steps<PlacedEntry> {
  const all = { statics: [] as PlacedStatic[], steered: [] as PlacedSteered[], aliases: [] as PlacedAlias[] }
  for (const key of Object.keys(written)) {
    const { statics, steered, aliases } = placedAt(key)
    all.statics.push(...statics)
    all.steered.push(...steered)
    all.aliases.push(...aliases)
    yield
  }
  return all
}

const NOTHING: PlacedEntry = { statics: [], steered: [], aliases: [] }

/** What stands at a key; what is as it was before is not read again. */
function placedEntry(
  key: string,
  entry: WrittenOwner | undefined,
  zone: { readonly origin: Name; readonly ttl: number },
  known: KnownToZone & Before,
  path: Path,
  report: Report,
): PlacedEntry {
  const { memory, context } = known
  const before = entry && memory?.entry(key, entry, context)
  if (before !== undefined) return before
  let sound = true
  const placed = readEntry(key, entry, zone, known, path, finding => {
    sound = false
    report(finding)
  })
  if (sound && entry !== undefined && placed !== undefined) memory?.keep(key, entry, placed, context)
  return placed ?? NOTHING
}

/** All records at one key; undefined after a report that it is no owner. */
function readEntry(
  key: string,
  entry: WrittenOwner | undefined,
  zone: { readonly origin: Name; readonly ttl: number },
  known: KnownToZone,
  path: Path,
  report: Report,
): PlacedEntry | undefined {
  const statics: PlacedStatic[] = []
  const aliases: PlacedAlias[] = []
  const steered: PlacedSteered[] = []
  const owner = readOwner(key, zone.origin, { path, part: 'key' }, report)
  if (owner === undefined || entry === undefined) return undefined
  for (const { record, at } of listed(entry, path)) {
    if (isSteered(record)) steered.push(parseSteered(record, owner, known, at, report))
    else if (isAlias(record)) {
      const placed = parseAlias(record, owner, { zone, origins: known.origins }, at, report)
      if (placed !== undefined) aliases.push(placed)
    } else {
      const placed = parseStatic(record, owner, zone, at, report)
      if (placed !== undefined) statics.push(placed)
    }
  }
  return { statics, steered, aliases }
}

type WrittenRecord = WrittenStatic | WrittenSteered

function listed(entry: WrittenOwner, path: Path): readonly { readonly record: WrittenRecord; readonly at: Path }[] {
  if (!Array.isArray(entry)) return [{ record: entry as WrittenRecord, at: path }] // Array.isArray does not narrow readonly arrays
  return (entry as readonly (WrittenRecord | undefined)[]).flatMap((record, i) =>
    record === undefined ? [] : [{ record, at: [...path, i] }],
  )
}

const isSteered = (record: WrittenRecord): record is WrittenSteered => 'steer' in record
