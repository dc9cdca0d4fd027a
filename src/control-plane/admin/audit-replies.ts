// Every change and every refusal goes into the audit log before its reply goes out.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Audit } from '../operate/audit.js'
import { isMap } from '../traffic/edit-value.js'
import { scopeOf } from './auth.js'
import { knownCaller } from './caller.js'
import { rulesIn } from './licence-of.js'
import { reasonOf } from './reason-of.js'

const REFUSED: ReadonlySet<number> = new Set([401, 403, 429])

/** Characters of a body that are kept: what was asked for, unless it is a document, which has a revision. */
const MAX_BODY = 2000

/** For fastify's onSend of the API. */
export const auditReply =
  (audit: Audit) =>
  async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
    // Asking what would come of something is reading as well.
    const reading = request.method === 'GET' || request.method === 'HEAD' || scopeOf(request) === 'read'
    if (reading && !REFUSED.has(reply.statusCode)) return payload
    // What was measured is no change that anybody made; a refused report is told of all the same.
    if (scopeOf(request) === 'report' && reply.statusCode < 400) return payload
    // Nothing is done once more.
    if (reply.hasHeader('idempotent-replay')) return payload
    const dryRun = isMap(request.query) && request.query['dryRun'] === 'true'
    if (dryRun && !REFUSED.has(reply.statusCode)) return payload
    const reason = reasonOf(request)
    const overrides = rulesIn(request)
    const tag = reply.getHeader('etag')
    await audit.record({
      actor: knownCaller(request)?.name ?? 'nobody',
      what: `${request.method} ${request.url}`,
      address: request.ip,
      status: reply.statusCode,
      ...(reply.statusCode < 400 ? {} : { problem: typeIn(payload) }),
      ...(reason === undefined ? {} : { reason }),
      ...(overrides.length === 0 ? {} : { overrides }),
      ...(typeof tag === 'string' ? { revision: tag.replaceAll('"', '') } : {}),
      ...bodyOf(request.body),
    })
    return payload
  }

/**
 * For fastify's onSend of a listener beside the API.
 * @param actorOf who wants a change; undefined where somebody only looks
 */
export const auditSide =
  (audit: Pick<Audit, 'record'>, actorOf: (request: FastifyRequest) => string | undefined) =>
  async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
    // Whoever calls too often would fill the log instead: the limit is there for that.
    const actor = reply.statusCode === 429 ? undefined : actorOf(request)
    if (actor === undefined) return payload
    const { method, url, ip: address } = request
    const refused = reply.statusCode < 400 ? undefined : typeof payload === 'string' ? payload.slice(0, MAX_BODY) : ''
    await audit.record({
      ...{ actor, what: `${method} ${url.slice(0, MAX_BODY)}`, address, status: reply.statusCode },
      ...(refused === undefined ? {} : { refused }),
    })
    return payload
  }

function bodyOf(body: unknown): { readonly body?: unknown } {
  if (!isMap(body) || Object.keys(body).length === 0) return {}
  return JSON.stringify(body).length > MAX_BODY ? {} : { body }
}

function typeIn(payload: unknown): string {
  const type = typeof payload === 'string' ? /"type":"([^"]*)"/.exec(payload)?.[1] : undefined
  return type ?? 'unknown'
}
