// Signatures, each made once: a set that has not changed keeps the one that it has, until that is no longer fresh.
import { type KeyObject, randomBytes } from 'node:crypto'
import { signatureLength, signBytes, signBytesAside } from '../../dns/dnssec-algorithms.js'
import {
  canonicalSet,
  renewedHead,
  signatureHead,
  signedBytes,
  type Validity,
  validityIn,
} from '../../dns/dnssec-signature.js'
import type { Name } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { contentDigest } from '../../snapshot/signatures.js'
import type { OutsideSigner } from '../keys/outside-signer.js'
import type { SigningKey } from '../keys/zone-keys.js'
import type { RecordSet } from './record-set.js'
import { isFresh, type SigningTime, validityAt } from './validity.js'

interface Kept extends Validity {
  inception: number
  expiration: number
  rdata: Uint8Array
  round: number
}

interface Pending {
  /** The whole record: one by a key elsewhere may be of another time than was asked for. */
  readonly sign: () => Promise<Uint8Array>
  /** What comes of it, where it is under way. */
  readonly rdata: Promise<Uint8Array> | undefined
  /** Bytes of the record before the signature. */
  readonly headLength: number
}

/** So many are signed where they are needed; more than these go to the thread pool, and something stands in their places until then. */
const AT_ONCE = 256
/** That the thread pool gets while those that follow are still being asked for; what comes after them waits, for it takes memory. */
const EARLY = 20_000
/** That the thread pool has at one time from then on. */
const IN_POOL = 512
/** Bytes of what stands in the place of a signature: chance enough to be nothing else, and the number of what is to come there. */
const MARK = 16

export class Signatures {
  private readonly kept = new Map<string, Kept>()
  private readonly keyNumbers = new Map<KeyObject, number>()
  private round = 0
  private time: SigningTime = { wall: 0, steady: 0 }
  private made = 0
  private atOnce = AT_ONCE
  private early = 0
  private pending: Pending[] = []
  private readonly mark = randomBytes(MARK)
  private readonly outside: OutsideSigner | undefined

  /** @param outside signs with keys whose private halves are elsewhere */
  constructor(outside?: OutsideSigner) {
    this.outside = outside
  }

  /** How many have been made since the start. */
  get count(): number {
    return this.made
  }

  /** How many there are. */
  get size(): number {
    return this.kept.size
  }

  /** When the first of them expires, seconds since 1970; Infinity where there are none. */
  get firstExpiration(): number {
    let first = Infinity
    for (const { expiration } of this.kept.values()) if (expiration < first) first = expiration
    return first
  }

  /**
   * Runs what asks for signatures; those that it no longer asks for are forgotten.
   * @param memoryOf where it has written them: signatures that were not there yet are put into their places
   */
  async complete<T>(time: SigningTime, work: () => Promise<T>, memoryOf: (done: T) => Uint8Array): Promise<T> {
    this.begin(time)
    this.atOnce = AT_ONCE
    this.early = EARLY
    try {
      const done = await work()
      if (this.pending.length > 0) fill(memoryOf(done), this.mark, this.pending, await rdatasOf(this.pending))
      this.end()
      return done
    } catch (error) {
      // What only holds a place must not be taken for a signature.
      this.kept.clear()
      throw error
    } finally {
      this.pending = []
    }
  }

  /** Makes anew, in the thread pool, those that are no longer fresh, so that who asks for them then need not wait. */
  async renew(time: SigningTime): Promise<void> {
    const keys = [...this.keyNumbers.keys()]
    const stale = [...this.kept].filter(([, kept]) => !isFresh(kept, time))
    for (let from = 0; from < stale.length; from += IN_POOL)
      await Promise.all(stale.slice(from, from + IN_POOL).map(([id, kept]) => this.renewOne(id, kept, time, keys)))
  }

  private async renewOne(id: string, kept: Kept, time: SigningTime, keys: readonly KeyObject[]): Promise<void> {
    const space = id.indexOf(' ')
    const key = keys[Number(id.slice(0, space))]! // it was signed with one of them
    const set = Buffer.from(id.slice(space + 1), 'latin1')
    const validity = validityOf(time, set)
    const head = renewedHead(kept.rdata, validity)
    const signature = await signBytesAside(head[2]!, key, signedBytes(head, set)) // its algorithm
    // Who asked for it meanwhile has one that is as fresh.
    if (this.kept.get(id) !== kept) return
    this.kept.set(id, { ...validity, rdata: signedBytes(head, signature), round: kept.round })
    this.made++
  }

