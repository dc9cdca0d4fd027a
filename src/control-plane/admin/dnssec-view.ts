// The signing of a zone as the API shows it, in presentation form. Pure.
import { SIGNING_ALGORITHMS } from '../../dns/dnssec-algorithms.js'
import { type DigestName, dsData, KEY_FLAG } from '../../dns/dnssec-key.js'
import { formatName } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { formatRdata } from '../../dns/rdata.js'
import type { StoredKey } from '../keys/key-store.js'
import type { SignatureCounts } from '../publish/publisher.js'
import type { Zone } from '../traffic/document/zone.js'
import type { DnssecView } from './api-dnssec.js'

const DIGESTS: readonly DigestName[] = ['SHA256', 'SHA384']

export function dnssecView(
  { origin, dnssec }: Pick<Zone, 'origin' | 'dnssec'>,
  keys: readonly StoredKey[],
  { count, made, firstExpiration }: SignatureCounts,
  clockJump: number,
): DnssecView {
  const zone = formatName(origin)
  const own = dnssec === undefined ? [] : keys
  const isEntry = ({ flags }: StoredKey): boolean => (flags & KEY_FLAG.entryPoint) !== 0
  const alone = own.every(isEntry) || !own.some(isEntry)
  const entries = alone ? own : own.filter(isEntry)
  return {
    zone,
    signed: dnssec !== undefined,
    keys: own.map(key => ({
      file: key.file,
      algorithm: SIGNING_ALGORITHMS.get(key.algorithm)!.name, // the store has no others
      keyTag: key.keyTag,
      role: alone ? 'CSK' : isEntry(key) ? 'KSK' : 'ZSK',
      dnskey: `${zone} IN DNSKEY ${formatRdata(TYPE.DNSKEY, key.dnskey)}`,
    })),
    ds: entries.flatMap(({ dnskey }) =>
      DIGESTS.map(digest => `${zone} IN DS ${formatRdata(TYPE.DS, dsData(origin, dnskey, digest))}`),
    ),
    signatures: {
      count,
      made,
      ...(Number.isFinite(firstExpiration) ? { firstExpiration: new Date(firstExpiration * 1000).toISOString() } : {}),
    },
    clockJump,
  }
}
