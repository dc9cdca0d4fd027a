// The DS that a parent has which is a zone of the same document. Pure.
import type { ParentSeen } from '../control-plane/keys/parent-seen.js'
import type { KeysOf } from '../control-plane/keys/zone-keys.js'
import { dsFor } from '../control-plane/publish/signed-zone.js'
import type { Zone } from '../control-plane/traffic/document/zone.js'
import type { TrafficDocument } from '../control-plane/traffic/document.js'
import { equalNames, nameKey, parentKey } from '../dns/name.js'
import { TYPE } from '../dns/numbers.js'

/** Undefined where the parent is none of ours. @param now seconds since 1970 */
export function ownParent(zone: Zone, { zones }: TrafficDocument, keysOf: KeysOf, now: number): ParentSeen | undefined {
  const origins = new Map([...zones.values()].map(each => [nameKey(each.origin), each]))
  let key = parentKey(nameKey(zone.origin))
  while (key.length > 1 && !origins.has(key)) key = parentKey(key)
  const parent = origins.get(key)
  if (parent === undefined) return undefined
  const written = [...parent.records, ...(parent.file ?? [])].filter(
    ({ type, owner }) => type === TYPE.DS && equalNames(owner, zone.origin),
  )
  const keys = keysOf(zone)
  const made = keys === undefined || parent.dnssec === undefined ? undefined : dsFor(zone.origin, keys, zone.ttl)
  const rdatas = written.length > 0 ? written.map(({ rdata }) => rdata) : (made?.rdatas ?? [])
  const ttl = Math.max(0, ...written.map(({ ttl }) => ttl), made?.ttl ?? 0)
  return { at: now, ttl, everywhere: rdatas, somewhere: rdatas }
}
