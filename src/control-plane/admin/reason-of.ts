// Why somebody changes something: in the body of the request, or as X-Reason.
import type { FastifyRequest } from 'fastify'
import { isMap } from '../traffic/edit-value.js'

/** In its body, or as X-Reason, where text beyond ASCII is written `utf-8''` and percent-encoded. */
export function reasonOf({ headers, body }: Pick<FastifyRequest, 'headers' | 'body'>): string | undefined {
  const header = headers['x-reason']
  const said = isMap(body) ? body['reason'] : undefined
  if (typeof said === 'string') return said
  return typeof header === 'string' ? decoded(header) : undefined
}

function decoded(header: string): string {
  const encoded = /^utf-8''(.*)$/i.exec(header)?.[1]
  try {
    return encoded === undefined ? header : decodeURIComponent(encoded)
  } catch {
    return header
  }
}
