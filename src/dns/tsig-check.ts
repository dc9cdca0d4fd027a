// Checking who signed a request (RFC 8945 §5.2), and signing what is answered to it (§5.3). The time is the caller's.
import { equalNames, nameKey } from './name.js'
import {
  algorithmName,
  FUDGE,
  findTsig,
  TSIG_ERROR,
  type Tsig,
  type TsigKey,
  type TsigKeys,
  time48,
  withoutTsig,
  withTsig,
} from './tsig.js'
import { MAC_BYTES, macOf, sameMac } from './tsig-mac.js'

export type Checked =
  | { readonly kind: 'unsigned' }
  /** FORMERR: the record is not one, or not where it must be. */
  | { readonly kind: 'malformed' }
  /** `message`: as it was before it was signed. */
  | { readonly kind: 'good'; readonly key: TsigKey; readonly tsig: Tsig; readonly message: Uint8Array }
  /** NOTAUTH. Where there is a key, it was the right one, and the answer is signed with it (§5.3.2). */
  | { readonly kind: 'bad'; readonly error: number; readonly tsig: Tsig; readonly key?: TsigKey }

/** RFC 8945 §5.2.2.1: no MAC below this is good enough for us, bytes; those that the RFC itself forbids are FORMERR. */
const LEAST_MAC = 16

/** Checks key, MAC, time and truncation, in the order that §5.2 asks for. @param now seconds since 1970 */
export function checkTsig(m: Uint8Array, keys: TsigKeys, now: number): Checked {
  const found = findTsig(m)
  if (found.kind === 'none') return { kind: 'unsigned' }
  if (found.kind === 'malformed') return found
  const { tsig, at } = found
  const key = keys.get(nameKey(tsig.key))
  if (key === undefined || !equalNames(tsig.algorithm, algorithmName(key.algorithm)))
    return { kind: 'bad', error: TSIG_ERROR.badKey, tsig }
  const whole = MAC_BYTES[key.algorithm]
  if (tsig.mac.length > whole || tsig.mac.length < Math.max(10, whole / 2)) return { kind: 'malformed' }
  const message = withoutTsig(m, at, tsig.originalId)
  if (!sameMac(macOf(key, message, tsig), tsig.mac)) return { kind: 'bad', error: TSIG_ERROR.badSignature, tsig }
  if (Math.abs(now - tsig.timeSigned) > tsig.fudge) return { kind: 'bad', error: TSIG_ERROR.badTime, tsig, key }
  if (tsig.mac.length < LEAST_MAC) return { kind: 'bad', error: TSIG_ERROR.badTruncation, tsig, key }
  return { kind: 'good', key, tsig, message }
}

/** A request of our own, signed. @param now seconds since 1970 */
export function signRequest(m: Uint8Array, key: TsigKey, now: number): Uint8Array {
  const tsig = fresh(key, now)
  return withTsig(m, { ...tsig, mac: macOf(key, m, tsig), originalId: idOf(m) })
}

/** Signs the messages of one answer, in their order: of a transfer there are many. */
export class AnswerSigner {
  private readonly key: TsigKey
  private prior: Uint8Array
  private first = true

  /** @param requestMac the MAC of the request that is answered */
  constructor(key: TsigKey, requestMac: Uint8Array) {
    this.key = key
    this.prior = requestMac
  }

  /** @param now seconds since 1970 */
  sign(m: Uint8Array, now: number): Uint8Array {
    const { key, prior, first } = this
    const tsig = fresh(key, now)
    const mac = macOf(key, m, tsig, prior, !first)
    this.prior = mac
    this.first = false
    return withTsig(m, { ...tsig, mac, originalId: idOf(m) })
  }
}

/** The answer to a request whose signature was bad, with the TSIG record that says why (§5.3.2). @param now seconds since 1970 */
export function signRefusal(
  m: Uint8Array,
  { error, tsig, key }: Extract<Checked, { kind: 'bad' }>,
  now: number,
): Uint8Array {
  // §5.2.3: the time of the client comes back, so that it can check the MAC, and ours beside it.
  const other = error === TSIG_ERROR.badTime ? Uint8Array.from(time48(now)) : new Uint8Array()
  const answer = { ...tsig, error, other, originalId: idOf(m), mac: new Uint8Array() }
  return withTsig(m, key === undefined ? answer : { ...answer, mac: macOf(key, m, answer, tsig.mac) })
}

const fresh = ({ name, algorithm }: TsigKey, now: number): Omit<Tsig, 'mac' | 'originalId'> => ({
  key: name,
  algorithm: algorithmName(algorithm),
  timeSigned: now,
  fudge: FUDGE,
  error: TSIG_ERROR.none,
  other: new Uint8Array(),
})

const idOf = (m: Uint8Array): number => (m[0]! << 8) | m[1]!
