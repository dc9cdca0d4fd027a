// The records of a signed zone that deny what is not there: one for each name that exists, in a circle, so that whatever lies between
// two of them does not (RFC 4034 §4, RFC 5155 §3). Names below a cut are not the zone's own.
import { nsec3Data, nsecData } from '../../dns/dnssec-denial.js'
import { HASH_LABEL, hashLabel, hashOf } from '../../dns/dnssec-hash.js'
import { nameAfter } from '../../dns/dnssec-neighbour.js'
import { compareNames } from '../../dns/dnssec-order.js'
import type { Name } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import type { RecordSet } from './record-set.js'

/** A name that exists, and the types that it has; those without any are empty non-terminals. */
export interface TypedName {
  readonly key: string
  readonly types: readonly number[]
}

/** One set of the chain, and the name that it tells of. */
export interface ChainLink extends TypedName {
  readonly set: RecordSet
}

/**
 * NSEC records in canonical order, the apex first.
 * @param names the apex among them; empty non-terminals have no record
 * @param ttl that of a denial (RFC 9077 §3.1), seconds
 */
export function orderedChain(names: readonly TypedName[], ttl: number): readonly ChainLink[] {
  const typed = inOrder(names.filter(({ types }) => types.length > 0))
  return typed.map(({ key, types, name }, i) => {
    const next = typed[i + 1] ?? typed[0]! // after the last comes the apex
    const rdata = nsecData(next.name, [...types, TYPE.RRSIG, TYPE.NSEC])
    return { key, types, set: { owner: name, type: TYPE.NSEC, ttl, rdatas: [rdata] } }
  })
}

/**
 * NSEC records in canonical order, each of which leads to the name just after its own, and so tells of none that exists (RFC 9824
 * §3.2): what they deny is types. One for each name, whether it has types or not.
 * @param ttl likewise
 */
export function loneDenials(names: readonly TypedName[], origin: Name, ttl: number): readonly ChainLink[] {
  return inOrder(names).map(({ key, types, name }) => {
    const rdata = nsecData(nameAfter(name, origin), [...types, TYPE.RRSIG, TYPE.NSEC])
    return { key, types, set: { owner: name, type: TYPE.NSEC, ttl, rdatas: [rdata] } }
  })
}

const inOrder = (names: readonly TypedName[]): readonly (TypedName & { readonly name: Name })[] =>
  names
    .map(({ key, types }) => ({ key, types, name: Buffer.from(key, 'latin1') }))
    .toSorted((a, b) => compareNames(a.name, b.name))

/**
 * NSEC3 records in the order of their hashes: one for each name, whether it has types or not, and whether it is a delegation to a
 * zone that is signed or not, since nothing is left out (RFC 9276 §3.1).
 * @param ttl likewise
 */
export function hashedChain(names: readonly TypedName[], origin: Name, ttl: number): readonly ChainLink[] {
  const hashed = names
    .map(({ key, types }) => ({ key, types, label: labelOf(Buffer.from(key, 'latin1')) }))
    .toSorted((a, b) => Buffer.compare(a.label, b.label))
  return hashed.map(({ key, types, label }, i) => {
    const { label: next } = hashed[i + 1] ?? hashed[0]! // after the last comes the first
    const rdata = nsec3Data(hashOf(next), isSigned(types) ? [...types, TYPE.RRSIG] : types)
    return { key, types, set: { owner: Buffer.concat([label, origin]), type: TYPE.NSEC3, ttl, rdatas: [rdata] } }
  })
}

/** RFC 5155 §7.1: at a delegation to a zone that is not signed nothing is. */
const isSigned = (types: readonly number[]): boolean => types.some(type => type !== TYPE.NS)

function labelOf(name: Name): Uint8Array {
  const label = new Uint8Array(HASH_LABEL)
  hashLabel(name, 0, label, 0)
  return label
}

/** Which link of a hashed chain lies over a name that does not exist. */
export function hashedOver(chain: readonly ChainLink[], name: Name): number {
  const label = labelOf(name)
  let low = -1
  for (let high = chain.length; high - low > 1; ) {
    const middle = (low + high) >> 1
    if (Buffer.compare(chain[middle]!.set.owner.subarray(0, HASH_LABEL), label) < 0) low = middle
    else high = middle
  }
  return low < 0 ? chain.length - 1 : low
}
