// What the zones of a document have, set by set: static records, and steered names with their plans; aliases as what they stand for.
import { formatName, type Name } from '../../dns/name.js'
import { TYPE, typeName } from '../../dns/numbers.js'
import { type AllZones, allContents } from '../publish/all-zones.js'
import { addressesOf } from '../publish/reach.js'
import { contentsOf, staticRest } from '../publish/static-view.js'
import type { AliasRecord, SteeredRecord, Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { type Plan, planOf } from './plan.js'
import type { Told } from './told.js'

/** All records of a name and type. */
export interface RecordSet {
  readonly owner: Name
  readonly type: number
  /** Seconds. */
  readonly ttl: number
  readonly rdatas: readonly Uint8Array[]
}

export interface ExportedZone {
  readonly zone: Zone
  /** Without its final dot. */
  readonly name: string
  readonly soa: RecordSet
  /** The NS records of the zone itself come first. */
  readonly sets: readonly RecordSet[]
  readonly plans: readonly Plan[]
  /** Those that the other system has as well. */
  readonly aliases: readonly AliasRecord[]
}

export const nameOf = (name: Name): string => formatName(name).replace(/(?<=.)\.$/, '')

/** Which aliases of a zone the other system has as well; of what others stand for it gets a copy. */
export type Keeps = (alias: AliasRecord, zone: Zone) => boolean

/** @param wanted without its final dot; all zones unless told. @throws Error with a sentence where there is no such zone */
export function zonesOf(
  document: TrafficDocument,
  wanted: string | undefined,
  told: Told,
  keeps: Keeps = () => false,
): readonly ExportedZone[] {
  const zones = [...document.zones.values()].filter(
    ({ origin }) => wanted === undefined || nameOf(origin) === wanted.toLowerCase().replace(/\.$/, ''),
  )
  if (zones.length === 0)
    throw new Error(wanted === undefined ? 'the document has no zones' : `there is no zone ${wanted}`)
  const contents = allContents(document)
  return zones.map(zone => exportedZone(document, zone, contents, told, keeps))
}

function exportedZone(
  document: TrafficDocument,
  zone: Zone,
  contents: AllZones,
  told: Told,
  keeps: Keeps,
): ExportedZone {
  const name = nameOf(zone.origin)
  const { soa, nameservers, records } = staticRest({ ...zone, aliases: [] }, document, contents)
  const sets = new Map<string, RecordSet & { readonly rdatas: Uint8Array[] }>()
  const add = (owner: Name, type: number, ttl: number, rdata: Uint8Array): void => {
    const key = `${nameOf(owner).toLowerCase()} ${type}`
    const set = sets.get(key) ?? { owner, type, ttl, rdatas: [] }
    set.rdatas.push(rdata)
    sets.set(key, set)
  }
  for (const { owner, type, ttl, rdata } of contentsOf({
    origin: zone.origin,
    head: [...nameservers, ...records],
    file: zone.file,
  }))
    add(owner, type, ttl, rdata)
  for (const { owner, type, hints } of zone.records)
    if (hints !== undefined)
      told.lose(
        `${nameOf(owner)} ${typeName(type)}`,
        'its hints no longer follow the steered name: they are the same for everybody',
      )
  const plans: Plan[] = zone.steered.map(record => planOf(document, nameOf(record.owner), record, told))
  const aliases = zone.aliases.filter(alias => keeps(alias, zone))
  for (const alias of zone.aliases) {
    if (aliases.includes(alias)) continue
    const owner = nameOf(alias.owner)
    const found = addressesOf(alias, contents)
    told.lose(owner, `ALIAS of ${nameOf(alias.target)}: a copy of what that has, which no longer follows it`)
    if (found.kind === 'static')
      for (const { type, ttl, rdatas } of found.sets) for (const rdata of rdatas) add(alias.owner, type, ttl, rdata)
    else plans.push(planOf(document, owner, { ...found.record, owner: alias.owner } satisfies SteeredRecord, told))
  }
  tellZone(name, zone, told)
  return { zone, name, soa: { ...soa, type: TYPE.SOA, rdatas: [soa.rdata] }, sets: [...sets.values()], plans, aliases }
}

function tellZone(name: string, { dnssec, transfer, update, ecsTrust, steered }: Zone, told: Told): void {
  if (dnssec !== undefined) told.lose(name, 'it is signed here; keys and signatures are left out')
  if (transfer.allow.length > 0 || transfer.notify.length > 0) told.lose(name, 'who may transfer it is left out')
  if (update.length > 0) told.lose(name, 'who may update it is left out')
  if (steered.length > 0 && ecsTrust.some(({ length }) => length > 0))
    told.lose(name, '"ecs-trust" is left out: which resolvers are believed is for the other system to say')
}

/** Seconds; in words where it moved. */
export function ttlOf({ name, record: { ttl } }: Plan, told: Told): number {
  if (ttl.min !== ttl.max)
    told.lose(name, `its TTL is ${ttl.max} s always, and moved from ${ttl.min} to ${ttl.max} s here`)
  return ttl.max
}
