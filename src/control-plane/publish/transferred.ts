// What of a signed zone its secondaries get: the static view with all that proves it, so that they can answer validators by themselves.
// Steered names are signed there with their static choice; what a zone of ours just below has, stands at the delegation to it.
import { isWithin, nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { TableRecord } from '../../dns/record-table.js'
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'
import { additionalOf } from './additional.js'
import { type AllZones, setsAt } from './all-zones.js'
import { setOf } from './reach.js'
import type { RecordSet } from './record-set.js'
import { contentsOf, staticView } from './static-view.js'
import type { SignedZone } from './zone-signing.js'

/** Sets of a signed zone, the SOA not among them. */
export interface Transferred {
  /** Its own, each of which is signed. */
  readonly own: readonly RecordSet[]
  /** At delegations, and the addresses of servers below them: nobody signs those here (RFC 4035 §2.2). */
  readonly notSigned: readonly RecordSet[]
}

export function transferred(zone: Zone, document: TrafficDocument, all: AllZones, signed: SignedZone): Transferred {
  const { contents } = all.get(nameKey(zone.origin))! // all zones are there
  const { names } = contents
  const cuts = new Set([...contents.delegated, ...[...contents.cuts].filter(key => names.has(key))])
  const secured = [...cuts].map(signed.dsAt).filter(set => set !== undefined)
  const own = [...signed.apexSets, ...signed.chain.map(({ set }) => set), ...secured]
  const notSigned = contents.delegated.flatMap(key => delegationTo(key, all))
  for (const set of setsIn(contentsOf(staticView(zone, document, all)))) {
    const key = nameKey(set.owner)
    if (names.has(key) && !cuts.has(key)) own.push(set)
    // What else is at a cut, or below one, nobody sees; nor what is below a DNAME, or another zone's.
    else if (set.type === TYPE.NS ? cuts.has(key) : isAddress(set) && contents.at(key) !== undefined)
      notSigned.push(set)
  }
  return { own, notSigned: withoutTwins(notSigned) }
}

const isAddress = ({ type }: RecordSet): boolean => type === TYPE.A || type === TYPE.AAAA

/** The servers that a zone of ours has, with their addresses where nobody else could tell them. */
function delegationTo(key: string, all: AllZones): readonly RecordSet[] {
  const servers = setOf(all.get(key)!.contents.at(key)!.sets, TYPE.NS)! // a zone of ours, and each zone has them
  const glue = additionalOf(servers, name => setsAt(name, all))
  return [servers, ...glue.filter(({ owner }) => isWithin(owner, servers.owner))]
}

/** The first of those that have one owner and type. */
function withoutTwins(sets: readonly RecordSet[]): readonly RecordSet[] {
  const first = new Map<string, RecordSet>()
  for (const set of sets) if (!first.has(keyOf(set))) first.set(keyOf(set), set)
  return [...first.values()]
}

/** Records as sets, in the order in which the sets begin. */
function setsIn(records: Iterable<TableRecord>): Iterable<RecordSet> {
  const sets = new Map<string, RecordSet & { readonly rdatas: Uint8Array[] }>()
  for (const { rdata, ...record } of records) {
    const key = keyOf(record)
    const known = sets.get(key)
    if (known === undefined) sets.set(key, { ...record, rdatas: [rdata] })
    else known.rdatas.push(rdata)
  }
  return sets.values()
}

const keyOf = ({ owner, type }: Pick<RecordSet, 'owner' | 'type'>): string => `${type} ${nameKey(owner)}`
