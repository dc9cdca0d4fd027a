// A zone as a tree of names: record sets gathered, empty non-terminals made, cuts found, what they occlude put aside
// (RFC 1034 §4.2.1, RFC 4592 §2.2.2, RFC 2136 §7.18 on occlusion). There may be a million names: what stays of each is
// its key and a few numbers, and a key makes its parent's by dropping a label.
import { type Name, nameKey, parentKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { SteeredRecord, Zone } from '../traffic/document.js'
import type { RecordSet } from './encode.js'
import { ZoneRecords } from './zone-records.js'

/** Everything at one name. */
export interface Contents {
  readonly name: Name
  /** One a type. */
  readonly sets: readonly RecordSet[]
  readonly steered: SteeredRecord | undefined
}

export interface ZoneContents {
  /** The SOA as it stands in denials: its TTL is that of the denial (RFC 2308 §5). */
  readonly soa: RecordSet
  /** Key → number of the name. Cuts are among them, what lies below cuts is not. */
  readonly names: ReadonlyMap<string, number>
  /** No name has this number, or a higher one. */
  readonly nameCount: number
  readonly cuts: ReadonlySet<string>
  /**
   * What is at a name of the zone, or below one of its cuts, where the addresses of servers may be.
   * Made anew for each call.
   */
  at(key: string): Contents | undefined
}

/** @param origins keys of the origins of all zones: names that a deeper one of them holds are not this zone's */
export function zoneContents(zone: Zone, origins: ReadonlySet<string>): ZoneContents {
  const records = new ZoneRecords(zone)
  const { names } = records
  const steered = new Map(zone.steered.map(record => [nameKey(record.owner), record]))
  for (const key of steered.keys()) records.addName(key)
  const apex = nameKey(zone.origin)
  const cuts = new Set<string>()
  for (const [key, number] of names) if (key !== apex && records.has(number, TYPE.NS)) cuts.add(key)
  const glue = new Map<string, number>()
  // Without cuts and other zones everything is inside.
  if (cuts.size > 0 || origins.size > 1) {
    for (const [key, number] of names) {
      const place = whereIs(key, apex, cuts, origins)
      if (place !== 'inside') names.delete(key)
      if (place === 'below-cut') glue.set(key, number)
    }
  }
  // Empty non-terminals exist (asking for one is NODATA, not NXDOMAIN): a map that grows is walked to its new end.
  for (const key of names.keys()) if (key !== apex) records.addName(parentKey(key))
  const soa = records.sets(names.get(apex)!).find(({ type }) => type === TYPE.SOA)! // ZoneRecords puts it there
  return {
    soa: { ...soa, ttl: Math.min(soa.ttl, zone.soa.minimum) },
    names,
    nameCount: records.nameCount,
    cuts,
    at(key) {
      const number = names.get(key) ?? glue.get(key)
      if (number === undefined) return undefined
      return { name: Buffer.from(key, 'latin1'), sets: records.sets(number), steered: steered.get(key) }
    },
  }
}

function whereIs(
  key: string,
  apex: string,
  cuts: ReadonlySet<string>,
  origins: ReadonlySet<string>,
): 'inside' | 'below-cut' | 'elsewhere' {
  let place: 'inside' | 'below-cut' = 'inside'
  for (let at = key; at !== '' && at !== apex; at = parentKey(at)) {
    if (origins.has(at)) return 'elsewhere'
    if (at !== key && cuts.has(at)) place = 'below-cut'
  }
  return place
}
