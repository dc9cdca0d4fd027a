// Who may use the API: whoever shows a bearer token (RFC 6750 §2.1) that is good for the route, or has shown one at the start of a session.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ADMIN, type Caller, type Scope, setCaller } from './caller.js'
import type { ClientDoor } from './client-door.js'
import { Guesses, type GuessLimits } from './guesses.js'
import { looksLikeJwt, type Oidc } from './oidc.js'
import { ApiProblem } from './problems.js'
import { Rates } from './rate.js'
import { requireCsrf, type Session, type Sessions } from './sessions.js'
import { mayDo } from './token.js'
import type { Tokens } from './tokens.js'

export interface AccessLimits {
  /** Of one caller; 0: no limit. */
  readonly changesPerMinute: number
  readonly readsPerMinute: number
  readonly guesses: GuessLimits
}

/** A dashboard asks some times a second; a program that asks more often than this is broken. */
export const LIMITS: AccessLimits = {
  changesPerMinute: 100,
  readsPerMinute: 3000,
  guesses: { most: 20, lockMs: 60_000 },
}

/** Whether a token that is shown is this one. Takes the same time whatever is shown. */
export function tokenCheck(token: string): (shown: string) => boolean {
  const expected = digest(token)
  return shown => timingSafeEqual(digest(shown), expected)
}

/** Equal lengths are what makes the comparison of two tokens constant in time. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The token in an Authorization header. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1]

/** Addresses of one IPv6 network are one guesser: whoever has one of them has all. */
export const guesserOf = (address: string): string => {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address
  const [head = '', tail = ''] = address.split('::', 2)
  const groups = head.split(':').filter(Boolean)
  const zeros = 8 - groups.length - tail.split(':').filter(Boolean).length
  return [...groups, ...Array<string>(address.includes('::') ? zeros : 0).fill('0'), ...tail.split(':')]
    .slice(0, 4)
    .join(':')
}

/** Lets callers in by what they show, and remembers who guesses. */
export class Door {
  private readonly isOwn: (shown: string) => boolean
  private readonly tokens: Tokens
  private readonly oidc: Oidc | undefined
  private readonly guesses: Guesses

  constructor(own: string, tokens: Tokens, limits: Pick<AccessLimits, 'guesses'>, oidc?: Oidc) {
    this.isOwn = tokenCheck(own)
    this.tokens = tokens
    this.oidc = oidc
    this.guesses = new Guesses(limits.guesses)
  }

  /** @throws ApiProblem where the token is no good, or comes from where too many wrong ones came from */
  async open(request: FastifyRequest, reply: FastifyReply, shown: string, now: number): Promise<Caller> {
    const from = guesserOf(request.ip)
    const vouched = await this.vouched(shown, now)
    const own = this.isOwn(shown) ? ADMIN : this.tokens.find(shown)
    const caller = vouched?.kind === 'caller' ? vouched.caller : own
    const locked = this.guesses.lockedFor(from, now)
    // Even a right token is no good then, or guessing would go on: but not that of somebody who was here before.
    if (locked > 0 && !(caller !== undefined && this.guesses.knows(from, caller.id))) {
      reply.header('Retry-After', String(locked))
      throw new ApiProblem('too-many-guesses', `too many wrong tokens came from ${request.ip}; wait ${locked} s`)
    }
    if (caller !== undefined) {
      this.guesses.right(from, caller.id)
      return caller
    }
    if (vouched?.kind === 'unknown') {
      request.log.error({ why: vouched.why }, 'a token cannot be judged: the keys of its issuer cannot be had')
      throw new ApiProblem('issuer-away', 'try again, or show a token of this server')
    }
    if (vouched?.kind === 'ended') return turnAway(reply, true, 'the token is over')
    if (this.guesses.wrong(from, now))
      request.log.warn({ address: request.ip }, `${request.ip} is locked out of the API: it guesses tokens`)
    return turnAway(reply, true)
  }

  /** What the issuer that we trust, if there is one, says of a token of its form. */
  private async vouched(shown: string, now: number) {
    return this.oidc !== undefined && looksLikeJwt(shown) ? this.oidc(shown, now) : undefined
  }

  /** Whoever began the session, unless the token that it was begun with is no good any more. */
  callerOf({ caller }: Session): Caller | undefined {
    // Of whoever an issuer vouches for, the session ends when the token does.
    const isVouched = caller.expiresAt !== undefined
    return isVouched || caller.id === ADMIN.id || this.tokens.isGood(caller.id) ? caller : undefined
  }
}

function turnAway(reply: FastifyReply, wrong: boolean, why = 'the token is not the right one'): never {
  reply.header('WWW-Authenticate', `Bearer realm="meridian"${wrong ? ', error="invalid_token"' : ''}`)
  throw new ApiProblem('unauthorized', wrong ? why : 'send it as "Authorization: Bearer TOKEN"')
}

/** How callers may be known. */
export interface Ways {
  readonly door: Door
  readonly sessions: Sessions
  readonly clients?: ClientDoor
}

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** For fastify's onRequest: nothing of the request is looked at before. */
export function requireToken(ways: Ways, limits: AccessLimits, now: () => number = Date.now): Hook {
  const changes = new Rates(limits.changesPerMinute)
  const reads = new Rates(limits.readsPerMinute)
  return async (request, reply) => {
    const caller = await recognised(request, reply, ways, now())
    setCaller(request, caller)
    const reading = request.method === 'GET' || request.method === 'HEAD'
    const wait = (reading ? reads : changes).waitOf(caller.id, now())
    if (wait !== undefined) {
      reply.header('Retry-After', String(wait))
      throw new ApiProblem('too-many-requests', `${caller.name} calls too often; wait ${wait} s`)
    }
    const scope = scopeOf(request)
    if (!mayDo(caller, scope))
      throw new ApiProblem(
        'forbidden',
        `this needs the scope ${scope}; ${caller.name} has ${caller.scopes.join(', ') || 'none'}`,
      )
    if (caller.within !== undefined && scope !== 'read' && !isBounded(request))
      throw new ApiProblem('forbidden', `${caller.name} is good for some zones and regions only, and this is about all`)
  }
}

/** A header goes before a cookie, and that before a certificate: it is there because somebody meant it. */
async function recognised(
  request: FastifyRequest,
  reply: FastifyReply,
  { door, sessions, clients }: Ways,
  now: number,
): Promise<Caller> {
  const { authorization, cookie } = request.headers
  if (authorization !== undefined) {
    const shown = bearerOf(authorization)
    return shown === undefined ? turnAway(reply, true) : door.open(request, reply, shown, now)
  }
  const session = sessions.find(cookie, now)
  const caller = session === undefined ? undefined : door.callerOf(session)
  if (session === undefined || caller === undefined)
    return clients?.callerOf(request, reply, now) ?? turnAway(reply, false)
  requireCsrf(session, request.method, request.headers['x-csrf-token'])
  return caller
}

const isBounded = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean =>
  (routeOptions as { schema?: { 'x-bounded'?: boolean } }).schema?.['x-bounded'] === true // set by `described`

/** What a route that says nothing changes, nobody but an admin should find out. */
export function scopeOf({ method, routeOptions }: Pick<FastifyRequest, 'method' | 'routeOptions'>): Scope {
  const { schema } = routeOptions as { schema?: { 'x-scope'?: Scope } } // set by `described`
  return schema?.['x-scope'] ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'admin')
}
