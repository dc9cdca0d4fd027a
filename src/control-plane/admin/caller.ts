// Who makes a request, as it was found out before anything else of the request was looked at.
import type { FastifyRequest } from 'fastify'

/** What a token is good for: looking, telling what was measured, overrides and drills, the document, everything. */
export const SCOPES = ['read', 'report', 'operate', 'edit', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** Zones by name; regions by id, glob or tag. */
export interface Within {
  readonly zones: readonly string[]
  readonly regions: readonly string[]
}

export interface Caller {
  /** Of the token. */
  readonly id: string
  /** What logs and revisions call it. */
  readonly name: string
  readonly scopes: readonly Scope[]
  /** All that it may change; absent: everything. */
  readonly within?: Within
  /** Epoch ms; of whoever an issuer vouches for until then. */
  readonly expiresAt?: number
}

/** Whoever holds the node's own token. */
export const ADMIN: Caller = { id: 'own', name: 'admin', scopes: ['admin'] }

const callers = new WeakMap<FastifyRequest, Caller>()

export const setCaller = (request: FastifyRequest, caller: Caller): void => void callers.set(request, caller)

/** Undefined where nobody was let in. */
export const knownCaller = (request: FastifyRequest): Caller | undefined => callers.get(request)

/** @throws Error on a route that anybody may call: there is no caller then */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request)
  if (caller === undefined) throw new Error(`nobody has asked who calls ${request.url}`)
  return caller
}
