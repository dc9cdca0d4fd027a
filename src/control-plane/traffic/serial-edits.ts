// A serial that is written has to be raised with each change of its zone, where it is written (RFC 2136 §3.6).
import { nextSerial } from '../../dns/serial.js'
import type { Zone } from './document/zone.js'
import type { Edit } from './edit.js'
import { zoneEntries } from './steered-path.js'

/** The edits of records of the zone, and that of its serial where there has to be one. */
export function withSerial(edits: readonly Edit[], zone: Zone, written: unknown): readonly Edit[] {
  const [entry] = zoneEntries(written, zone.origin)
  if (edits.length === 0 || zone.serialFrom !== 'document' || entry === undefined) return edits
  return [...edits, { path: ['zones', entry[0], 'soa', 'serial'], value: nextSerial(zone.soa.serial) }]
}
