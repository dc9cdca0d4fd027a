// What the parent of a zone has of it as the API shows it, in presentation form. Pure.
import { type DigestName, dsData } from '../../dns/dnssec-key.js'
import { formatName } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import { isNamed, standingOf } from '../keys/parent-seen.js'
import type { ParentKnown } from '../keys/parents.js'
import type { Rollover } from '../keys/rollover.js'
import { sidesOf, stageOf } from '../keys/staged-keys.js'
import type { StoredKey } from '../keys/stored-key.js'
import type { Zone } from '../traffic/document/zone.js'
import type { DnssecView } from './api-dnssec.js'
import { isoTime } from './api-values.js'

const DIGESTS: readonly DigestName[] = ['SHA256', 'SHA384']

export function parentHas(
  { origin }: Pick<Zone, 'origin'>,
  stored: readonly StoredKey[],
  rollover: Rollover | undefined,
  { seen, silence }: ParentKnown,
): DnssecView['parent'] {
  const zone = formatName(origin)
  const texts = (rdatas: readonly Uint8Array[]): readonly string[] => rdatas.map(rdata => dsText(zone, rdata))
  const wanted = seen === undefined ? [] : wantedKeys(stored, rollover)
  return {
    // What it had before is no word on how it is now.
    standing: seen === undefined || silence !== undefined ? 'unknown' : standingOf(origin, stored, seen),
    ...(seen === undefined ? {} : { askedAt: isoTime(seen.at * 1000) }),
    ...(silence === undefined ? {} : { silence: { at: isoTime(silence.at * 1000), why: silence.why } }),
    servers: (seen?.servers ?? []).map(({ server, ds }) => ({ server, ds: texts(ds) })),
    ds: texts(seen?.somewhere ?? []),
    missing: wanted
      .filter(key => !isNamed(origin, key, seen?.everywhere ?? []))
      .map(({ dnskey }) => dsText(zone, dsData(origin, dnskey, 'SHA256'))),
  }
}

/** A DS of each key that the parent should know, by each digest that validators take. */
export const wantedDs = (
  { origin }: Pick<Zone, 'origin'>,
  stored: readonly StoredKey[],
  rollover: Rollover | undefined,
): readonly string[] =>
  wantedKeys(stored, rollover).flatMap(({ dnskey }) =>
    DIGESTS.map(digest => dsText(formatName(origin), dsData(origin, dnskey, digest))),
  )

const dsText = (zone: string, rdata: Uint8Array): string => `${zone} IN DS ${formatRdata(TYPE.DS, rdata)}`

/** Those that the parent should have a DS of. */
export function wantedKeys(stored: readonly StoredKey[], rollover: Rollover | undefined): readonly StoredKey[] {
  const { old, new: after } = sidesOf(stored, rollover)
  const wanted = rollover === undefined ? 'new' : stageOf(rollover).atParent
  switch (wanted) {
    case 'nothing':
      return []
    case 'old':
      return old.signsKeys
    case 'both':
      return [...new Set([...old.signsKeys, ...after.signsKeys])]
    case 'new':
    case 'unsaid':
      return after.signsKeys
  }
}
