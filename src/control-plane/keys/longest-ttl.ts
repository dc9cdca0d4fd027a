// For how long a resolver may remember anything of a zone but its keys: what a rollover has to wait for. Pure.
import type { Zone } from '../traffic/document/zone.js'
import type { TrafficDocument } from '../traffic/document.js'

/** Seconds. */
export function longestTtl(zone: Zone, { zones }: Pick<TrafficDocument, 'zones'>): number {
  // What stands for an ALIAS comes from wherever its target is.
  const all = zone.aliases.length > 0 ? [...zones.values()] : [zone]
  return all.reduce((longest, each) => Math.max(longest, ownTtl(each)), 0)
}

function ownTtl({ ttl, apexTtl, soa, records, steered, file }: Zone): number {
  let longest = Math.max(ttl, apexTtl?.soa ?? 0, apexTtl?.ns ?? 0, soa.minimum)
  for (const record of records) longest = Math.max(longest, record.ttl)
  for (const record of steered) longest = Math.max(longest, record.ttl.max)
  for (let i = 0; file !== undefined && i < file.length; i++) longest = Math.max(longest, file.ttl(i))
  return longest
}
