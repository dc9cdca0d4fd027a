// What a validator has to trust to find every signed zone of a document: the DS of those that have none at a parent in it.
import type { KeyStore } from '../../src/control-plane/keys/key-store.js'
import { dsFor } from '../../src/control-plane/publish/signed-zone.js'
import type { Zone } from '../../src/control-plane/traffic/document/zone.js'
import type { TrafficDocument } from '../../src/control-plane/traffic/document.js'
import { formatName } from '../../src/dns/name.js'
import { TYPE } from '../../src/dns/numbers.js'
import { formatRdata } from '../../src/dns/rdata.js'
import { type ModelZone, text } from '../data-plane/zone-model.js'

/** Zones that no other leads to. */
export function topsOf(zones: readonly ModelZone[]): readonly string[] {
  const names = zones.map(({ origin }) => text(origin))
  return names.filter(name => !names.some(above => name.endsWith(`.${above}`)))
}

/** DS records, one line each. */
export function anchorsOf(document: TrafficDocument, { keysOf }: KeyStore): string[] {
  const all = [...document.zones.values()]
  const parentOf = (name: string): Zone | undefined =>
    all
      .filter(({ origin }) => name !== formatName(origin) && name.endsWith(`.${formatName(origin)}`))
      .toSorted((one, other) => other.origin.length - one.origin.length)[0]
  return all.flatMap(zone => {
    const name = formatName(zone.origin)
    const keys = keysOf(zone)
    const above = parentOf(name)
    const isFound = above !== undefined && keysOf(above) !== undefined
    if (keys === undefined || isFound) return []
    return (dsFor(zone.origin, keys, zone.ttl)?.rdatas ?? []).map(data => `${name} DS ${formatRdata(TYPE.DS, data)}`)
  })
}
