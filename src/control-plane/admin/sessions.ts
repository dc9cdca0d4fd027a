// Sessions of the dashboard: who has shown the token once holds a cookie from then on, which no script can read (RFC 6265).
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Caller } from './caller.js'
import { ApiProblem } from './problems.js'

export const SESSION_COOKIE = 'meridian_session'

/** ms; a session is not made longer by being used. */
export const SESSION_MS = 12 * 60 * 60 * 1000

/** Sessions at one time; beyond it the oldest ends. */
const MOST = 1000

export interface Session {
  /** Who began it. */
  readonly caller: Caller
  /** Goes into a header of every change: another site can make a browser send the cookie, but cannot know this. */
  readonly csrf: string
  /** Epoch ms. */
  readonly expiresAt: number
}

const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

export class Sessions {
  /** By the hash of what the cookie holds, so that a copy of our memory opens no session. Oldest first. */
  private readonly open = new Map<string, Session>()

  /** @returns the session, and what its cookie holds */
  begin(caller: Caller, now: number): { readonly secret: string; readonly session: Session } {
    const secret = randomBytes(32).toString('base64url')
    const expiresAt = Math.min(now + SESSION_MS, caller.expiresAt ?? Infinity)
    const session = { caller, csrf: randomBytes(18).toString('base64url'), expiresAt }
    this.open.set(digest(secret), session)
    for (const [key, { expiresAt }] of this.open) if (expiresAt <= now || this.open.size > MOST) this.open.delete(key)
    return { secret, session }
  }

  /** The session of a Cookie header. */
  find(cookies: string | undefined, now: number): Session | undefined {
    const secret = secretIn(cookies)
    const session = secret === undefined ? undefined : this.open.get(digest(secret))
    return session === undefined || session.expiresAt <= now ? undefined : session
  }

  end(cookies: string | undefined): void {
    const secret = secretIn(cookies)
    if (secret !== undefined) this.open.delete(digest(secret))
  }
}

/** @throws ApiProblem where a change comes with a session's cookie and without its word */
export function requireCsrf({ csrf }: Session, method: string, shown: unknown): void {
  if (SAFE.includes(method)) return
  const [wanted, given] = [csrf, typeof shown === 'string' ? shown : ''].map(text => Buffer.from(text))
  if (wanted!.length === given!.length && timingSafeEqual(wanted!, given!)) return
  throw new ApiProblem('csrf', 'a change by session needs the X-CSRF-Token that GET /session tells')
}

/** Strict: it is sent along only by pages of this server. Secure where the server has TLS. */
export function sessionCookie(secret: string, seconds: number, secure: boolean): string {
  return `${SESSION_COOKIE}=${secret}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
}

function secretIn(cookies = ''): string | undefined {
  for (const part of cookies.split(';')) {
    const [name = '', value = ''] = part.trim().split('=', 2)
    if (name === SESSION_COOKIE && value !== '') return value
  }
  return undefined
}

const digest = (secret: string): string => createHash('sha256').update(secret).digest('base64')
