// For how long a signature is good, and when it is made anew (RFC 6781 §4.4.2). Pure: the time is an argument.
import type { Validity } from '../../dns/dnssec-signature.js'

/**
 * Seconds since 1970, by two clocks: what the system says now, and what it said at the start plus what has passed since by a
 * clock that nobody sets. They differ where the system's clock has jumped, and then either may be wrong.
 */
export interface SigningTime {
  readonly wall: number
  readonly steady: number
}

const HOUR = 3600
const DAY = 24 * HOUR

/** Resolvers whose clocks are slow take it too. */
const BEFORE = HOUR
export const LIFETIME = 14 * DAY
/** Signatures that were made at one time do not all end at one time. */
const JITTER = DAY
/** With less left than this a signature has to be made anew; when one is, those are as well that would be within a day. */
const REST = LIFETIME / 3
const AHEAD = DAY

/** A difference of the two clocks that is no drift. */
export const JUMP = HOUR / 2

/** Good by either clock. @param jitter 0 to 1, depending on the content only */
export const validityAt = ({ wall, steady }: SigningTime, jitter: number): Validity => ({
  inception: Math.floor(Math.min(wall, steady)) - BEFORE,
  expiration: Math.floor(Math.max(wall, steady)) + LIFETIME - Math.floor(jitter * JITTER),
})

/** Whether a signature stays as it is when others are made. */
export const isFresh = ({ inception, expiration }: Validity, { wall, steady }: SigningTime): boolean =>
  inception <= Math.min(wall, steady) && expiration - Math.max(wall, steady) > REST + AHEAD

/** When signatures of which the first expires at `expiration` have to be made anew, seconds since 1970. */
export const dueAt = (expiration: number): number => expiration - REST

/** By how much the system's clock has moved against the other, seconds; 0 where it has not jumped. */
export const jumpOf = ({ wall, steady }: SigningTime): number => (Math.abs(wall - steady) > JUMP ? wall - steady : 0)