  /** A new round, in which all that is still wanted is asked for, and made anew where it is no longer fresh. */
  begin(time: SigningTime): void {
    this.setTime(time)
    this.round++
    this.atOnce = Infinity
  }

  /** What is new from now on is signed as of this time. */
  setTime(time: SigningTime): void {
    this.time = time
  }

  /** Forgets what has not been asked for since `begin`. */
  end(): void {
    for (const [key, { round }] of this.kept) if (round !== this.round) this.kept.delete(key)
  }

  /** The RRSIG set of a set: one record for each key. */
  of(set: RecordSet, zone: Name, keys: readonly SigningKey[]): RecordSet {
    const bytes = canonicalSet(set)
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
    const rdatas = keys.map(by => this.signature(set, zone, by, bytes, text).rdata)
    return { owner: set.owner, type: TYPE.RRSIG, ttl: set.ttl, rdatas }
  }

  private signature(set: RecordSet, zone: Name, by: SigningKey, bytes: Uint8Array, text: string): Kept {
    const key = `${this.numberOf(by.key)} ${text}`
    const known = this.kept.get(key)
    if (known !== undefined && (known.round === this.round || isFresh(known, this.time))) {
      known.round = this.round
      return known
    }
    const validity = validityOf(this.time, bytes)
    const head = signatureHead(set, { zone, algorithm: by.algorithm, keyTag: by.keyTag }, validity)
    const kept: Kept = { ...validity, rdata: head, round: this.round }
    this.kept.set(key, kept)
    this.made++
    if (by.label === undefined && this.atOnce > 0) {
      this.atOnce--
      kept.rdata = signedBytes(head, signBytes(by.algorithm, by.key, signedBytes(head, bytes)))
    } else this.postpone(kept, head, bytes, by)
    return kept
  }

  private postpone(kept: Kept, head: Uint8Array, set: Uint8Array, by: SigningKey): void {
    const placeholder = Buffer.alloc(signatureLength(by.algorithm, by.key))
    this.mark.copy(placeholder)
    placeholder.writeUInt32BE(this.pending.length, MARK)
    kept.rdata = signedBytes(head, placeholder)
    const sign =
      by.label === undefined ? () => signAside(kept, head, set, by) : () => this.signOutside(kept, head, set, by)
    const rdata = this.early-- > 0 || by.label !== undefined ? sign() : undefined
    // Nobody may be left to hear of it.
    rdata?.catch(() => undefined)
    this.pending.push({ sign, rdata, headLength: head.length })
  }

  private async signOutside(kept: Kept, head: Uint8Array, set: Uint8Array, by: SigningKey): Promise<Uint8Array> {
    if (this.outside === undefined)
      throw new Error(`the key ${by.label} is elsewhere, and dnssec.signer names no command that signs with it`)
    kept.rdata = await this.outside.sign({ by, head, set })
    Object.assign(kept, validityIn(kept.rdata))
    return kept.rdata
  }

  private numberOf(key: KeyObject): number {
    const known = this.keyNumbers.get(key)
    if (known !== undefined) return known
    this.keyNumbers.set(key, this.keyNumbers.size)
    return this.keyNumbers.size - 1
  }
}

async function signAside(kept: Kept, head: Uint8Array, set: Uint8Array, by: SigningKey): Promise<Uint8Array> {
  kept.rdata = signedBytes(head, await signBytesAside(by.algorithm, by.key, signedBytes(head, set)))
  return kept.rdata
}

/** When it ends depends on the content, so that not all end at one time. */
const validityOf = (time: SigningTime, set: Uint8Array): Validity =>
  validityAt(time, (contentDigest(set, 0) >>> 0) / 2 ** 32)

async function rdatasOf(pending: readonly Pending[]): Promise<readonly Uint8Array[]> {
  const rdatas: Uint8Array[] = []
  for (let from = 0; from < pending.length; from += IN_POOL) {
    const some = pending.slice(from, from + IN_POOL)
    rdatas.push(...(await Promise.all(some.map(({ sign, rdata }) => rdata ?? sign()))))
  }
  return rdatas
}

/** Puts each record wherever its number stands behind the mark in the place of its signature. */
function fill(memory: Uint8Array, mark: Uint8Array, pending: readonly Pending[], rdatas: readonly Uint8Array[]): void {
  const bytes = Buffer.from(memory.buffer, memory.byteOffset, memory.length)
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at)) {
    const number = bytes.readUInt32BE(at + MARK)
    const [{ headLength }, rdata] = [pending[number]!, rdatas[number]!] // each number is one of them
    bytes.set(rdata, at - headLength)
    at += rdata.length - headLength
  }
}
