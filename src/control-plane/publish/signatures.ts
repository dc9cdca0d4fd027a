// Signatures, each made once: a set that has not changed keeps the one that it has, until that is no longer fresh.
import type { KeyObject } from 'node:crypto'
import { signBytes, signBytesAside } from '../../dns/dnssec-algorithms.js'
import { canonicalSet, signatureHead, signedBytes, type Validity } from '../../dns/dnssec-signature.js'
import type { Name } from '../../dns/name.js'
import { TYPE } from '../../dns/numbers.js'
import { contentDigest } from '../../snapshot/signatures.js'
import type { SigningKey } from '../keys/zone-keys.js'
import type { RecordSet } from './encode.js'
import { isFresh, type SigningTime, validityAt } from './validity.js'

interface Kept extends Validity {
  rdata: Uint8Array
  round: number
}

interface Pending {
  readonly kept: Kept
  readonly head: Uint8Array
  readonly set: Uint8Array
  readonly by: SigningKey
}

/** So many are signed where they are needed; more than these go to the thread pool, which needs another round. */
const AT_ONCE = 256
/** That the thread pool has at one time. */
const IN_POOL = 512

export class Signatures {
  private readonly kept = new Map<string, Kept>()
  private readonly keyNumbers = new Map<KeyObject, number>()
  private round = 0
  private time: SigningTime = { wall: 0, steady: 0 }
  private made = 0
  private atOnce = AT_ONCE
  private pending: Pending[] = []

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

  /** Runs what asks for signatures until it has got all of them; those that it no longer asks for are forgotten. */
  async complete<T>(time: SigningTime, work: () => T): Promise<T> {
    this.begin(time)
    this.atOnce = AT_ONCE
    let done = work()
    if (this.pending.length > 0) {
      await this.signPending()
      this.begin(time)
      done = work()
    }
    this.end()
    return done
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
    const validity = validityAt(this.time, (contentDigest(bytes, 0) >>> 0) / 2 ** 32)
    const head = signatureHead(set, { zone, algorithm: by.algorithm, keyTag: by.keyTag }, validity)
    const kept: Kept = { ...validity, rdata: head, round: this.round }
    this.kept.set(key, kept)
    this.made++
    if (this.atOnce > 0) {
      this.atOnce--
      kept.rdata = signedBytes(head, signBytes(by.algorithm, by.key, signedBytes(head, bytes)))
    } else this.pending.push({ kept, head, set: bytes, by })
    return kept
  }

  private async signPending(): Promise<void> {
    const { pending } = this
    this.pending = []
    for (let from = 0; from < pending.length; from += IN_POOL) {
      await Promise.all(
        pending.slice(from, from + IN_POOL).map(async ({ kept, head, set, by }) => {
          const signature = await signBytesAside(by.algorithm, by.key, signedBytes(head, set))
          kept.rdata = signedBytes(head, signature)
        }),
      )
    }
  }

  private numberOf(key: KeyObject): number {
    const known = this.keyNumbers.get(key)
    if (known !== undefined) return known
    this.keyNumbers.set(key, this.keyNumbers.size)
    return this.keyNumbers.size - 1
  }
}
