// Who makes a request, as it was found out before anything else of the request was looked at.
import type { FastifyRequest } from 'fastify'

/** What a token is good for: looking, overrides and drills, the document, everything. */
export const SCOPES = ['read', 'operate', 'edit', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

export interface Caller {
  /** What logs and revisions call it. */
  readonly name: string
}

/** Whoever holds the node's own token. */
export const ADMIN: Caller = { name: 'admin' }

const callers = new WeakMap<FastifyRequest, Caller>()

export const setCaller = (request: FastifyRequest, caller: Caller): void => void callers.set(request, caller)

/** @throws Error on a route that anybody may call: there is no caller then */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request)
  if (caller === undefined) throw new Error(`nobody has asked who calls ${request.url}`)
  return caller
}
