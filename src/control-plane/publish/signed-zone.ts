// What a signed zone has besides its own records: its keys, the NSEC record of each name (RFC 4034 §4, RFC 4035 §2), and
// signatures. Names below a cut are not its own, and neither is what stands at a cut, but for DS and NSEC.
import { nsecData } from '../../dns/dnssec-denial.js'
import { compareNames } from '../../dns/dnssec-order.js'
import type { Name } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { KEY_TTL, type ZoneKeys } from '../keys/zone-keys.js'
import type { RecordSet, Sign } from './encode.js'
import type { Signatures } from './signatures.js'

/** A name that exists, and the types that it has. */
export interface TypedName {
  readonly key: string
  readonly types: readonly number[]
}

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

export const signer =
  (signatures: Signatures, origin: Name, { signsKeys, signsZone }: ZoneKeys): Sign =>
  set => [signatures.of(set, origin, BY_ENTRY_POINT.includes(set.type) ? signsKeys : signsZone)]

/** One NSEC set, and the key of its name. */
export interface ChainLink {
  readonly key: string
  readonly set: RecordSet
}

/**
 * The NSEC records of a zone in canonical order, the apex first.
 * @param names the apex among them; those without types are empty non-terminals, and have no record
 * @param ttl that of a denial (RFC 9077 §3.1), seconds
 */
export function denialChain(names: readonly TypedName[], ttl: number): readonly ChainLink[] {
  const typed = names
    .filter(({ types }) => types.length > 0)
    .map(({ key, types }) => ({ key, types, name: Buffer.from(key, 'latin1') }))
    .toSorted((a, b) => compareNames(a.name, b.name))
  return typed.map(({ key, types, name }, i) => {
    const next = typed[i + 1] ?? typed[0]! // after the last comes the apex
    const rdata = nsecData(next.name, [...types, TYPE.RRSIG, TYPE.NSEC])
    return { key, set: { owner: name, type: TYPE.NSEC, ttl, rdatas: [rdata] } }
  })
}

/** RFC 8078 §4: what stands in a CDS that asks the parent to have no DS at all. */
const DELETE_ALGORITHM = 0

/** What a parent of ours has for a zone of ours that is signed: what the zone asks for. */
export function dsFor(origin: Name, { atParent: { cds } }: ZoneKeys, ttl: number): RecordSet | undefined {
  const rdatas = cds.filter(rdata => rdata[2] !== DELETE_ALGORITHM)
  return rdatas.length === 0 ? undefined : { owner: origin, type: TYPE.DS, ttl, rdatas }
}
