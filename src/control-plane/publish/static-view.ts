// The static view of a zone: what of it can be put into a zone file or sent to a secondary, which know neither clients
// nor health. A steered name has the addresses of all its candidates there, in the document's order, or the target of the
// first; an ALIAS has what the name has that it stands for; hints that follow a steered name are the addresses that it has here.
import { isDeepStrictEqual } from 'node:util'
import type { Family } from '../../dns/address.js'
import { equalNames, type Name } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { RecordTable, TableRecord } from '../../dns/record-table.js'
import { MOST_HINTS } from '../../snapshot/hints.js'
import type { Region } from '../traffic/document/region.js'
import type { AliasRecord, StaticRecord, SteeredRecord, Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type AllZones, allContents } from './all-zones.js'
import { hintsFrom, withHints } from './hint.js'
import { addressesOf } from './reach.js'
import { soaData } from './soa-data.js'

export interface StaticView {
  readonly origin: Name
  readonly serial: number
  readonly soa: TableRecord
  /** What stands in the document: the NS records of the apex, static records, and the static choice of steered names. */
  readonly head: readonly TableRecord[]
  /** What stands in its zone file; the SOA and NS records of the apex there are in `soa` and `head`. */
  readonly file: RecordTable | undefined
}

/** @param all the contents of its zones, where they are known already */
export function staticView(zone: Zone, document: TrafficDocument, all?: AllZones): StaticView {
  const { soa, nameservers, records, aliases } = staticRest(zone, document, all)
  const choiceOf = staticChoiceOf(document.regions)
  return {
    origin: zone.origin,
    serial: zone.soa.serial,
    soa,
    head: [
      ...nameservers,
      ...records,
      ...zone.steered.flatMap(record => choiceOf(record).map(chosen => ({ ...chosen, owner: record.owner }))),
      ...aliases,
    ],
    file: zone.file,
  }
}

/** Whether what it has depends on other zones. */
export const leadsOn = ({ aliases, records }: Zone): boolean =>
  aliases.length > 0 || records.some(({ hints }) => hints !== undefined)

/** `nameservers`: the NS records of the apex. */
interface StaticRest {
  readonly soa: TableRecord
  readonly nameservers: readonly TableRecord[]
  readonly records: readonly TableRecord[]
  readonly aliases: readonly TableRecord[]
}

/** What stands in the document, but for steered names; the records are the list that the zone has, where they lead nowhere. */
export function staticRest(zone: Zone, document: TrafficDocument, all?: AllZones): StaticRest {
  const { origin, soa, ttl, apexTtl = {}, nameservers, records, aliases } = zone
  const { regions } = document
  const zones: AllZones = leadsOn(zone) ? (all ?? allContents(document)) : new Map()
  return {
    soa: { owner: origin, type: TYPE.SOA, ttl: apexTtl.soa ?? ttl, rdata: soaData(soa) },
    nameservers: nameservers.map(rdata => ({ owner: origin, type: TYPE.NS, ttl: apexTtl.ns ?? ttl, rdata })),
    records: records.some(({ hints }) => hints !== undefined)
      ? records.map(record => (record.hints === undefined ? record : withStaticHints(record, zones, regions)))
      : records,
    aliases: aliases.flatMap(alias => standIn(alias, zones, regions)),
  }
}

/** All records but the SOA, one after the other. */
export function* contentsOf({
  origin,
  head,
  file,
}: Pick<StaticView, 'origin' | 'head' | 'file'>): IterableIterator<TableRecord> {
  yield* head
  for (let i = 0; file !== undefined && i < file.length; i++) {
    const type = file.type(i)
    const ofApex = (type === TYPE.SOA || type === TYPE.NS) && equalNames(file.owner(i), origin)
    if (!ofApex) yield file.at(i)
  }
}

/** All records, the SOA first. */
export function* recordsOf(view: StaticView): IterableIterator<TableRecord> {
  yield view.soa
  yield* contentsOf(view)
}

/** How many records there are, the SOA among them; of a file with an apex of its own a few too many. */
export const sizeOf = ({ head, file }: StaticView): number => 1 + head.length + (file?.length ?? 0)

