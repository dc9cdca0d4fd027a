// A zone as a tree of names: record sets gathered, empty non-terminals made, cuts and DNAMEs found, what they occlude put
// aside (RFC 1034 §4.2.1, RFC 4592 §2.2.2, RFC 6672 §2.4, RFC 2136 §7.18 on occlusion). There may be a million names: what stays of each is
// its key and a few numbers, and a key makes its parent's by dropping a label.
import { type Name, nameKey, parentKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { Steps } from '../threads/steps.js'
import type { AliasRecord, StaticRecord, SteeredRecord, Zone } from '../traffic/document/zone.js'
import type { RecordSet } from './record-set.js'
import { ZoneRecords } from './zone-records.js'

/** Everything at one name. */
export interface Contents {
  readonly name: Name
  /** One a type. */
  readonly sets: readonly RecordSet[]
  readonly steered: SteeredRecord | undefined
  readonly alias: AliasRecord | undefined
  /** Those of the records in `sets` whose hints depend on the client. */
  readonly hinted: readonly StaticRecord[]
}

const NONE: readonly StaticRecord[] = []

export interface ZoneContents {
  /** The SOA as it stands in denials: its TTL is that of the denial (RFC 2308 §5). */
  readonly soa: RecordSet
  /** Key → number of the name. Cuts and DNAMEs are among them, what lies below them is not. */
  readonly names: ReadonlyMap<string, number>
  /** No name has this number, or a higher one. */
  readonly nameCount: number
  readonly cuts: ReadonlySet<string>
  readonly dnames: ReadonlySet<string>
  /** Of the zones of ours just below this one, those that no cut or DNAME of it hides. */
  readonly delegated: readonly string[]
  /**
   * What is at a name of the zone; below one of its cuts, where the addresses of servers may be; or on this side of a
   * delegation to a zone of ours. Made anew for each call.
   */
  at(key: string): Contents | undefined
}

/**
 * In steps: a zone may have a million names.
 * @param origins keys of the origins of all zones: names that a deeper one of them holds are not this zone's
 * @param below those of them that lie below this zone with no other one between
 */
export function* zoneContents(
  zone: Zone,
  origins: ReadonlySet<string>,
  below: readonly string[] = [],
): Steps<ZoneContents> {
  const records = yield* ZoneRecords.of(zone)
  const { names } = records
  const steered = new Map<string, SteeredRecord>()
  for (const record of zone.steered) {
    steered.set(nameKey(record.owner), record)
    yield
  }
  const aliases = new Map(zone.aliases.map(record => [nameKey(record.owner), record]))
  const hinted = new Map<string, StaticRecord[]>()
  for (const record of zone.records) {
    if (record.hints === undefined) continue
    const key = nameKey(record.owner)
    hinted.set(key, [...(hinted.get(key) ?? []), record])
  }
  for (const key of steered.keys()) {
    records.addName(key)
    yield
  }
  for (const key of aliases.keys()) records.addName(key)
  const apex = nameKey(zone.origin)
  const cuts = new Set<string>()
  const dnames = new Set<string>()
  for (const [key, number] of names) {
    if (key !== apex && records.has(number, TYPE.NS)) cuts.add(key)
    else if (records.has(number, TYPE.DNAME)) dnames.add(key)
    yield
  }
  const place = (key: string): Place => whereIs(key, apex, { cuts, dnames, origins })
  const aside = new Map<string, number>()
  // Without cuts, DNAMEs and other zones everything is inside.
  if (cuts.size + dnames.size + below.length > 0) {
    const ours = new Set(below)
    for (const [key, number] of names) {
      const at = place(key)
      if (at !== 'inside') names.delete(key)
      if (at === 'below-cut' || (at === 'elsewhere' && ours.has(key))) aside.set(key, number)
      yield
    }
  }
  const delegated = below.filter(key => {
    const above = parentKey(key)
    return place(above) === 'inside' && !cuts.has(above) && !dnames.has(above)
  })
  // What lies between this zone and one of ours below it exists as well.
  for (const key of delegated) records.addName(parentKey(key))
  // Empty non-terminals exist (asking for one is NODATA, not NXDOMAIN): a map that grows is walked to its new end.
  for (const key of names.keys()) {
    if (key !== apex) records.addName(parentKey(key))
    yield
  }
  return {
    soa: denialSoa(zone, records.sets(names.get(apex)!)),
    names,
    nameCount: records.nameCount,
    cuts,
    dnames,
    delegated,
    at(key) {
      const number = names.get(key) ?? aside.get(key)
      if (number === undefined) return undefined
      return {
        name: Buffer.from(key, 'latin1'),
        sets: records.sets(number),
        steered: steered.get(key),
        alias: aliases.get(key),
        hinted: hinted.get(key) ?? NONE,
      }
    },
  }
}

/** The SOA in denials, from the sets of the apex. */
export function denialSoa({ soa: { minimum } }: Pick<Zone, 'soa'>, apexSets: readonly RecordSet[]): RecordSet {
  const soa = apexSets.find(({ type }) => type === TYPE.SOA)! // ZoneRecords puts it there
  return { ...soa, ttl: Math.min(soa.ttl, minimum) }
}

type Place = 'inside' | 'below-cut' | 'below-dname' | 'elsewhere'

/** The points at which a zone ends. */
interface Ends {
  readonly cuts: ReadonlySet<string>
  readonly dnames: ReadonlySet<string>
  readonly origins: ReadonlySet<string>
}

/** Of several points above a name the topmost counts. */
function whereIs(key: string, apex: string, { cuts, dnames, origins }: Ends): Place {
  let place: Place = 'inside'
  for (let at = key; at !== ''; at = parentKey(at)) {
    if (at !== apex && origins.has(at)) return 'elsewhere'
    if (at !== key && cuts.has(at)) place = 'below-cut'
    else if (at !== key && dnames.has(at)) place = 'below-dname'
    if (at === apex) break
  }
  return place
}
