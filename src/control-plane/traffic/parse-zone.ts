// From a zone as written to its SOA, nameservers and records, each with its place.
import { type Prefix, parsePrefix } from '../../dns/address.js'
import { formatName, type Name, ROOT } from '../../dns/name.js'
import type { ZoneFile } from '../../dns/zonefile.js'
import type { PlacedWhole } from './across-zones.js'
import type { Soa, StaticRecord, Zone } from './document/zone.js'
import type { Finding, Report } from './finding.js'
import { isAlias, parseAlias } from './parse-alias.js'
import { checkSigned, parseDnssec } from './parse-dnssec.js'
import { readSeconds } from './parse-duration.js'
import { readMailbox, readName, readOwner } from './parse-name.js'
import { parseStatic, type WrittenStatic } from './parse-static.js'
import { type KnownToZone, parseSteered, type WrittenSteered } from './parse-steered.js'
import { parseTransfer, parseUpdate } from './parse-transfer.js'
import { type FromFile, parseZoneFile, type ZoneSource } from './parse-zone-file.js'
import type { Path } from './path.js'
import { placeFileRecords } from './place-file-records.js'
import type { PlacedAlias, PlacedStatic, PlacedSteered, PlacedZone } from './placed.js'
import type { PlacedEntry, RememberedZone } from './remembered.js'
import type { WrittenTraffic } from './schema.js'
import type { Sound } from './shape.js'
import { checkZone } from './zone-rules.js'

type Written = Sound<WrittenTraffic['zones'][string]>
type WrittenOwner = NonNullable<NonNullable<Written['records']>[string]>

const TTL = 3600
const NEGATIVE_TTL = 60
const SOA = { refresh: 7200, retry: 900, expire: 14 * 86_400 } as const
const EVERYBODY = ['0.0.0.0/0', '::/0'] as const

/**
 * `serial` is that of the SOA where none is written, `source` where zone files come from. A zone that was sound before, and
 * of which nothing has changed, is not read again.
 */
export function parseZone(
  origin: Name,
  written: Written,
  known: KnownToZone,
  serial: number,
  source: ZoneSource,
  path: Path,
  report: Report,
): PlacedWhole {
  const { remembered, warn } = source
  const memory = remembered?.zone(String(path.at(-1)))
  const context = remembered?.refer(known) ?? ''
  const file = memory && zoneFileOf(written, origin, source)
  const before = memory?.whole
  if (
    before?.written === written &&
    before.context === context &&
    before.serial === serial &&
    before.file === file &&
    (file !== undefined || written.file === undefined)
  ) {
    before.warnings.forEach(warn)
    return before.placed
  }
  let sound = true
  const warnings: Finding[] = []
  const placed = readZone(
    origin,
    written,
    { ...known, memory, context },
    serial,
    { ...source, warn: finding => warnings.push(finding) },
    path,
    finding => {
      sound = false
      report(finding)
    },
  )
  warnings.forEach(warn)
  if (memory !== undefined) memory.whole = sound ? { written, context, serial, file, placed, warnings } : undefined
  return placed
}

/** What is in its zone file, the same object for as long as the file stays as it is. */
function zoneFileOf({ file }: Written, origin: Name, { read }: ZoneSource): ZoneFile | undefined {
  try {
    return file === undefined ? undefined : read?.(file, origin)
  } catch {
    return undefined // it is read once more, and then said
  }
}

/** Where what was read before is kept, and what says all that records can refer to. */
interface Before {
  readonly memory: RememberedZone | undefined
  readonly context: string
}

function readZone(
  origin: Name,
  written: Written,
  known: KnownToZone & Before,
  serial: number,
  source: ZoneSource,
  path: Path,
  report: Report,
): PlacedWhole {
  const ttl = readSeconds(written.ttl, TTL, [...path, 'ttl'], report)
  const writtenServers = readNameservers(written.nameservers ?? [], [...path, 'nameservers'], report)
  const { statics, steered, aliases } = readRecords(
    written.records ?? {},
    { origin, ttl },
    known,
    [...path, 'records'],
    report,
  )
  const { file } = written
  const filePath = [...path, 'file']
  const fromFile = file === undefined ? undefined : parseZoneFile(file, origin, source, filePath, report)
  if (fromFile !== undefined) checkApex(written, fromFile, path, report)
  const nameservers = [...writtenServers, ...(fromFile?.nameservers ?? [])]
  const placed: PlacedZone = { origin, path, nameservers, statics, steered, aliases }
  const inFile = fromFile === undefined ? [] : placeFileRecords(fromFile.records, placed, filePath)
  checkZone({ ...placed, statics: [...statics, ...inFile] }, report, source.warn)
  const transfer = parseTransfer(written.transfer ?? {}, [...path, 'transfer'], report)
  const dnssec = parseDnssec(written.dnssec, [...path, 'dnssec'], report)
  if (dnssec !== undefined)
    checkSigned({ ...placed, statics: [...statics, ...inFile] }, dnssec, transfer, known, report)
  const serialFrom = fromFile?.soa !== undefined ? 'file' : written.soa?.serial !== undefined ? 'document' : 'count'
  const zone: Zone = {
    origin,
    soa: fromFile?.soa ?? readSoa(written, origin, nameservers[0]?.name ?? ROOT, serial, path, report),
    ttl,
    nameservers: nameservers.map(({ name }) => name),
    records: statics.map(recordOf),
    steered: steered.map(({ steered }) => steered),
    aliases: aliases.map(({ alias }) => alias),
    ...(fromFile === undefined ? {} : { file: fromFile.records }),
    apexTtl:
      fromFile?.soa === undefined ? { ...fromFile?.apexTtl, ...soaTtl(written, path, report) } : fromFile.apexTtl,
    ecsTrust: readNetworks(written['ecs-trust'] ?? EVERYBODY, [...path, 'ecs-trust'], report),
    serialFrom,
    transfer,
    ...(dnssec === undefined ? {} : { dnssec }),
    update: parseUpdate(written.update ?? [], { origin, serialFrom }, [...path, 'update'], report),
  }
  return { zone, path, hinted: statics.filter(({ hints }) => hints !== undefined) }
}

