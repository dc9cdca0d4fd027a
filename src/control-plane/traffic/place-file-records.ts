// Which records of a zone file the rules across records have to see: of a million, those of which a rule speaks.
import { equalNames, type Name, nameKey, parentKey } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { RecordTable } from '../../dns/record-table.js'
import type { Steps } from '../threads/steps.js'
import { filePlace } from './parse-zone-file.js'
import type { Path } from './path.js'
import type { PlacedStatic, PlacedZone } from './placed.js'

/**
 * The records beside an alias, at or below a delegation, and at names that the document speaks of. All others stand
 * alone; that a set has no record twice, and one TTL, has been seen to by who read the file.
 */
export function* placeFileRecords(table: RecordTable, zone: PlacedZone, path: Path): Steps<PlacedStatic[]> {
  const { origin, nameservers, statics, steered, aliases } = zone
  const spoken = new Set([...statics, ...steered, ...aliases].map(({ key }) => key))
  for (const { name } of nameservers) spoken.add(nameKey(name))
  const above = new Set<string>()
  const mark = (type: number, owner: Name): void => {
    if (type === TYPE.CNAME) spoken.add(nameKey(owner))
    if (type === TYPE.DNAME || (type === TYPE.NS && !equalNames(owner, origin))) above.add(nameKey(owner))
  }
  for (const { type, owner } of statics) mark(type, owner)
  for (let i = 0; i < table.length; i++) {
    if (SPECIAL.has(table.type(i))) mark(table.type(i), table.owner(i))
    yield
  }

  const placed: PlacedStatic[] = []
  for (let i = 0; i < table.length; i++) {
    yield
    const type = table.type(i)
    const key = nameKey(table.owner(i))
    if (!spoken.has(key) && !isAtOrBelow(key, above)) continue
    const { owner, ttl, rdata } = table.at(i)
    const ofApex = equalNames(owner, origin) && (type === TYPE.SOA || type === TYPE.NS)
    if (!ofApex) placed.push({ path, at: filePlace(table, i), owner, key, type, ttl, rdata })
  }
  return placed
}

const SPECIAL: ReadonlySet<number> = new Set([TYPE.CNAME, TYPE.DNAME, TYPE.NS])

function isAtOrBelow(key: string, points: ReadonlySet<string>): boolean {
  if (points.size === 0) return false
  for (let at = key; at !== ''; at = parentKey(at)) if (points.has(at)) return true
  return false
}
