// RRSIG records (RFC 4034 §3): what a signature says of itself, and the bytes that are signed (§3.1.8.1, §6).
import { compareRdata } from './dnssec-order.js'
import { canonical, isWildcard, labelCount, type Name } from './name.js'
import { CLASS } from './numbers.js'
import { canonicalRdata } from './rdata.js'

/** Records of one owner and type, as they are signed. */
export interface SignedSet {
  readonly owner: Name
  readonly type: number
  /** Seconds. The TTL that the set has where it comes from; an answer may have a smaller one (RFC 4035 §5.3.3). */
  readonly ttl: number
  readonly rdatas: readonly Uint8Array[]
}

/** Seconds since 1970; they are compared by serial arithmetic (RFC 4034 §3.1.5), and so written modulo 2^32. */
export interface Validity {
  readonly inception: number
  readonly expiration: number
}

/** Who signs. */
export interface Signer {
  readonly zone: Name
  readonly algorithm: number
  readonly keyTag: number
}

/** Bytes before the signer's name. */
const FIXED = 18

/** The data of an RRSIG but for its signature. */
export function signatureHead({ owner, type, ttl }: SignedSet, signer: Signer, validity: Validity): Uint8Array {
  const head = new Uint8Array(FIXED + signer.zone.length)
  const view = new DataView(head.buffer)
  view.setUint16(0, type)
  head[2] = signer.algorithm
  // RFC 4034 §3.1.3: neither the root nor an asterisk counts.
  head[3] = labelCount(owner) - (isWildcard(owner) ? 1 : 0)
  view.setUint32(4, ttl)
  setValidity(view, validity)
  view.setUint16(16, signer.keyTag)
  head.set(canonical(signer.zone), FIXED)
  return head
}

/** What an RRSIG says of its validity, by its data. */
export function validityIn(rdata: Uint8Array): Validity {
  const view = new DataView(rdata.buffer, rdata.byteOffset, rdata.length)
  return { inception: view.getUint32(12), expiration: view.getUint32(8) }
}

/** The same of an RRSIG that there is, for another time. */
export function renewedHead(rdata: Uint8Array, validity: Validity): Uint8Array {
  let end = FIXED
  while (rdata[end]! > 0) end += rdata[end]! + 1
  const head = rdata.slice(0, end + 1)
  setValidity(new DataView(head.buffer), validity)
  return head
}

function setValidity(view: DataView, { inception, expiration }: Validity): void {
  view.setUint32(8, expiration % 2 ** 32)
  view.setUint32(12, inception % 2 ** 32)
}

/** A set in canonical form, from which an equal set cannot be told: records in order, none twice (RFC 4034 §6.3). */
export function canonicalSet({ owner, type, ttl, rdatas }: SignedSet): Uint8Array {
  const name = canonical(owner)
  const data = rdatas.map(rdata => canonicalRdata(type, rdata))
  if (data.length > 1) data.sort(compareRdata)
  const each = name.length + 10
  const out = new Uint8Array(data.reduce((sum, { length }) => sum + each + length, 0))
  const view = new DataView(out.buffer)
  let at = 0
  for (const [i, rdata] of data.entries()) {
    if (i > 0 && compareRdata(rdata, data[i - 1]!) === 0) continue
    out.set(name, at)
    at += name.length
    view.setUint16(at, type)
    view.setUint16(at + 2, CLASS.IN)
    view.setUint32(at + 4, ttl)
    view.setUint16(at + 8, rdata.length)
    out.set(rdata, at + 10)
    at += 10 + rdata.length
  }
  return out.subarray(0, at)
}

/** The bytes that are signed. */
export function signedBytes(head: Uint8Array, set: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + set.length)
  bytes.set(head)
  bytes.set(set, head.length)
  return bytes
}
