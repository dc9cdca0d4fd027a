// /v1/tokens: who may call, and what for.
import type { Static } from 'typebox'
import {
  NEW_TOKEN,
  type NewTokenView,
  TOKEN_KEY,
  TOKEN_SPAN,
  TOKEN_VIEW,
  TOKEN_WISH,
  TOKENS,
  type TokenView,
} from '../api-token.js'
import { isoTime } from '../api-values.js'
import { callerOf, type Scope, type Within } from '../caller.js'
import { PAGE_QUERY, type PageQuery, pageOf, sparse } from '../page.js'
import { ApiProblem } from '../problems.js'
import { described, REASON_HEADER, type Routes } from '../route.js'
import { hasEnded, type KeptToken } from '../token.js'
import { NameTaken } from '../tokens.js'

export const tokens: Routes = (app, { tokens }) => {
  app.get<{ Querystring: PageQuery }>('/tokens', { schema: LIST }, async ({ query }) => {
    const { items, ...rest } = pageOf(tokens.list(), query, ({ id }) => id)
    return { tokens: sparse(items.map(view), query.fields, TOKEN_VIEW), ...rest }
  })

  app.post<{ Body: Static<typeof TOKEN_WISH> }>(
    '/tokens',
    { schema: CREATE },
    async (request): Promise<NewTokenView> => {
      const { name, scopes, within, for: span } = request.body
      const ms = TOKEN_SPAN.read(span)
      const by = callerOf(request).name
      const bounds = within && { zones: within.zones ?? [], regions: within.regions ?? [] }
      requireBounds(scopes, bounds)
      try {
        const expiresAt = ms === undefined ? undefined : Date.now() + ms
        const { token, secret } = await tokens.create({ name, scopes, within: bounds, expiresAt }, by)
        request.log.info(
          { actor: by, token: { id: token.id, name, scopes, ...(bounds && { within: bounds }) } },
          `${by} made token ${token.id} for ${name}`,
        )
        return { ...view(token), secret }
      } catch (error) {
        throw error instanceof NameTaken ? new ApiProblem('token-name-taken', error.message) : unwritten(error)
      }
    },
  )

  app.delete<{ Params: Static<typeof TOKEN_KEY> }>('/tokens/:id', { schema: REVOKE }, async request => {
    const { id } = request.params
    const token = await tokens.revoke(id).catch(error => {
      throw unwritten(error)
    })
    if (token === undefined) throw new ApiProblem('token-not-found', `there is no token ${id}`)
    const by = callerOf(request).name
    request.log.info({ actor: by, token: { id, name: token.name } }, `${by} revoked token ${id} of ${token.name}`)
    return view(token)
  })
}

function requireBounds(scopes: readonly Scope[], within: Within | undefined): void {
  if (within === undefined) return
  if (scopes.includes('admin'))
    throw new ApiProblem('request-invalid', 'who is good for admin is not kept within bounds')
  if (within.zones.length + within.regions.length === 0)
    throw new ApiProblem(
      'request-invalid',
      'within: name a zone or a region; who may change nothing has the scope read',
    )
}

function unwritten(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? new ApiProblem('not-writable', error.message) : error
}

function view(token: KeptToken & { readonly usedAt?: number }): TokenView {
  const { id, name, scopes, within, createdAt, createdBy, expiresAt, usedAt } = token
  return {
    id,
    name,
    scopes,
    ...(within === undefined ? {} : { within }),
    createdAt: isoTime(createdAt),
    createdBy,
    ...(expiresAt === undefined ? {} : { expiresAt: isoTime(expiresAt) }),
    ended: hasEnded(token, Date.now()),
    ...(usedAt === undefined ? {} : { usedAt: isoTime(usedAt) }),
  }
}

const TAG = 'tokens'

const LIST = described({
  operationId: 'listTokens',
  summary: 'Who may call, and what for',
  tag: TAG,
  scope: 'admin',
  reply: TOKENS,
  querystring: PAGE_QUERY,
  problems: ['request-invalid'],
})

const CREATE = described({
  operationId: 'createToken',
  summary: 'Make a token',
  description: 'The secret is in the reply, and nowhere else: only its hash is kept.',
  tag: TAG,
  scope: 'admin',
  reply: NEW_TOKEN,
  body: TOKEN_WISH,
  problems: ['request-invalid', 'body-too-large', 'media-type-unsupported', 'token-name-taken', 'not-writable'],
})

const REVOKE = described({
  operationId: 'revokeToken',
  summary: 'Take a token away',
  description: 'It is no good from the moment of the reply on.',
  tag: TAG,
  scope: 'admin',
  reply: TOKEN_VIEW,
  params: TOKEN_KEY,
  headers: REASON_HEADER,
  problems: ['request-invalid', 'token-not-found', 'not-writable'],
})
