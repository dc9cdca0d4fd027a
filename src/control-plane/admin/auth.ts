// Who may use the API: whoever shows the admin token as a bearer token (RFC 6750 §2.1), or has done so at the start of a session.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ADMIN, setCaller } from './caller.js'
import { ApiProblem } from './problems.js'
import { requireCsrf, type Sessions } from './sessions.js'

/** Whether an Authorization header shows the token. Takes the same time whatever is shown. */
export function bearerCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token)
  return authorization => {
    const shown = /^bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1]
    return shown !== undefined && timingSafeEqual(digest(shown), expected)
  }
}

/** Equal lengths are what makes the comparison of two tokens constant in time. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** For fastify's onRequest: nothing of the request is looked at before. */
export function requireToken(
  token: string,
  sessions: Sessions,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const holds = bearerCheck(token)
  return async (request, reply) => {
    const { authorization, cookie } = request.headers
    if (holds(authorization)) return setCaller(request, ADMIN)
    const session = authorization === undefined ? sessions.find(cookie, Date.now()) : undefined
    if (session !== undefined) {
      setCaller(request, ADMIN)
      return requireCsrf(session, request.method, request.headers['x-csrf-token'])
    }
    const wrong = authorization !== undefined
    reply.header('WWW-Authenticate', `Bearer realm="meridian"${wrong ? ', error="invalid_token"' : ''}`)
    throw new ApiProblem(
      'unauthorized',
      wrong ? 'the token is not the right one' : 'send it as "Authorization: Bearer TOKEN"',
    )
  }
}
