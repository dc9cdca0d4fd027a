// Whom to believe that it is where its packets come from (RFC 7873 §5.2): the secrets that all threads share, and what is
// done where a cookie does not prove it.
import { type Cookie, SECRET_WORDS, settleCookie } from '../dns/cookies.js'
import type { Peer } from './peer.js'

/**
 * When a query by UDP that has a cookie without a good server cookie is answered with BADCOOKIE: never, instead of what rate
 * limiting would send truncated, or always.
 */
export type BadCookiePolicy = 'off' | 'when-limited' | 'always'

/** More than a rollover needs. */
export const MAX_SECRETS = 4
const HALF = 1 + MAX_SECRETS * SECRET_WORDS

/**
 * Which half holds, and two halves: how many secrets, and the secrets. One half is read while the other is written, and
 * secrets change no faster than people write files.
 */
export type SecretTable = Int32Array

export const makeSecretTable = (): SecretTable => new Int32Array(new SharedArrayBuffer((1 + 2 * HALF) * 4))

/** All threads go by these from their next batch on; the first makes new cookies. Each has 16 bytes. */
export function setSecrets(table: SecretTable, secrets: readonly Uint8Array[]): void {
  const half = 1 - table[0]!
  const at = 1 + half * HALF
  table[at] = secrets.length
  const view = new DataView(table.buffer)
  for (const [i, secret] of secrets.entries())
    for (const [k, byte] of secret.entries()) view.setUint8((at + 1) * 4 + i * 16 + k, byte)
  Atomics.store(table, 0, half)
}

export class CookieGuard {
  readonly policy: BadCookiePolicy
  private readonly table: SecretTable
  private at = 1
  /** s */
  private now = 0

  constructor(table: SecretTable, policy: BadCookiePolicy) {
    this.table = table
    this.policy = policy
    this.setTime(0)
  }

  /** To be called once a batch, with the time in ms since 1970. */
  setTime(ms: number): void {
    this.now = Math.floor(ms / 1000) | 0
    this.at = 1 + Atomics.load(this.table, 0) * HALF
  }

  /** Checks a cookie, which is then the one to be sent back. @returns a COOKIE */
  check(cookie: Cookie, { family, address }: Peer): number {
    const { table, at } = this
    return settleCookie(cookie, table, at + 1, table[at]!, address, family === 4 ? 4 : 16, this.now)
  }
}
