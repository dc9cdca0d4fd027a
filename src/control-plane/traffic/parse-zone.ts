// From a zone as written to its SOA, nameservers and records, each with its place.
import { type Prefix, parsePrefix } from '../../dns/address.js'
import { type Name, ROOT } from '../../dns/name.js'
import type { ZoneFile } from '../../dns/zonefile.js'
import { changedKeys, listBefore, mappedLists } from '../descent/descent.js'
import type { Steps } from '../threads/steps.js'
import type { PlacedWhole } from './across-zones.js'
import type { StaticRecord, Zone } from './document/zone.js'
import type { Finding, Report } from './finding.js'
import { checkApex, checkExpire, readNameservers, readSoa, soaTtl, TTL } from './parse-apex.js'
import { checkSigned, parseDnssec } from './parse-dnssec.js'
import { readSeconds } from './parse-duration.js'
import { type Before, readRecords } from './parse-records.js'
import type { KnownToZone } from './parse-steered.js'
import { parseTransfer, parseUpdate } from './parse-transfer.js'
import { parseZoneFile, type ZoneSource } from './parse-zone-file.js'
import type { Path } from './path.js'
import { placeFileRecords } from './place-file-records.js'
import type { PlacedAlias, PlacedStatic, PlacedSteered, PlacedZone } from './placed.js'
import { changedNames } from './recheck-zone.js'
import type { WholeZone } from './remembered.js'
import type { WrittenZone } from './written.js'
import { checkZone } from './zone-rules.js'

const EVERYBODY = ['0.0.0.0/0', '::/0'] as const

/**
 * `serial` is that of the SOA where none is written, `source` where zone files come from. A zone that was sound before, and
 * of which nothing has changed, is not read again.
 */
export function* parseZone(
  origin: Name,
  written: WrittenZone,
  known: KnownToZone,
  serial: number,
  source: ZoneSource,
  path: Path,
  report: Report,
): Steps<PlacedWhole> {
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
  const { placed, ruled } = yield* readZone(
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
  if (memory !== undefined)
    memory.whole = sound ? { written, context, serial, file, placed, ruled, warnings } : undefined
  return placed
}

/** What is in its zone file, the same object for as long as the file stays as it is. */
function zoneFileOf({ file }: WrittenZone, origin: Name, { read }: ZoneSource): ZoneFile | undefined {
  try {
    return file === undefined ? undefined : read?.(file, origin)
  } catch {
    return undefined // it is read once more, and then said
  }
}

function* readZone(
  origin: Name,
  written: WrittenZone,
  known: KnownToZone & Before,
  serial: number,
  source: ZoneSource,
  path: Path,
  report: Report,
): Steps<Pick<WholeZone, 'placed' | 'ruled'>> {
  const before = known.memory?.whole
  if (before !== undefined && isAmended(before, written, serial))
    return yield* withRecords(before, written, known, source, report)
  const ttl = readSeconds(written.ttl, TTL, [...path, 'ttl'], report)
  const writtenServers = readNameservers(written.nameservers ?? [], [...path, 'nameservers'], report)
  const { statics, steered, aliases } = yield* readRecords(
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
  const inFile = fromFile === undefined ? [] : yield* placeFileRecords(fromFile.records, placed, filePath)
  const all = inFile.length === 0 ? placed : { ...placed, statics: [...statics, ...inFile] }
  yield* checkZone((before && changedNames(before.ruled, all)) ?? all, report, source.warn)
  const transfer = parseTransfer(written.transfer ?? {}, [...path, 'transfer'], report)
  const dnssec = parseDnssec(written.dnssec, [...path, 'dnssec'], report)
  if (dnssec !== undefined) checkSigned(all, dnssec, transfer, known, report)
  const isSignedElsewhere = dnssec !== undefined && transfer.allow.length > 0
  const soa =
    fromFile?.soa ?? readSoa(written, origin, nameservers[0]?.name ?? ROOT, serial, isSignedElsewhere, path, report)
  if (isSignedElsewhere) checkExpire(soa, path, source.warn)
  const serialFrom = fromFile?.soa !== undefined ? 'file' : written.soa?.serial !== undefined ? 'document' : 'count'
  const zone: Zone = {
    origin,
    soa,
    ttl,
    nameservers: nameservers.map(({ name }) => name),
    records: yield* recordsOf(statics),
    steered: steeredOf(steered),
    aliases: aliasesOf(aliases),
    ...(fromFile === undefined ? {} : { file: fromFile.records }),
    apexTtl:
      fromFile?.soa === undefined ? { ...fromFile?.apexTtl, ...soaTtl(written, path, report) } : fromFile.apexTtl,
    ecsTrust: readNetworks(written['ecs-trust'] ?? EVERYBODY, [...path, 'ecs-trust'], report),
    serialFrom,
    transfer,
    ...(dnssec === undefined ? {} : { dnssec }),
    update: parseUpdate(written.update ?? [], { origin, serialFrom }, [...path, 'update'], report),
  }
  return { placed: { zone, path, hinted: hintedOf(statics) }, ruled: all }
}

/** Whether only records can be written otherwise, on which nothing else of the zone depends. */
function isAmended(before: WholeZone, written: WrittenZone, serial: number): boolean {
  const keys = changedKeys(before.written, written)
  const isPlain = before.file === undefined && written.file === undefined && written.dnssec === undefined
  return isPlain && before.serial === serial && keys !== undefined && [...keys].every(key => key === 'records')
}

/** The zone with its records read; all else stays the same objects. */
function* withRecords(
  { placed: { zone }, ruled }: WholeZone,
  written: WrittenZone,
  known: KnownToZone & Before,
  source: ZoneSource,
  report: Report,
): Steps<Pick<WholeZone, 'placed' | 'ruled'>> {
  const { path } = ruled
  const read = yield* readRecords(written.records ?? {}, zone, known, [...path, 'records'], report)
  const { statics, steered, aliases } = read
  const all: PlacedZone = { ...ruled, statics, steered, aliases }
  yield* checkZone(changedNames(ruled, all) ?? all, report, source.warn)
  return {
    placed: {
      zone: { ...zone, records: yield* recordsOf(statics), steered: steeredOf(steered), aliases: aliasesOf(aliases) },
      path,
      hinted: hintedOf(statics),
    },
    ruled: all,
  }
}

const hintedOf = (statics: readonly PlacedStatic[]): readonly PlacedStatic[] =>
  statics.filter(({ hints }) => hints !== undefined)

/** The same object for the same placed one. */
function recordOf(placed: PlacedStatic): StaticRecord {
  const { owner, type, ttl, rdata = new Uint8Array(), hints } = placed
  const record = records.get(placed) ?? { owner, type, ttl, rdata, ...(hints === undefined ? {} : { hints }) }
  records.set(placed, record)
  return record
}

const records = new WeakMap<PlacedStatic, StaticRecord>()

const recordsMade = mappedLists(recordOf)

/** What is known of each is at hand when the list is made. */
function* recordsOf(statics: readonly PlacedStatic[]): Steps<readonly StaticRecord[]> {
  if (listBefore(statics) === undefined)
    for (const placed of statics) {
      recordOf(placed)
      yield
    }
  return recordsMade(statics)
}
const steeredOf = mappedLists(({ steered }: PlacedSteered) => steered)
const aliasesOf = mappedLists(({ alias }: PlacedAlias) => alias)

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
