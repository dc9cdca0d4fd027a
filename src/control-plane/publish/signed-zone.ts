// What a signed zone has besides its own records, and what denies others: its keys (RFC 4035 §2.1), and signatures.
import { NSEC3_PARAMETERS } from '../../dns/dnssec-denial.js'
import type { Name } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { KEY_TTL, type ZoneKeys } from '../keys/zone-keys.js'
import type { RecordSet, Sign } from './record-set.js'
import type { Signatures } from './signatures.js'

/** Which of the keys sign: those of the DNSKEY set are the ones that the parent knows (RFC 4035 §2.2, RFC 7344 §4.1). */
const BY_ENTRY_POINT: readonly number[] = [TYPE.DNSKEY, TYPE.CDS, TYPE.CDNSKEY]

/** The sets of the apex that the keys are. */
export function keySets(origin: Name, { published, atParent: { cds, cdnskey } }: ZoneKeys): readonly RecordSet[] {
  const sets = [
    { type: TYPE.DNSKEY, rdatas: published },
    { type: TYPE.CDS, rdatas: cds },
    { type: TYPE.CDNSKEY, rdatas: cdnskey },
  ]
  return sets.filter(({ rdatas }) => rdatas.length > 0).map(set => ({ ...set, owner: origin, ttl: KEY_TTL }))
}

/** What tells servers how the names of a zone are hashed (RFC 5155 §4): a secondary of it would need that, a resolver does not. */
export const parameterSet = (owner: Name, ttl: number): RecordSet => ({
  owner,
  type: TYPE.NSEC3PARAM,
  ttl,
  rdatas: [NSEC3_PARAMETERS],
})

export const signer =
  (signatures: Signatures, origin: Name, { signsKeys, signsZone }: ZoneKeys): Sign =>
  set => [signatures.of(set, origin, BY_ENTRY_POINT.includes(set.type) ? signsKeys : signsZone)]

/** RFC 8078 §4: what stands in a CDS that asks the parent to have no DS at all. */
const DELETE_ALGORITHM = 0

/** What a parent of ours has for a zone of ours that is signed: what the zone asks for. */
export function dsFor(origin: Name, { atParent: { cds } }: ZoneKeys, ttl: number): RecordSet | undefined {
  const rdatas = cds.filter(rdata => rdata[2] !== DELETE_ALGORITHM)
  return rdatas.length === 0 ? undefined : { owner: origin, type: TYPE.DS, ttl, rdatas }
}
