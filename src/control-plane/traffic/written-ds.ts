// DS records that the document writes for a zone which it signs itself: they take the place of those that are made here, and are good only for
// as long as they lead to a key of that zone.
import { equalNames, formatName, type Name, nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { PlacedWhole } from './across-zones.js'
import type { Zone } from './document/zone.js'
import type { Report } from './finding.js'

export function warnOfWrittenDs(zones: readonly PlacedWhole[], warn: Report): void {
  const signed = new Set(zones.filter(({ zone }) => zone.dnssec !== undefined).map(({ zone }) => nameKey(zone.origin)))
  if (signed.size < 2) return // a zone below another, and that one
  for (const { zone, path } of zones) {
    if (zone.dnssec === undefined) continue
    for (const [key, owner] of ownersOfDs(zone))
      if (signed.has(key) && !equalNames(owner, zone.origin))
        warn({
          path,
          message: `the DS records of ${formatName(owner)} are written here, in place of those that are made of its keys, since it is signed in this document as well: where they lead to none of them, resolvers that validate give no answer. Leave them away`,
        })
  }
}

/** Names that have a DS record, by their keys. */
function ownersOfDs(zone: Zone): ReadonlyMap<string, Name> {
  const known = ownersOf.get(zone)
  if (known !== undefined) return known
  const { records, file } = zone
  const owners = records.filter(({ type }) => type === TYPE.DS).map(({ owner }) => owner)
  for (let i = 0; file !== undefined && i < file.length; i++) if (file.type(i) === TYPE.DS) owners.push(file.owner(i))
  const found = new Map(owners.map(owner => [nameKey(owner), owner]))
  ownersOf.set(zone, found)
  return found
}

/** A zone may have many records, and stays the same object until it changes. */
const ownersOf = new WeakMap<Zone, ReadonlyMap<string, Name>>()