/** The same object for the same placed one. */
function recordOf(placed: PlacedStatic): StaticRecord {
  const { owner, type, ttl, rdata = new Uint8Array(), hints } = placed
  const record = records.get(placed) ?? { owner, type, ttl, rdata, ...(hints === undefined ? {} : { hints }) }
  records.set(placed, record)
  return record
}

const records = new WeakMap<PlacedStatic, StaticRecord>()

/** What the file says of the apex, the document does not say as well. */
function checkApex(written: Written, { soa, nameservers, faulty }: FromFile, path: Path, report: Report): void {
  for (const key of ['soa', 'negative-ttl'] as const) {
    if (soa !== undefined && written[key] !== undefined)
      report({ path: [...path, key], part: 'key', message: 'the zone file has the SOA record; leave this away' })
  }
  if (nameservers.length > 0 && written.nameservers !== undefined)
    report({
      path: [...path, 'nameservers'],
      part: 'key',
      message: 'the zone file has the NS records of the zone; leave this away',
    })
  if (nameservers.length === 0 && written.nameservers === undefined && !faulty)
    report({ path, message: 'the zone file has no NS records of the zone, so the key "nameservers" is needed' })
}

function soaTtl({ soa }: Written, path: Path, report: Report): NonNullable<Zone['apexTtl']> {
  return soa?.ttl === undefined ? {} : { soa: readSeconds(soa.ttl, TTL, [...path, 'soa', 'ttl'], report) }
}

function readSoa(written: Written, origin: Name, mname: Name, serial: number, path: Path, report: Report): Soa {
  const soa = written.soa ?? {}
  const at = [...path, 'soa']
  const mailbox = soa.mailbox ?? `hostmaster@${formatName(origin)}`
  const seconds = (key: keyof typeof SOA): number => readSeconds(soa[key], SOA[key], [...at, key], report)
  const primary = soa.primary === undefined ? mname : readName(soa.primary, { path: [...at, 'primary'] }, report)
  return {
    mname: primary ?? ROOT,
    rname: readMailbox(mailbox, { path: [...at, 'mailbox'] }, report) ?? ROOT,
    serial: soa.serial ?? serial,
    refresh: seconds('refresh'),
    retry: seconds('retry'),
    expire: seconds('expire'),
    minimum: readSeconds(written['negative-ttl'], NEGATIVE_TTL, [...path, 'negative-ttl'], report),
  }
}

function readNameservers(
  written: readonly (string | undefined)[],
  path: Path,
  report: Report,
): PlacedZone['nameservers'] {
  return written.flatMap((text, i) => {
    const name = text === undefined ? undefined : readName(text, { path: [...path, i] }, report)
    return name === undefined ? [] : [{ name, path: [...path, i] }]
  })
}

function readNetworks(written: readonly (string | undefined)[], path: Path, report: Report): readonly Prefix[] {
  return written.flatMap((text, i) => {
    if (text === undefined) return []
    const prefix = parsePrefix(text)
    if (prefix === undefined)
      report({
        path: [...path, i],
        message: `"${text}" is not a network such as 192.0.2.0/24 with zeros after its length`,
      })
    return prefix === undefined ? [] : [prefix]
  })
}

function readRecords(
  written: NonNullable<Written['records']>,
  zone: { readonly origin: Name; readonly ttl: number },
  known: KnownToZone & Before,
  path: Path,
  report: Report,
): PlacedEntry {
  const { memory, context } = known
  memory?.begin(`${formatName(zone.origin)} ${zone.ttl}`)
  const entries = Object.entries(written).flatMap(([key, entry]) => {
    const before = entry && memory?.entry(key, entry, context)
    if (before !== undefined) return [before]
    let sound = true
    const placed = readEntry(key, entry, zone, known, [...path, key], finding => {
      sound = false
      report(finding)
    })
    if (sound && entry !== undefined && placed !== undefined) memory?.keep(key, entry, placed, context)
    return placed ?? []
  })
  return {
    statics: entries.flatMap(({ statics }) => statics),
    steered: entries.flatMap(({ steered }) => steered),
    aliases: entries.flatMap(({ aliases }) => aliases),
  }
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