/**
 * The addresses of all candidates that no operator has taken out; where these have none of a family, those of the
 * fallbacks, and then of the candidates that are out: a name exists, and has a type, wherever it is asked for.
 */
function staticChoice(
  { owner, regions: candidates, fallback, ttl }: SteeredRecord,
  regions: ReadonlyMap<string, Region>,
): readonly TableRecord[] {
  const named = (ids: readonly string[]): readonly Region[] => ids.map(id => regions.get(id)!) // parse checked them
  const all = named(candidates)
  const choices = [all.filter(({ enabled }) => enabled), named(fallback), all]
  // A name has one CNAME: all of its regions are of one kind.
  const target = choices.flat().find(region => region.target !== undefined)?.target
  if (target !== undefined) return [{ owner, type: TYPE.CNAME, ttl: ttl.max, rdata: target.name }]
  return FAMILIES.flatMap(([family, type]) => {
    const found = choices.map(choice => ofFamily(choice, family)).find(addresses => addresses.length > 0) ?? []
    return found.map(rdata => ({ owner, type, ttl: ttl.max, rdata }))
  })
}

/** Whether every steered record has the same static choice by the one as by the other. */
export const haveSameChoices = (a: TrafficDocument['regions'], b: TrafficDocument['regions']): boolean =>
  a === b || (a.size === b.size && [...a].every(([id, region]) => b.has(id) && choosesAs(region, b.get(id)!)))

const choosesAs = (a: Region, b: Region): boolean =>
  a === b ||
  (a.enabled === b.enabled && a.target?.text === b.target?.text && isDeepStrictEqual(a.addresses, b.addresses))

/**
 * The static choice of any steered record, each distinct one made once, and the same object every time. Its owner is that of
 * the first record that has it.
 */
export function staticChoiceOf(
  regions: ReadonlyMap<string, Region>,
): (record: SteeredRecord) => readonly TableRecord[] {
  const choices = new Map<string, readonly TableRecord[]>()
  return record => {
    const way = wayOf(record)
    const known = choices.get(way) ?? staticChoice(record, regions)
    choices.set(way, known)
    return known
  }
}

/** All that a static choice depends on, besides the regions. */
function wayOf(record: SteeredRecord): string {
  const { regions, fallback, ttl } = record
  const way = ways.get(record) ?? JSON.stringify([regions, fallback, ttl.max])
  ways.set(record, way)
  return way
}

const ways = new WeakMap<SteeredRecord, string>()

/** The addresses that an ALIAS has at the moment, or, where its name is steered, would have there. */
function standIn(alias: AliasRecord, zones: AllZones, regions: ReadonlyMap<string, Region>): readonly TableRecord[] {
  const { owner } = alias
  const addresses = addressesOf(alias, zones)
  if (addresses.kind === 'steered') return staticChoice({ ...addresses.record, owner }, regions)
  return addresses.sets.flatMap(({ type, ttl, rdatas }) => rdatas.map(rdata => ({ owner, type, ttl, rdata })))
}

/** What the hints of a record are, where its target has its static choice; kept for no longer than that. */
function withStaticHints(record: StaticRecord, zones: AllZones, regions: ReadonlyMap<string, Region>): TableRecord {
  const from = hintsFrom(record, zones)
  if (from === undefined) return record
  const choice = staticChoice(from, regions)
  const ofType = (wanted: number): readonly Uint8Array[] =>
    choice.flatMap(({ type, rdata }) => (type === wanted ? [rdata] : [])).slice(0, MOST_HINTS)
  const ttl = Math.min(record.ttl, from.ttl.max)
  return withHints({ ...record, ttl }, { v4: ofType(TYPE.A), v6: ofType(TYPE.AAAA) })
}

const FAMILIES: readonly (readonly [Family, number])[] = [
  [4, TYPE.A],
  [6, TYPE.AAAA],
]

const ofFamily = (regions: readonly Region[], family: Family): readonly Uint8Array[] =>
  regions.flatMap(({ addresses }) => addresses.filter(address => address.family === family).map(({ bytes }) => bytes))
