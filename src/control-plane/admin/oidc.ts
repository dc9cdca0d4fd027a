// Tokens of an OpenID Connect issuer (JWT, RFC 7519; RFC 9068): whose they are and what for, by keys that the issuer publishes (RFC 7517).
import { readFile, stat } from 'node:fs/promises'
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Caller } from './caller.js'
import { type Granting, granted } from './grants.js'

export interface OidcOptions extends Granting {
  /** As `iss` has it, to the letter. */
  readonly issuer: string
  /** What has to be among `aud`. */
  readonly audience: string
  /** Where the keys are: an http or https address, or a path. */
  readonly keys: string
  /** The claim that says what its holder is: a list, or words with blanks between them. */
  readonly claim: string
  /** The claim that logs and revisions call the holder by. */
  readonly name: string
}

export type Shown =
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** The issuer made it, and it is over: whoever shows it is no guesser. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'wrong' }
  /** Nobody can tell: the keys cannot be had. */
  | { readonly kind: 'unknown'; readonly why: string }

export type Oidc = (shown: string, now: number) => Promise<Shown>

/** Only with two keys: a public key must never be taken for a secret, and `none` proves nothing (RFC 8725 §3.1). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
/** Seconds by which the issuer's clock may differ from ours. */
const TOLERANCE = 30
const FETCH_MS = 5000
/** A key that is not known is asked for anew, but not more often: anybody can invent names of keys. */
const COOLDOWN_MS = 30_000

/** Three parts of base64url: what cannot be mistaken for a token of ours. */
export const looksLikeJwt = (shown: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(shown)

/** @param cooldownMs see COOLDOWN_MS */
export function openOidc(options: OidcOptions, cooldownMs = COOLDOWN_MS): Oidc {
  const { issuer, audience, keys } = options
  const keyOf = /^https?:/.test(keys)
    ? createRemoteJWKSet(new URL(keys), { cooldownDuration: cooldownMs, timeoutDuration: FETCH_MS })
    : keysOfFile(keys)
  return async (shown, now) => {
    try {
      const { payload } = await jwtVerify(shown, keyOf, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: TOLERANCE,
        currentDate: new Date(now),
      })
      const caller = callerIn(payload, options)
      return caller === undefined ? { kind: 'wrong' } : { kind: 'caller', caller }
    } catch (error) {
      return judged(error)
    }
  }
}

/** The keys of a file, read again when it has changed. */
function keysOfFile(path: string): JWTVerifyGetKey {
  let read: { readonly at: number; readonly set: JWTVerifyGetKey } | undefined
  return async (header, token) => {
    const at = (await stat(path)).mtimeMs
    if (read?.at !== at) read = { at, set: createLocalJWKSet(JSON.parse(await readFile(path, 'utf8'))) }
    return read.set(header, token)
  }
}

function judged(error: unknown): Shown {
  if (error instanceof errors.JWTExpired) return { kind: 'ended' }
  const isAway =
    error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || !(error instanceof errors.JOSEError)
  // An answer of the issuer that has no keys in it is an error without a name of its own.
  const isGeneric = error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC'
  if (isAway || isGeneric) return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) }
  return { kind: 'wrong' }
}

/** @returns undefined where nobody could be called by it in a log */
function callerIn(payload: JWTPayload, { claim, name, ...granting }: OidcOptions): Caller | undefined {
  const called = payload[name]
  if (typeof called !== 'string' || !/^[!-~]{1,200}$/.test(called)) return undefined
  return {
    id: `oidc:${payload.sub}`,
    // So that nobody is called as somebody else is: names of tokens have no colon.
    name: `oidc:${called}`,
    ...granted(wordsIn(payload[claim]), granting),
    expiresAt: payload.exp! * 1000, // it is required
  }
}

const wordsIn = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? value.split(' ')
    : Array.isArray(value)
      ? value.filter(one => typeof one === 'string')
      : []
