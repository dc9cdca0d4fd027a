// DNS cookies (RFC 7873) with server cookies that all servers of an operator can make and check (RFC 9018):
//
//   client cookie 8 │ version 1, reserved 3, time 4, hash 8
//                   └ server cookie; the hash is SipHash-2-4 over everything before it and the client's address
import { sipHash } from './siphash.js'

const CLIENT = 8
/** Length of a cookie that we make, client's part included. */
export const COOKIE_LENGTH = 24
const MAX_LENGTH = 40
const HASH_AT = 16
const VERSION = 1

/** RFC 9018 §4.3: how old a server cookie may be, and how far ahead the clock that made it may go, s. */
const MAX_AGE = 3600
const MAX_AHEAD = 300
/** From this age on a client gets a new one, s. */
const RENEW_AGE = 1800

/** A secret is 16 bytes, as four words, the least significant byte first. */
export const SECRET_WORDS = 4

/** What a cookie is worth. */
export const COOKIE = {
  /** No server cookie in it yet. */
  clientOnly: 0,
  /** A server cookie that we did not make, or not lately, or not for this address. */
  bad: 1,
  /** Whoever sent it receives at the address that it comes from. */
  good: 2,
} as const

/** A cookie as a query gave it; one is made per thread and used again for each query. */
export class Cookie {
  length = 0
  /** Client cookie and server cookie. */
  readonly bytes = new Uint8Array(MAX_LENGTH)
}

/** Reads the data of the option. @returns whether it has one of the lengths that there are (RFC 7873 §5.2.2) */
export function readCookie(m: Uint8Array, at: number, length: number, cookie: Cookie): boolean {
  if (length !== CLIENT && (length < 16 || length > MAX_LENGTH)) return false
  cookie.length = length
  for (let i = 0; i < length; i++) cookie.bytes[i] = m[at + i]!
  return true
}

/** What is hashed: the cookie up to its hash, and the address behind it. */
const hashed = new Uint8Array(HASH_AT + 16)
const hash = new Uint8Array(8)

/**
 * Checks a cookie that came from `address`, of 4 or 16 bytes as `addressLength` says, at the time `now`, s. `secrets` are
 * `count` secrets that begin at `from`; the first is the one that new cookies are made with.
 * The cookie is then the one to be sent back: itself where it is good and young, else a new one.
 * @returns a COOKIE
 */
export function settleCookie(
  cookie: Cookie,
  secrets: Int32Array,
  from: number,
  count: number,
  address: Uint8Array,
  addressLength: number,
  now: number,
): number {
  if (cookie.length === CLIENT) {
    makeCookie(cookie, secrets, from, address, addressLength, now)
    return COOKIE.clientOnly
  }
  const secret = isOurs(cookie, now) ? secretOf(cookie, secrets, from, count, address, addressLength) : -1
  // Also one by an older secret is renewed, so that the older secret can be given up.
  if (secret !== 0 || ageOf(cookie, now) > RENEW_AGE) makeCookie(cookie, secrets, from, address, addressLength, now)
  return secret < 0 ? COOKIE.bad : COOKIE.good
}

/** Whether it could be one of ours and is neither too old nor from the future. */
function isOurs(cookie: Cookie, now: number): boolean {
  if (cookie.length !== COOKIE_LENGTH || cookie.bytes[CLIENT] !== VERSION) return false
  const age = ageOf(cookie, now)
  return age <= MAX_AGE && age >= -MAX_AHEAD
}

/** In serial number arithmetic (RFC 1982), so that the clock of 32 bits may wrap. */
function ageOf({ bytes }: Cookie, now: number): number {
  const made = (bytes[12]! << 24) | (bytes[13]! << 16) | (bytes[14]! << 8) | bytes[15]!
  return (now - made) | 0
}

/** The number of the secret that its hash was made with; −1 where it was none of them. */
function secretOf(
  { bytes }: Cookie,
  secrets: Int32Array,
  from: number,
  count: number,
  address: Uint8Array,
  addressLength: number,
): number {
  for (let i = 0; i < count; i++) {
    hashCookie(bytes, secrets, from + i * SECRET_WORDS, address, addressLength)
    let difference = 0
    // All bytes, however early one differs: the time that it takes tells nothing (RFC 7873 §9.1).
    for (let k = 0; k < 8; k++) difference |= hash[k]! ^ bytes[HASH_AT + k]!
    if (difference === 0) return i
  }
  return -1
}

/** Puts a new server cookie behind the client cookie. */
function makeCookie(
  cookie: Cookie,
  secrets: Int32Array,
  from: number,
  address: Uint8Array,
  addressLength: number,
  now: number,
): void {
  const { bytes } = cookie
  cookie.length = COOKIE_LENGTH
  bytes[CLIENT] = VERSION
  for (let i = CLIENT + 1; i < CLIENT + 4; i++) bytes[i] = 0
  for (let i = 0; i < 4; i++) bytes[CLIENT + 4 + i] = now >>> (24 - i * 8)
  hashCookie(bytes, secrets, from, address, addressLength)
  for (let i = 0; i < 8; i++) bytes[HASH_AT + i] = hash[i]!
}

function hashCookie(
  bytes: Uint8Array,
  secrets: Int32Array,
  secretAt: number,
  address: Uint8Array,
  addressLength: number,
): void {
  for (let i = 0; i < HASH_AT; i++) hashed[i] = bytes[i]!
  for (let i = 0; i < addressLength; i++) hashed[HASH_AT + i] = address[i]!
  sipHash(secrets, secretAt, hashed, 0, HASH_AT + addressLength, hash, 0)
}
