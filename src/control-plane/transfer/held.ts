// The records of a zone at the names that an update speaks of, and where each stands: only what stands in the document
// can be changed by an update.
import { type Name, nameKey } from '../../dns/name.js'
import { namesIn } from '../../dns/rdata.js'
import { recordsOf, type StaticView } from '../publish/static-view.js'
import type { StaticRecord, Zone } from '../traffic/document/zone.js'

export interface Held extends StaticRecord {
  /** `made`: from other keys of the zone, such as nameservers and steered names. */
  readonly from: 'document' | 'file' | 'made'
}

/** By the keys of the names. */
export type Holdings = ReadonlyMap<string, readonly Held[]>

export function holdingsAt(names: Iterable<Name>, zone: Zone, view: StaticView): Holdings {
  const found = new Map<string, Held[]>([...names].map(name => [nameKey(name), []]))
  const inDocument: ReadonlySet<unknown> = new Set(zone.records)
  const made: ReadonlySet<unknown> = new Set([view.soa, ...view.head.filter(record => !inDocument.has(record))])
  for (const record of recordsOf(view)) {
    const from = inDocument.has(record) ? 'document' : made.has(record) ? 'made' : 'file'
    found.get(nameKey(record.owner))?.push({ ...record, from })
  }
  return found
}

/** RFC 4034 §6.2: names within the data are the same in whatever letter case. */
export function sameData(type: number, a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(caseless(type, a), caseless(type, b)) === 0
}

function caseless(type: number, rdata: Uint8Array): Uint8Array {
  const bytes = rdata.slice()
  for (const { offset, length } of namesIn(type, rdata))
    bytes.set(Buffer.from(nameKey(rdata.subarray(offset, offset + length)), 'latin1'), offset)
  return bytes
}
