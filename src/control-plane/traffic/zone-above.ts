// The zone of the document that a name is in.
import { isWithin, type Name } from '../../dns/name.js'
import type { Zone } from './document/zone.js'
import type { TrafficDocument } from './document.js'

/** The deepest one; undefined where the name is in none. */
export function zoneAbove(document: Pick<TrafficDocument, 'zones'>, name: Name): Zone | undefined {
  let found: Zone | undefined
  for (const zone of document.zones.values())
    if (isWithin(name, zone.origin) && zone.origin.length > (found?.origin.length ?? 0)) found = zone
  return found
}
