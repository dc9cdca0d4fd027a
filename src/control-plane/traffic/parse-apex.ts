// The SOA and NS records of a zone as the document writes them, where its zone file does not.
import { formatName, type Name, ROOT } from '../../dns/name.js'
import type { Soa, Zone } from './document/zone.js'
import type { Report } from './finding.js'
import { readSeconds } from './parse-duration.js'
import { readMailbox, readName } from './parse-name.js'
import type { FromFile } from './parse-zone-file.js'
import type { Path } from './path.js'
import type { PlacedZone } from './placed.js'
import type { WrittenZone } from './written.js'

/** Of records without one, seconds. */
export const TTL = 3600
const NEGATIVE_TTL = 60
const DAY = 86_400
const SOA = { refresh: 7200, retry: 900, expire: 14 * DAY } as const
/** A secondary that hears nothing is to be silent before its signatures end (RFC 6781 §4.4.2.2): they are made anew when no less is left than this. */
const EXPIRE_SIGNED = 4 * DAY

/** What the file says of the apex, the document does not say as well. */
export function checkApex(
  written: WrittenZone,
  { soa, nameservers, faulty }: FromFile,
  path: Path,
  report: Report,
): void {
  for (const key of ['soa', 'negative-ttl'] as const) {
    if (soa !== undefined && written[key] !== undefined)
      report({ path: [...path, key], part: 'key', message: 'the zone file has the SOA record; leave this away' })
  }
  if (nameservers.length > 0 && written.nameservers !== undefined)
    report({
      path: [...path, 'nameservers'],
      part: 'key',
      message: 'the zone file has the NS records of the zone; leave this away',
    })
  if (nameservers.length === 0 && written.nameservers === undefined && !faulty)
    report({ path, message: 'the zone file has no NS records of the zone, so the key "nameservers" is needed' })
}

export function soaTtl({ soa }: WrittenZone, path: Path, report: Report): NonNullable<Zone['apexTtl']> {
  return soa?.ttl === undefined ? {} : { soa: readSeconds(soa.ttl, TTL, [...path, 'soa', 'ttl'], report) }
}

/** @param isSignedElsewhere whether secondaries have the zone with its signatures */
export function readSoa(
  written: WrittenZone,
  origin: Name,
  mname: Name,
  serial: number,
  isSignedElsewhere: boolean,
  path: Path,
  report: Report,
): Soa {
  const soa = written.soa ?? {}
  const at = [...path, 'soa']
  const mailbox = soa.mailbox ?? `hostmaster@${formatName(origin)}`
  const seconds = (key: keyof typeof SOA): number => readSeconds(soa[key], SOA[key], [...at, key], report)
  const primary = soa.primary === undefined ? mname : readName(soa.primary, { path: [...at, 'primary'] }, report)
  return {
    mname: primary ?? ROOT,
    rname: readMailbox(mailbox, { path: [...at, 'mailbox'] }, report) ?? ROOT,
    serial: soa.serial ?? serial,
    refresh: seconds('refresh'),
    retry: seconds('retry'),
    expire: soa.expire === undefined && isSignedElsewhere ? EXPIRE_SIGNED : seconds('expire'),
    minimum: readSeconds(written['negative-ttl'], NEGATIVE_TTL, [...path, 'negative-ttl'], report),
  }
}

export function readNameservers(
  written: readonly (string | undefined)[],
  path: Path,
  report: Report,
): PlacedZone['nameservers'] {
  return written.flatMap((text, i) => {
    const name = text === undefined ? undefined : readName(text, { path: [...path, i] }, report)
    return name === undefined ? [] : [{ name, path: [...path, i] }]
  })
}

/** Of a zone that secondaries have with its signatures. */
export function checkExpire({ expire }: Soa, path: Path, warn: Report): void {
  if (expire > EXPIRE_SIGNED)
    warn({
      path,
      message: `the SOA record has an expire of ${expire} s: a secondary that hears nothing goes on for longer than its signatures are sure to be good; ${EXPIRE_SIGNED} is enough`,
    })
}
