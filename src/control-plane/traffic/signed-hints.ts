// Hints that follow a steered name, in a zone that is signed: an answer has what was drawn for each of two families, and each way to do so is signed.
import { formatName, nameKey } from '../../dns/name.js'
import { typeName } from '../../dns/numbers.js'
import { effectiveTarget } from '../../dns/svcb.js'
import type { PlacedWhole } from './across-zones.js'
import type { PolicySpec } from './document/policy.js'
import type { SteeredRecord } from './document/zone.js'
import type { Report } from './finding.js'
import { setsOf, takeOf } from './parse-dnssec.js'

/** Ways in which the hints of both families can come together; each is signed. */
const MOST_WAYS = 20_000

export function checkSignedHints(
  zones: readonly PlacedWhole[],
  policies: ReadonlyMap<string, PolicySpec>,
  report: Report,
): void {
  const signed = zones.filter(({ zone, hinted }) => zone.dnssec !== undefined && hinted.length > 0)
  if (signed.length === 0) return
  const steered = new Map<string, SteeredRecord>(
    zones.flatMap(({ zone }) => zone.steered.map(record => [nameKey(record.owner), record] as const)),
  )
  // An ALIAS of what is known is known as well; one of an ALIAS may have to wait for that.
  for (const { zone } of zones)
    for (const { owner, target } of zone.aliases) {
      const record = steered.get(nameKey(target))
      if (record !== undefined) steered.set(nameKey(owner), record)
    }
  for (const { hinted } of signed)
    for (const { owner, type, rdata, path } of hinted) {
      const target = effectiveTarget(owner, rdata!) // faulty data has no hints
      const record = steered.get(nameKey(target))
      if (record === undefined) continue // that is reported elsewhere
      const { regions, fallback } = record
      const sets = setsOf(regions.length + fallback.length, takeOf(policies.get(record.policy)?.steps ?? []))
      if (sets * sets > MOST_WAYS)
        report({
          path: [...path, 'hints'],
          message: `the answers of ${formatName(target)} can hold ${sets > 1e6 ? 'more than a million' : sets} different sets of regions in either family, and the ${typeName(type)} record would have to be signed with each of both together; ${MOST_WAYS} is the most. Write the hints out, or use fewer regions`,
        })
    }
}
