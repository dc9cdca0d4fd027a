// One ALIAS: a name that has the addresses of another one in our zones. It is no type of the DNS: resolvers see A and AAAA.
import { equalNames, formatName, isWithin, type Name, nameKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { Report } from './finding.js'
import { readSeconds } from './parse-duration.js'
import { readData, type WrittenStatic } from './parse-static.js'
import type { Path } from './path.js'
import type { PlacedAlias } from './placed.js'

export const ALIAS = 'ALIAS'

export const isAlias = ({ type }: WrittenStatic): boolean => type?.toUpperCase() === ALIAS

/** What an ALIAS can be checked against: names of zones, and whose addresses it cannot have. */
export interface Reach {
  readonly zone: { readonly origin: Name; readonly ttl: number }
  /** The origins of all zones. */
  readonly origins: readonly Name[]
}

/** Undefined after a report that its target cannot be read, or is nobody that we could ask. */
export function parseAlias(
  { data, ttl, hints }: WrittenStatic,
  owner: Name,
  { zone, origins }: Reach,
  path: Path,
  report: Report,
): PlacedAlias | undefined {
  const seconds = readSeconds(ttl, zone.ttl, [...path, 'ttl'], report)
  if (hints !== undefined) report({ path: [...path, 'hints'], message: 'only HTTPS and SVCB records have hints' })
  const at = [...path, 'data']
  // It is written as the target of a CNAME is.
  const target = data === undefined ? undefined : readData(TYPE.CNAME, data, zone.origin, at, report, ALIAS)
  if (target === undefined) return undefined
  if (equalNames(target, owner)) report({ path: at, message: 'an ALIAS cannot lead to itself' })
  else if (!origins.some(origin => isWithin(target, origin)))
    report({
      path: at,
      message: `${formatName(target)} is in none of the zones that are served here; an ALIAS has to lead to one of their names`,
    })
  return { path, owner, key: nameKey(owner), alias: { owner, target, ttl: seconds } }
}
