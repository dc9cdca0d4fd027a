// What the servers of a parent have of a zone, and whether that is what a stage of a rollover asks for. Pure.
import { type DigestName, dsData, keyTag } from '../../dns/dnssec-key.js'
import type { Name } from '../../dns/name.js'
import type { AtParent, Rollover } from './rollover.js'
import { stageOf } from './staged-keys.js'
import type { StoredKey } from './stored-key.js'

/** One server of the parent. */
export interface ParentServer {
  /** Its name, and the address that was asked: `ns1.example.net. (192.0.2.1)`. */
  readonly server: string
  /** Data of the DS records that it has. */
  readonly ds: readonly Uint8Array[]
}

/** Only where all servers of the parent have answered. */
export interface ParentSeen {
  /** When they were asked, seconds since 1970. */
  readonly at: number
  /** Absent where the parent is a zone of the same document. */
  readonly servers?: readonly ParentServer[]
  /** The longest TTL of a DS set, seconds; 0 where there is none. */
  readonly ttl: number
  /** Data of DS records that all servers have, and that some have. */
  readonly everywhere: readonly Uint8Array[]
  readonly somewhere: readonly Uint8Array[]
}

/** secure: a DS that all servers have leads to a key; insecure: there is none; broken: none leads to a key. */
export type ParentStanding = 'secure' | 'insecure' | 'broken'

export function standingOf(origin: Name, stored: readonly StoredKey[], seen: ParentSeen): ParentStanding {
  if (seen.somewhere.length === 0) return 'insecure'
  return stored.some(key => isNamed(origin, key, seen.everywhere)) ? 'secure' : 'broken'
}

/** Whether resolvers may hold a DS of the zone: while its parent has one, and until they have forgotten it when it leaves DNSSEC. */
export const mayBeHeld = (seen: ParentSeen | undefined, rollover: Rollover | undefined): boolean =>
  (seen !== undefined && seen.somewhere.length > 0) ||
  (rollover?.kind === 'unsign' && stageOf(rollover).waits.length > 0)

const DIGESTS: readonly DigestName[] = ['SHA256', 'SHA384']

/** Whether the DS set has a digest of the key that validators take. */
export const isNamed = (origin: Name, { dnskey }: Pick<StoredKey, 'dnskey'>, set: readonly Uint8Array[]): boolean =>
  DIGESTS.some(digest => set.some(rdata => Buffer.compare(rdata, dsData(origin, dnskey, digest)) === 0))

/** By tag and algorithm: a digest that we do not make leads to it as well. */
const isMentioned = ({ dnskey }: Pick<StoredKey, 'dnskey'>, set: readonly Uint8Array[]): boolean =>
  set.some(rdata => ((rdata[0]! << 8) | rdata[1]!) === keyTag(dnskey) && rdata[2] === dnskey[3])

/**
 * A zone of which the parent has no DS is not secure anyway, so that nothing has to wait for one.
 * @param sides keys that sign keys, before the rollover and after it
 */
export function isAsAsked(
  origin: Name,
  { everywhere, somewhere }: ParentSeen,
  wanted: AtParent,
  sides: Readonly<Record<'old' | 'new', readonly StoredKey[]>>,
): boolean {
  if (somewhere.length === 0) return true
  const has = (keys: readonly StoredKey[]): boolean => keys.every(key => isNamed(origin, key, everywhere))
  switch (wanted) {
    case 'unsaid':
      return true
    case 'nothing':
      return false
    case 'old':
      return has(sides.old)
    case 'both':
      return has(sides.old) && has(sides.new)
    case 'new':
      return has(sides.new) && sides.old.every(key => sides.new.includes(key) || !isMentioned(key, somewhere))
  }
}
