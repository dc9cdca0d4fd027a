// A zone as a tree of names: record sets gathered, empty non-terminals made, cuts found, what they occlude put aside
// (RFC 1034 §4.2.1, RFC 4592 §2.2.2, RFC 2136 §7.18 on occlusion).
import { type Name, nameKey, parent } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { SteeredRecord, Zone } from '../traffic/document.js'
import type { RecordSet } from './encode.js'

/** Everything at one name. */
export interface Contents {
  readonly name: Name
  readonly sets: Map<number, MutableSet>
  steered: SteeredRecord | undefined
}

interface MutableSet extends RecordSet {
  readonly rdatas: Uint8Array[]
}

export interface ZoneContents {
  /** The SOA as it stands in denials: its TTL is that of the denial (RFC 2308 §5). */
  readonly soa: RecordSet
  /** By name key; cuts are among them, what lies below cuts is not. */
  readonly names: ReadonlyMap<string, Contents>
  /** Below cuts: no part of the zone, but the addresses of servers may be among it. */
  readonly glue: ReadonlyMap<string, Contents>
  readonly cuts: ReadonlySet<string>
}

/** @param origins keys of the origins of all zones: names that a deeper one of them holds are not this zone's */
export function zoneContents(zone: Zone, origins: ReadonlySet<string>): ZoneContents {
  const all = gather(zone)
  const apex = nameKey(zone.origin)
  const cuts = new Set([...all].filter(([key, { sets }]) => key !== apex && sets.has(TYPE.NS)).map(([key]) => key))
  const names = new Map<string, Contents>()
  const glue = new Map<string, Contents>()
  for (const [key, contents] of all) {
    const place = whereIs(contents.name, apex, cuts, origins)
    if (place === 'inside') names.set(key, contents)
    if (place === 'below-cut') glue.set(key, contents)
  }
  for (const { name } of [...names.values()]) addAncestors(names, name, apex)
  const soa = all.get(apex)!.sets.get(TYPE.SOA)! // gather puts it there
  return { soa: { ...soa, ttl: Math.min(soa.ttl, zone.soa.minimum) }, names, glue, cuts }
}

function gather({ origin, soa, ttl, nameservers, records, steered }: Zone): Map<string, Contents> {
  const all = new Map<string, Contents>()
  const at = (name: Name): Contents => {
    const key = nameKey(name)
    const known = all.get(key)
    if (known !== undefined) return known
    const made: Contents = { name, sets: new Map(), steered: undefined }
    all.set(key, made)
    return made
  }
  const add = (owner: Name, type: number, ttl: number, rdata: Uint8Array): void => {
    const { sets } = at(owner)
    const set = sets.get(type)
    if (set === undefined) sets.set(type, { owner, type, ttl, rdatas: [rdata] })
    else set.rdatas.push(rdata)
  }
  const word = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
  const times = [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum].flatMap(word)
  add(origin, TYPE.SOA, ttl, Uint8Array.from([...soa.mname, ...soa.rname, ...times]))
  for (const nameserver of nameservers) add(origin, TYPE.NS, ttl, nameserver)
  for (const { owner, type, ttl, rdata } of records) add(owner, type, ttl, rdata)
  for (const record of steered) at(record.owner).steered = record
  return all
}

function whereIs(
  name: Name,
  apex: string,
  cuts: ReadonlySet<string>,
  origins: ReadonlySet<string>,
): 'inside' | 'below-cut' | 'elsewhere' {
  let place: 'inside' | 'below-cut' = 'inside'
  let key = nameKey(name)
  for (
    let at: Name | undefined = name;
    at !== undefined && key !== apex;
    at = parent(at), key = at ? nameKey(at) : ''
  ) {
    if (origins.has(key)) return 'elsewhere'
    if (at !== name && cuts.has(key)) place = 'below-cut'
  }
  return place
}

/** Empty non-terminals exist: asking for one is NODATA, not NXDOMAIN. */
function addAncestors(names: Map<string, Contents>, name: Name, apex: string): void {
  for (let at: Name | undefined = name; at !== undefined; at = parent(at)) {
    const key = nameKey(at)
    if (!names.has(key)) names.set(key, { name: at, sets: new Map(), steered: undefined })
    if (key === apex) return
  }
}
