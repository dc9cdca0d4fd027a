// Headers that every reply carries, so that a browser can do nothing with it but show it.
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** JSON and plain text have nothing to load. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/** RFC 6797: a month, anew with each reply. Whoever goes back from TLS has to wait for no longer than that. */
const ONLY_BY_TLS = { 'Strict-Transport-Security': `max-age=${30 * 86_400}` }

/**
 * For fastify's onRequest of all routes; a page sets its own policy over it. There is no CORS: other origins read nothing.
 * @param byTls whether this is TLS; where it is not, RFC 6797 §7.2 forbids to say that all has to be
 */
export const secureReplies =
  (byTls: boolean) =>
  async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.headers({
      'Content-Security-Policy': NOTHING,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      ...(byTls ? ONLY_BY_TLS : {}),
    })
  }

/** For fastify's onRequest of the API: what it tells is true for a moment, and for whoever asked. */
export async function neverStore(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('Cache-Control', 'no-store')
}

/** The policy of a page with this one stylesheet in it and nothing else. */
export const pagePolicy = (style: string): string =>
  `${NOTHING}; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`

/** The policy of the dashboard: what this server has, and nothing that stands in the page itself. */
export const DASHBOARD_POLICY = `${NOTHING}; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'`
